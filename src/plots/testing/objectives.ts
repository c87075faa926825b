/** Small trainings, really run, that the example studies tune. */
import type { LiveTrial } from "../../contracts/objective.ts";
import { TrialPruned } from "../../errors/errors.ts";
import { createRng, type Rng } from "../../numerics/rng.ts";
import { searchSpace } from "../../space/search-space.ts";
import { categorical, float, int, oneOf } from "../../space/parameter.ts";
import { tanhNetwork } from "../../theory/testing/tanh-network.ts";

export const quadraticSpace = searchSpace({
  lr: float(1e-4, 10, { log: true }),
  batchSize: int(8, 1024, { log: true }),
  weightDecay: float(1e-6, 0.1, { log: true }),
  momentum: float(0, 0.99),
  optimizer: categorical(["sgd", "nesterov", "adam"]),
});

const DIMENSION = 24;
const EPOCHS = 8;
const SAMPLES = 12_000;

interface Settings {
  readonly lr: number;
  readonly batchSize: number;
  readonly weightDecay: number;
  readonly momentum: number;
  readonly optimizer: string;
}

/** SGD, Nesterov or Adam on a noisy quadratic whose curvatures fall by a power law. */
export function trainQuadratic(
  trial: LiveTrial,
  { fail }: { readonly fail?: number } = {},
): number {
  if (trial.number === fail) throw new Error("The data set could not be read.");
  const settings = trial.params as unknown as Settings;
  const training = quadratic(settings, createRng(trial.seed, "quadratic"));
  let loss = Infinity;
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    loss = training.epoch();
    trial.report(loss, epoch);
    if (!Number.isFinite(loss)) return loss;
    if (epoch > 1 && trial.shouldPrune()) throw new TrialPruned();
  }
  return loss;
}

function quadratic({ lr, batchSize, weightDecay, momentum, optimizer }: Settings, rng: Rng) {
  const curvature = Array.from({ length: DIMENSION }, (_, i) => 2 / (i + 1));
  const x = Array.from({ length: DIMENSION }, () => 1 + 0.2 * rng.normal());
  const speed = new Float64Array(DIMENSION);
  const second = new Float64Array(DIMENSION);
  const steps = Math.max(12, Math.round(SAMPLES / (batchSize + 40)));
  let taken = 0;
  const step = (): void => {
    taken++;
    for (let i = 0; i < DIMENSION; i++) {
      const at = optimizer === "nesterov" ? x[i] + momentum * speed[i] : x[i];
      const noise = (1.2 * Math.sqrt(curvature[i]) * rng.normal()) / Math.sqrt(batchSize);
      let move = curvature[i] * at + weightDecay * at + noise;
      if (optimizer === "adam") {
        second[i] = 0.99 * second[i] + 0.01 * move * move;
        move = (0.3 * move) / (Math.sqrt(second[i] / (1 - 0.99 ** taken)) + 1e-8);
      }
      speed[i] = momentum * speed[i] - lr * move;
      x[i] += speed[i];
    }
  };
  return {
    epoch(): number {
      for (let k = 0; k < steps; k++) step();
      const loss = x.reduce((sum, value, i) => sum + (curvature[i] * value * value) / 2, 0.01);
      return loss > 1e8 ? NaN : loss;
    },
  };
}

export const branchingSpace = searchSpace({
  ...oneOf("optimizer", {
    sgd: {},
    momentum: { momentum: float(0, 0.99), nesterov: categorical([false, true]) },
    adam: { oneMinusBeta2: float(1e-3, 0.3, { log: true }) },
  }),
  lr: float(1e-4, 10, { log: true }),
});

/** The same quadratic, whose optimizers have parameters of their own. */
export function trainBranch(trial: LiveTrial): number {
  const { optimizer, lr, momentum = 0, nesterov } = trial.params as Record<string, never>;
  const name = optimizer === "adam" ? "adam" : nesterov ? "nesterov" : "sgd";
  const settings = { lr, batchSize: 64, weightDecay: 1e-4, momentum, optimizer: name };
  const training = quadratic(settings, createRng(trial.seed, "branch"));
  let loss = Infinity;
  for (let epoch = 1; epoch <= 4; epoch++) loss = training.epoch();
  return loss;
}

export const networkSpace = searchSpace({
  lr: float(0.02, 8, { log: true }),
  hidden: int(4, 12),
});

const STEPS = 240;
const LOOK_EVERY = 6;

/** Gradient descent of a small tanh network on all of its data; its sharpness is looked at. */
export function trainNetwork(trial: LiveTrial): number {
  const { lr, hidden } = trial.params as { lr: number; hidden: number };
  const network = tanhNetwork(hidden, 40, createRng(7, "network"));
  const w = network.weights.slice();
  const direction = Float64Array.from(w, (_, i) => 1 + (i % 3));
  let loss = Infinity;
  for (let step = 0; step <= STEPS; step++) {
    const gradient = network.gradient(w);
    if (step % LOOK_EVERY === 0) {
      const sharpness = powerIteration((v) => network.exactHvp(w, v), direction);
      loss = network.loss(w);
      trial.log({ sharpness, gradientNorm: Math.hypot(...gradient) }, step);
      if (!(loss < 1e3)) loss = NaN;
      trial.report(loss, step);
      if (Number.isNaN(loss)) return loss;
    }
    for (let i = 0; i < w.length; i++) w[i] -= lr * gradient[i];
  }
  return loss;
}

/** λ_max after some products, begun where the last call ended. */
function powerIteration(
  product: (v: Float64Array) => Float64Array,
  direction: Float64Array,
): number {
  let value = 0;
  for (let round = 0; round < 6; round++) {
    const next = product(direction);
    value = Math.hypot(...next);
    for (let i = 0; i < next.length; i++) direction[i] = next[i] / (value || 1);
  }
  return value;
}

export const sizeSpace = searchSpace({
  width: int(4, 256, { log: true }),
  depth: int(1, 6),
  dropout: float(0, 0.6),
});

/** What a network of a size comes to, and its weights; more than a budget of weights is infeasible. */
export function costOfSize(trial: LiveTrial): readonly [error: number, weights: number] {
  const { width, depth, dropout } = trial.params as Record<string, number>;
  const rng = createRng(trial.seed, "size");
  const weights = 20 * width + (depth - 1) * width * width;
  const bias = 0.5 / (1 + 0.02 * width * Math.sqrt(depth));
  const variance = (0.02 * Math.log(weights) * (1 - dropout)) / (1 + 0.1 * dropout) + dropout / 12;
  trial.setConstraints([weights - 150_000]);
  return [bias + variance / 4 + 0.005 * Math.abs(rng.normal()), weights];
}

export const waitingSpace = searchSpace({
  lr: float(1e-3, 1, { log: true }),
  width: int(16, 256, { log: true }),
});

/** Takes its time: the wider, the longer. */
export async function waitForEpochs(trial: LiveTrial): Promise<number> {
  const { lr, width } = trial.params as { lr: number; width: number };
  const rng = createRng(trial.seed, "waiting");
  let loss = Infinity;
  for (let epoch = 1; epoch <= 5; epoch++) {
    await new Promise((resolve) => setTimeout(resolve, 10 + width / 3 + 10 * rng.uniform()));
    loss = Math.abs(Math.log10(lr) + 1.5) + 10 / width + 1 / epoch + 0.1 * rng.uniform();
    if (lr > 0.6 && epoch === 3) return NaN;
    trial.report(loss, epoch);
    if (trial.shouldPrune()) throw new TrialPruned();
  }
  return loss;
}
