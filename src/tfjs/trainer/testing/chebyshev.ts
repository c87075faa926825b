import type { Divergence } from "../../../errors/errors.ts";
import { createRng } from "../../../numerics/rng.ts";
import { divergenceMonitor } from "../divergence.ts";

/*
 * Full-batch training of a tanh network on Chebyshev's T₅, the setting of Cohen et al. 2021 (arXiv
 * 2103.00065), under the divergence monitor.
 */

/** One full-batch gradient of the Chebyshev network, and the loss. */
interface Slope {
  readonly loss: number;
  readonly gradient: Float64Array;
}

const points = 20;
const width = 20;
const inputs = Float64Array.from({ length: points }, (_, i) => -1 + (2 * i) / (points - 1));
/** T₅(x) = 16x⁵ − 20x³ + 5x. */
const targets = inputs.map((x) => 16 * x ** 5 - 20 * x ** 3 + 5 * x);
// Weights: first layer w, b; second W (row = input unit), b; output v, b: 481 in all.
const second = 2 * width;
const secondBias = second + width * width;
const last = secondBias + width;
const dimension = last + width + 1;

/** Half the mean squared error of a tanh 1-20-20-1 network and its gradient, in float64. */
function slopeAt(p: Float64Array): Slope {
  const gradient = new Float64Array(dimension);
  let loss = 0;
  const [h1, h2] = [new Float64Array(width), new Float64Array(width)];
  const [e1, e2] = [new Float64Array(width), new Float64Array(width)];
  for (let n = 0; n < points; n++) {
    for (let j = 0; j < width; j++) h1[j] = Math.tanh(p[j] * inputs[n] + p[width + j]);
    let y = p[last + width];
    for (let k = 0; k < width; k++) {
      let z = p[secondBias + k];
      for (let j = 0; j < width; j++) z += p[second + j * width + k] * h1[j];
      h2[k] = Math.tanh(z);
      y += p[last + k] * h2[k];
    }
    const error = y - targets[n];
    loss += (0.5 * error * error) / points;
    const scale = error / points;
    gradient[last + width] += scale;
    e1.fill(0);
    for (let k = 0; k < width; k++) {
      gradient[last + k] += scale * h2[k];
      e2[k] = scale * p[last + k] * (1 - h2[k] * h2[k]);
      gradient[secondBias + k] += e2[k];
      for (let j = 0; j < width; j++) {
        gradient[second + j * width + k] += e2[k] * h1[j];
        e1[j] += e2[k] * p[second + j * width + k];
      }
    }
    for (let j = 0; j < width; j++) {
      const e = e1[j] * (1 - h1[j] * h1[j]);
      gradient[j] += e * inputs[n];
      gradient[width + j] += e;
    }
  }
  return { loss, gradient };
}

/** Uniform on ±1/√fanIn, biases too, as torch starts its linear layers. */
function startingWeights(start: number): Float64Array {
  const rng = createRng(start, "chebyshev");
  const limits = [1, 1 / Math.sqrt(width)];
  return Float64Array.from(
    { length: dimension },
    (_, i) => limits[i < second ? 0 : 1] * (2 * rng.uniform() - 1),
  );
}

export type Update = (gradient: Float64Array, step: number) => Float64Array;

export const descent =
  (rate: number): Update =>
  (gradient) =>
    gradient.map((g) => -rate * g);

export function heavyBall(rate: number, nesterov = false): Update {
  const velocity = new Float64Array(dimension);
  return (gradient) =>
    gradient.map((g, i) => {
      velocity[i] = 0.9 * velocity[i] + g;
      return -rate * (nesterov ? g + 0.9 * velocity[i] : velocity[i]);
    });
}

export function adaptive(rate: number, beta1: number, beta2: number): Update {
  const [m, v] = [new Float64Array(dimension), new Float64Array(dimension)];
  return (gradient, step) =>
    gradient.map((g, i) => {
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      v[i] = beta2 * v[i] + (1 - beta2) * g * g;
      const scale = Math.sqrt(v[i] / (1 - beta2 ** (step + 1))) + 1e-8;
      return (-rate * m[i]) / (1 - beta1 ** (step + 1)) / scale;
    });
}

export interface ChebyshevEnd {
  readonly divergence?: Divergence;
  readonly firstLoss: number;
  readonly loss: number;
  /** Steps on which the loss rose. */
  readonly rises: number;
}

export function runWatched(
  update: Update,
  steps: number,
  learningRate: number,
  start = 0,
): ChebyshevEnd {
  const weights = startingWeights(start);
  const firstLoss = slopeAt(weights).loss;
  const monitor = divergenceMonitor(firstLoss);
  let [loss, rises] = [firstLoss, 0];
  for (let step = 0; step < steps; step++) {
    const slope = slopeAt(weights);
    if (slope.loss > loss) rises++;
    loss = slope.loss;
    const norm = Math.sqrt(slope.gradient.reduce((sum, g) => sum + g * g, 0));
    const norms = { gradientNorm: norm, kernelGradientNorm: norm };
    const divergence = monitor.observe({ step, loss, learningRate, ...norms });
    if (divergence) return { divergence, firstLoss, loss, rises };
    const change = update(slope.gradient, step);
    for (let i = 0; i < dimension; i++) weights[i] += change[i];
  }
  return { firstLoss, loss, rises };
}
