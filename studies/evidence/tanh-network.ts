import { createRng } from "hpo";

/*
 * A tanh network 1-20-20-1 fitted to the Chebyshev polynomial T₅ at 20 points of [−1, 1] by half the
 * mean squared error, in float64: the setting of Cohen et al. (2021), small enough for the sharpness
 * to be followed over tens of thousands of steps. Optionally each hidden layer normalises its sums
 * over the batch, with a gain and an offset per unit, before the tanh (Ioffe and Szegedy 2015).
 *
 *   n  examples of the batch     weights: first layer w, b; second W (row = input unit), b;
 *                                output v, b; then, with batch norm, both layers' gains and offsets
 */
const points = 20;
const width = 20;
const epsilon = 1e-5;
const inputs = Float64Array.from({ length: points }, (_, i) => -1 + (2 * i) / (points - 1));
/** T₅(x) = 16x⁵ − 20x³ + 5x. */
const targets = inputs.map((x) => 16 * x ** 5 - 20 * x ** 3 + 5 * x);
const second = 2 * width;
const secondBias = second + width * width;
const last = secondBias + width;
const plainSize = last + width + 1;

export interface Slope {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/**
 * Biases 0, and weights uniform on ±√(6/(fanIn + fanOut)) (Glorot and Bengio 2010), the default; or
 * normal with the deviation g/√fanIn, g = 5/3 before a tanh and 1 at the output (He et al. 2015, with
 * the gain that PyTorch recommends for tanh).
 */
export type FirstWeights = "glorot" | "tanhGain";

export interface TanhNetwork {
  /** Number of weights: 481, or 561 with batch norm. */
  readonly dimension: number;
  readonly start: (seed: number, from?: FirstWeights) => Float64Array;
  /** Loss and gradient on these of the 20 points; on all of them if left out. */
  readonly slopeAt: (weights: Float64Array, rows?: readonly number[]) => Slope;
}

export const pointCount = points;
const everyRow = Array.from({ length: points }, (_, i) => i);

/** One hidden layer's normalisation: z → γ(z − mean)/√(var + ε) + offset over the batch, in place. */
interface Norm {
  /** The scaled deviations, [n, width], and 1/√(var + ε), [width]. */
  readonly unit: Float64Array;
  readonly scale: Float64Array;
}

function normalise(z: Float64Array, n: number, p: Float64Array, at: number): Norm {
  const unit = new Float64Array(z.length);
  const scale = new Float64Array(width);
  for (let k = 0; k < width; k++) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < n; i++) sum += z[i * width + k];
    for (let i = 0; i < n; i++) squares += (z[i * width + k] - sum / n) ** 2;
    scale[k] = 1 / Math.sqrt(squares / n + epsilon);
    for (let i = 0; i < n; i++) {
      unit[i * width + k] = (z[i * width + k] - sum / n) * scale[k];
      z[i * width + k] = p[at + k] * unit[i * width + k] + p[at + width + k];
    }
  }
  return { unit, scale };
}

/** Back through `normalise`: errors e of its outputs become those of its inputs, in place. */
function normaliseBack(
  e: Float64Array,
  n: number,
  { unit, scale }: Norm,
  p: Float64Array,
  at: number,
  gradient: Float64Array,
): void {
  for (let k = 0; k < width; k++) {
    let [sum, along] = [0, 0];
    for (let i = 0; i < n; i++) {
      sum += e[i * width + k];
      along += e[i * width + k] * unit[i * width + k];
    }
    gradient[at + k] = along;
    gradient[at + width + k] = sum;
    const factor = p[at + k] * scale[k];
    for (let i = 0; i < n; i++) {
      const j = i * width + k;
      e[j] = factor * (e[j] - sum / n - (unit[j] * along) / n);
    }
  }
}

/** Everything that the way back needs; layers are [n, width]. */
interface Forward {
  readonly h1: Float64Array;
  readonly h2: Float64Array;
  readonly norm1?: Norm;
  readonly norm2?: Norm;
}

const secondNorm = plainSize + 2 * width;

function forward(p: Float64Array, rows: readonly number[], batchNorm: boolean): Forward {
  const n = rows.length;
  const h1 = new Float64Array(n * width);
  const h2 = new Float64Array(n * width);
  for (let i = 0; i < n; i++) {
    const x = inputs[rows[i]];
    for (let j = 0; j < width; j++) h1[i * width + j] = p[j] * x + p[width + j];
  }
  const norm1 = batchNorm ? normalise(h1, n, p, plainSize) : undefined;
  for (let j = 0; j < h1.length; j++) h1[j] = Math.tanh(h1[j]);
  for (let i = 0; i < n; i++) {
    const row = i * width;
    for (let k = 0; k < width; k++) h2[row + k] = p[secondBias + k];
    for (let j = 0; j < width; j++) {
      const from = second + j * width;
      for (let k = 0; k < width; k++) h2[row + k] += p[from + k] * h1[row + j];
    }
  }
  const norm2 = batchNorm ? normalise(h2, n, p, secondNorm) : undefined;
  for (let k = 0; k < h2.length; k++) h2[k] = Math.tanh(h2[k]);
  return { h1, h2, norm1, norm2 };
}

/** Back through W and the first tanh: errors of the second layer's sums become the first's. */
function secondLayerBack(
  p: Float64Array,
  n: number,
  h1: Float64Array,
  e2: Float64Array,
  gradient: Float64Array,
): Float64Array {
  const e1 = new Float64Array(n * width);
  for (let i = 0; i < n; i++) {
    const row = i * width;
    for (let k = 0; k < width; k++) gradient[secondBias + k] += e2[row + k];
    for (let j = 0; j < width; j++) {
      const from = second + j * width;
      let sum = 0;
      for (let k = 0; k < width; k++) {
        gradient[from + k] += e2[row + k] * h1[row + j];
        sum += e2[row + k] * p[from + k];
      }
      e1[row + j] = sum * (1 - h1[row + j] * h1[row + j]);
    }
  }
  return e1;
}

function slope(p: Float64Array, rows: readonly number[], batchNorm: boolean): Slope {
  const n = rows.length;
  const { h1, h2, norm1, norm2 } = forward(p, rows, batchNorm);
  const gradient = new Float64Array(p.length);
  const e2 = new Float64Array(n * width);
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const row = i * width;
    let y = p[last + width];
    for (let k = 0; k < width; k++) y += p[last + k] * h2[row + k];
    const error = (y - targets[rows[i]]) / n;
    loss += 0.5 * n * error * error;
    gradient[last + width] += error;
    for (let k = 0; k < width; k++) {
      gradient[last + k] += error * h2[row + k];
      e2[row + k] = error * p[last + k] * (1 - h2[row + k] * h2[row + k]);
    }
  }
  if (norm2) normaliseBack(e2, n, norm2, p, secondNorm, gradient);
  const e1 = secondLayerBack(p, n, h1, e2, gradient);
  if (norm1) normaliseBack(e1, n, norm1, p, plainSize, gradient);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < width; j++) {
      gradient[j] += e1[i * width + j] * inputs[rows[i]];
      gradient[width + j] += e1[i * width + j];
    }
  }
  return { loss, gradient };
}

export function tanhModel({ batchNorm = false } = {}): TanhNetwork {
  const dimension = plainSize + (batchNorm ? 4 * width : 0);
  const isGain = (i: number): boolean => i >= plainSize && (i - plainSize) % (2 * width) < width;
  return {
    dimension,
    start(seed, from = "glorot") {
      const rng = createRng(seed, "chebyshev");
      const weights = new Float64Array(dimension);
      const draw = (at: number, fanIn: number, fanOut: number, gain: number): void => {
        const limit = Math.sqrt(6 / (fanIn + fanOut));
        for (let i = at; i < at + fanIn * fanOut; i++) {
          weights[i] =
            from === "glorot"
              ? limit * (2 * rng.uniform() - 1)
              : (gain / Math.sqrt(fanIn)) * rng.normal();
        }
      };
      draw(0, 1, width, 5 / 3);
      draw(second, width, width, 5 / 3);
      draw(last, width, 1, 1);
      for (let i = plainSize; i < dimension; i++) weights[i] = isGain(i) ? 1 : 0;
      return weights;
    },
    slopeAt: (weights, rows = everyRow) => slope(weights, rows, batchNorm),
  };
}
