import { createRng } from "hpo";
import {
  curvatureLimit,
  diagonalPreconditioner,
  finiteDifferenceHvp,
  lanczos,
  preconditionedHvp,
} from "hpo/theory";
import type { UpdateRule } from "hpo/theory";

import { drawSheet } from "../panels.ts";
import { mean, spread } from "./evidence.ts";
import type { Evidence, EvidenceOptions, EvidenceStudy, EvidenceTable } from "./evidence.ts";
import { tanhNetwork } from "./tanh-network.ts";

const { dimension, start, slopeAt } = tanhNetwork();
const beta = 0.9;
const epsilon = 1e-8;

/** An optimizer's running state and its step, in float64. */
interface Stepper {
  /** w ← w + …, in place. */
  readonly step: (weights: Float64Array, gradient: Float64Array) => void;
  /** P of P^-½HP^-½ now; undefined where H itself counts. */
  readonly preconditioner: () => Float64Array | undefined;
}

interface Setting {
  readonly name: string;
  readonly rate: number;
  readonly rule: UpdateRule;
  readonly stepper: () => Stepper;
  /** Tail sharpness ÷ threshold that is expected; undefined where the run converges before. */
  readonly expected?: number;
}

function heavyBall(rate: number, momentum: number, nesterov = false): Stepper {
  const velocity = new Float64Array(dimension);
  return {
    step(weights, gradient) {
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
  expected,
});
const ball = (rate: number, expected?: number): Setting => ({
  name: "heavy ball",
  rate,
  rule: { kind: "heavyBall", momentum: beta },
  stepper: () => heavyBall(rate, beta),
  expected,
});
const nesterov = (rate: number, expected: number): Setting => ({
  name: "Nesterov",
  rate,
  rule: { kind: "nesterov", momentum: beta },
  stepper: () => heavyBall(rate, beta, true),
  expected,
});
const adam = (rate: number, expected: number): Setting => ({
  name: "Adam",
  rate,
  rule: { kind: "adam", beta1: beta },
  stepper: () => adaptive(rate, beta, 0.999, true),
  expected,
});
const rmsProp = (rate: number, expected: number): Setting => ({
  name: "RMSProp",
  rate,
  rule: { kind: "rmsProp" },
  stepper: () => adaptive(rate, 0, 0.99, false),
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
  readonly curve: readonly { readonly step: number; readonly ratio: number }[];
  /** The mean ratio over the last quarter of the measurements. */
  readonly tail: number;
  readonly loss: number;
}

/** Trains for so many steps and measures `looks` times on the way. */
export async function followSharpness(
  setting: Setting,
  seed: number,
  steps: number,
  looks: number,
): Promise<EdgeRun> {
  const weights = start(seed);
  const { step, preconditioner } = setting.stepper();
  const curve: { step: number; ratio: number }[] = [];
  let loss = NaN;
  for (let t = 1; t <= steps; t++) {
    const slope = slopeAt(weights);
    loss = slope.loss;
    if (!Number.isFinite(loss)) return { curve, tail: NaN, loss };
    step(weights, slope.gradient);
    if ((t * looks) % steps < looks) {
      curve.push({ step: t, ratio: await ratioAt(weights, preconditioner(), setting, seed) });
    }
  }
  const tail = mean(curve.slice(-Math.ceil(looks / 4)).map(({ ratio }) => ratio));
  return { curve, tail, loss };
}
const steps = 20_000;
const looks = 40;
const seeds = [0, 1, 2];
const tolerance = 0.03;
/** Below this share of the threshold a run has converged before it came to the edge. */
const arrived = 0.9;

interface Row {
  readonly setting: Setting;
  readonly runs: readonly EdgeRun[];
}

const title = ({ name, rate }: Setting): string => `${name} ${rate}`;
const tailsOf = ({ runs }: Row): number[] => runs.map(({ tail }) => tail);

/** The runs that came to the edge: their mean is what is compared. */
const arrivedTails = (row: Row): number[] => tailsOf(row).filter((tail) => tail >= arrived);

function isWithin(row: Row): boolean {
  const { expected } = row.setting;
  const tails = arrivedTails(row);
  return (
    expected === undefined ||
    (tails.length > 0 && Math.abs(mean(tails) / expected - 1) <= tolerance)
  );
}

function tableOf(rows: readonly Row[]): EvidenceTable {
  const lines = rows.map((row) => {
    const tails = tailsOf(row);
    const { setting, runs } = row;
    return [
      title(setting),
      (curvatureLimit(setting.rule, setting.rate) as number).toPrecision(4),
      setting.expected?.toFixed(3) ?? "converges",
      ...tails.map((tail) => tail.toFixed(3)),
      arrivedTails(row).length > 0 ? spread(arrivedTails(row)) : "—",
      mean(runs.map(({ loss }) => loss)).toExponential(1),
      isWithin(row) ? "" : "miss",
    ];
  });
  const starts = seeds.map((seed) => `start ${seed}`);
  return {
    title: "tail sharpness ÷ threshold of stability",
    rows: [["optimizer", "threshold", "expected", ...starts, "at the edge", "loss", ""], ...lines],
  };
}

const pictureOf = (rows: readonly Row[]): string =>
  drawSheet({
    label: "Sharpness over the threshold of stability by step, one panel for each optimizer",
    columns: 4,
    panels: rows.map(({ setting, runs }) => ({
      title: title(setting),
      x: { low: 0, high: steps, ticks: [0, steps] },
      y: { low: 0, high: 1.5, ticks: [0, 0.5, 1, 1.5] },
      levels: [1],
      series: runs.map(({ curve }, i) => ({
        name: `start ${i}`,
        points: curve.map(({ step, ratio }) => [step, ratio] as const),
      })),
    })),
  });

async function run({ progress }: EvidenceOptions): Promise<Evidence> {
  const rows: Row[] = [];
  for (const setting of settings) {
    const runs: EdgeRun[] = [];
    for (const seed of seeds) {
      progress(`${title(setting)}, start ${seed}`);
      runs.push(await followSharpness(setting, seed, steps, looks));
    }
    rows.push({ setting, runs });
  }
  const misses = rows.filter((row) => !isWithin(row)).map(({ setting }) => title(setting));
  const early = rows.flatMap((row) =>
    row.setting.expected === undefined ? [] : tailsOf(row).filter((tail) => !(tail >= arrived)),
  );
  const below = rows.filter(({ setting }) => setting.expected === undefined);
  return {
    title: "full-batch training stays at the threshold that the learning rate sets",
    tables: [tableOf(rows)],
    bars: [
      {
        what: "each ratio within 3 % of the one expected, over the starts that came to the edge",
        found: misses.length === 0 ? "all" : `not ${misses.join(", ")}`,
        met: misses.length === 0,
      },
      {
        what: "at most one start of those that are to come to the edge does not",
        found: `${early.length} of ${seeds.length * (rows.length - below.length)}`,
        met: early.length <= 1,
      },
    ],
    notes: [
      `${steps} steps from ${seeds.length} starts; λ_max by Lanczos at ${looks} of them, the tail is the ` +
        "last quarter's mean; ± is the standard deviation over starts.",
      "Assumed: one small tanh network, half the mean squared error, full batch, float64; thresholds " +
        "2/η, (2+2β)/η, (2+2β)/((1+2β)η), 38/η for Adam and 2/η for RMSProp, of P^-½HP^-½ for the last two.",
      `Misses on the way to the edge are kept: ${below
        .map((row) => `${title(row.setting)} ended at ${spread(tailsOf(row), 2)}`)
        .join("; ")}.`,
    ],
    picture: pictureOf(rows),
    data: rows.map(({ setting, runs }) => ({
      optimizer: setting.name,
      rate: setting.rate,
      expected: setting.expected,
      tails: runs.map(({ tail }) => tail),
      losses: runs.map(({ loss }) => loss),
    })),
  };
}

export const edgeOfStability: EvidenceStudy = { name: "edge-of-stability", run };
