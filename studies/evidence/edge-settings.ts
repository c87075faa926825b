import { createRng } from "hpo";
import {
  curvatureLimit,
  diagonalPreconditioner,
  finiteDifferenceHvp,
  lanczos,
  preconditionedHvp,
  type UpdateRule,
} from "hpo/theory";
import { mean } from "./evidence.ts";
import { tanhModel, type FirstWeights } from "./tanh-network.ts";

const { dimension, start, slopeAt } = tanhModel();
const beta = 0.9;
const epsilon = 1e-8;

/** An optimizer's running state and its step, in float64. */
interface Stepper {
  /** w ← w + …, in place. */
  readonly step: (weights: Float64Array, gradient: Float64Array) => void;
  /** P of P^-½HP^-½ now; undefined where H itself counts. */
  readonly preconditioner: () => Float64Array | undefined;
}

export interface Setting {
  readonly name: string;
  readonly rate: number;
  readonly rule: UpdateRule;
  readonly stepper: () => Stepper;
  readonly from: FirstWeights;
  /** Tail sharpness ÷ threshold that is expected; undefined where nothing is. */
  readonly expected?: number;
}

/**
 * Momentum moves by η/(1 − β) = 10η once it is under way. At that rate from the first step on it is
 * thrown out of the sharp places, lands where it is flat, and runs out of loss before it comes back to
 * the edge. So its rate rises over the first twentieth of the steps, and it starts from weights whose
 * layers don't shrink what they pass on.
 */
export const warmUpSteps = 1000;

function heavyBall(highest: number, momentum: number, nesterov = false): Stepper {
  const velocity = new Float64Array(dimension);
  let steps = 0;
  return {
    step(weights, gradient) {
      steps++;
      const rate = momentum === 0 ? highest : highest * Math.min(1, steps / warmUpSteps);
      for (let i = 0; i < dimension; i++) {
        velocity[i] = momentum * velocity[i] + gradient[i];
        weights[i] -= rate * (nesterov ? gradient[i] + momentum * velocity[i] : velocity[i]);
      }
    },
    preconditioner: () => undefined,
  };
}

function adaptive(rate: number, beta1: number, beta2: number, corrected: boolean): Stepper {
  const [m, v] = [new Float64Array(dimension), new Float64Array(dimension)];
  let steps = 0;
  const bias = (decay: number): number => (corrected ? 1 - decay ** steps : 1);
  return {
    step(weights, gradient) {
      steps++;
      const [bias1, bias2] = [bias(beta1), bias(beta2)];
      for (let i = 0; i < dimension; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * gradient[i];
        v[i] = beta2 * v[i] + (1 - beta2) * gradient[i] * gradient[i];
        weights[i] -= (rate * m[i]) / bias1 / (Math.sqrt(v[i] / bias2) + epsilon);
      }
    },
    preconditioner: () =>
      diagonalPreconditioner(v, {
        epsilon,
        ...(corrected && { bias: { beta2, step: steps } }),
      }),
  };
}

const descent = (rate: number, expected: number): Setting => ({
  name: "gradient descent",
  rate,
  rule: { kind: "gradientDescent" },
  stepper: () => heavyBall(rate, 0),
  from: "glorot",
  expected,
});
const ball = (rate: number, expected?: number): Setting => ({
  name: "heavy ball",
  rate,
  rule: { kind: "heavyBall", momentum: beta },
  stepper: () => heavyBall(rate, beta),
  from: "tanhGain",
  expected,
});
const nesterov = (rate: number, expected: number): Setting => ({
  name: "Nesterov",
  rate,
  rule: { kind: "nesterov", momentum: beta },
  stepper: () => heavyBall(rate, beta, true),
  from: "tanhGain",
  expected,
});
const adam = (rate: number, expected: number): Setting => ({
  name: "Adam",
  rate,
  rule: { kind: "adam", beta1: beta },
  stepper: () => adaptive(rate, beta, 0.999, true),
  from: "glorot",
  expected,
});
const rmsProp = (rate: number, expected: number): Setting => ({
  name: "RMSProp",
  rate,
  rule: { kind: "rmsProp" },
  stepper: () => adaptive(rate, 0, 0.99, false),
  from: "glorot",
  expected,
});

export const settings: readonly Setting[] = [
  descent(0.4, 1.001),
  descent(0.3, 1.004),
  descent(0.2, 1.012),
  descent(0.1, 1.024),
  ball(0.2, 0.997),
  ball(0.1),
  ball(0.05),
  nesterov(0.1, 1.0),
  nesterov(0.05, 0.998),
  adam(3e-3, 0.963),
  adam(1e-3, 0.972),
  rmsProp(3e-4, 1.039),
  rmsProp(1e-4, 1.04),
];

/** λ_max, of H or of P^-½HP^-½, over the threshold of the setting. */
async function ratioAt(
  weights: Float64Array,
  preconditioner: Float64Array | undefined,
  { rule, rate }: Setting,
  seed: number,
): Promise<number> {
  const plain = finiteDifferenceHvp((w) => slopeAt(w).gradient, weights, "float64");
  const hvp = preconditioner ? preconditionedHvp(plain, preconditioner) : plain;
  const rng = createRng(seed, "sharpness");
  const { lambdaMax } = await lanczos(hvp, { dimension, rng, maxSteps: 40, tolerance: 0.003 });
  return lambdaMax / (curvatureLimit(rule, rate) as number);
}

/** One run's sharpness ÷ threshold, and its loss. */
export interface EdgeRun {
  /** Each ratio is the mean over two steps on end. */
  readonly curve: readonly { readonly step: number; readonly ratio: number }[];
  /** The mean ratio over the last quarter of the measurements. */
  readonly tail: number;
  readonly loss: number;
}

/**
 * Trains for so many steps and measures `looks` times on the way, each time at two steps on end: at
 * the edge descent settles into a cycle of two, whose halves differ in sharpness by a tenth and more,
 * and looks at even steps alone would all fall on the same half.
 */
export async function followSharpness(
  setting: Setting,
  seed: number,
  steps: number,
  looks: number,
): Promise<EdgeRun> {
  const weights = start(seed, setting.from);
  const { step, preconditioner } = setting.stepper();
  const curve: { step: number; ratio: number }[] = [];
  let [loss, before] = [NaN, NaN];
  const isLook = (t: number): boolean => (t * looks) % steps < looks;
  for (let t = 1; t <= steps; t++) {
    const slope = slopeAt(weights);
    loss = slope.loss;
    if (!Number.isFinite(loss)) return { curve, tail: NaN, loss };
    step(weights, slope.gradient);
    if (!isLook(t) && !isLook(t + 1)) continue;
    const ratio = await ratioAt(weights, preconditioner(), setting, seed);
    if (isLook(t)) curve.push({ step: t, ratio: (before + ratio) / 2 });
    before = ratio;
  }
  const tail = mean(curve.slice(-Math.ceil(looks / 4)).map(({ ratio }) => ratio));
  return { curve, tail, loss };
}
