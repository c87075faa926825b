/**
 * The covariance of the training points as a function of θ, for the fit: distances are taken once,
 * and what the gradient needs again is kept from the value.
 *
 *   n   points     pair (p, q), q < p, stands at p(p−1)/2 + q
 *   W   = K⁻¹ − ααᵀ, packed lower; the evidence's gradient is ½ Σ_{pq} W_pq ∂K_pq/∂θ
 *       (Rasmussen & Williams 2006, eq. 5.9)
 * Other letters as in kernel.ts.
 */
import { expNegativeInto } from "../numerics/exp-negative.ts";
import { packedStart } from "../numerics/cholesky.ts";
import { thetaLayout, squareAlong, weightsOf, type Kernel, type Weights } from "./kernel.ts";
import { correlationSlopesInto, correlationsInto } from "./stationary.ts";

/** Added to the diagonal beside the noise, relative to k(x, x), against rounding. */
export const JITTER = 1e-12;

/** The pairs' distances, and what the value leaves behind for the gradient. */
interface Workspace {
  readonly kernel: Kernel;
  readonly n: number;
  /** Variances of single points' noise beside the common one; n numbers. */
  readonly extraNoise: Float64Array | undefined;
  /** δᵢ², d per pair. */
  readonly squares: Float64Array;
  readonly r2: Float64Array;
  readonly rho: Float64Array;
  /** γ (stationary.ts). */
  readonly slope: Float64Array;
  /** zᵢ, d per pair; Σᵢ zᵢ and Σᵢ zᵢ² per pair. Empty without an additive part. */
  readonly z: Float64Array;
  readonly sums: Float64Array;
  readonly sumsOfSquares: Float64Array;
}

export interface TrainingCovariance {
  /** Writes K(θ), noise included, packed lower. */
  matrixInto(K: Float64Array, theta: Float64Array): Weights;
  /** Adds ½ Σ W ∂K/∂θ at the θ whose weights these are, which the last `matrixInto` gave. */
  addGradient(gradient: Float64Array, W: Float64Array, weights: Weights): void;
}

export function trainingCovariance(
  kernel: Kernel,
  X: Float64Array,
  n: number,
  extraNoise?: Float64Array,
): TrainingCovariance {
  const space = workspace(kernel, X, n, extraNoise);
  return {
    matrixInto(K, theta) {
      const weights = weightsOf(kernel, theta);
      fullInto(space, weights);
      if (kernel.additive) additiveInto(space, weights);
      assembleInto(K, space, weights);
      return weights;
    },
    addGradient(gradient, W, weights) {
      let trace = 0;
      for (let p = 0; p < n; p++) trace += W[packedStart(p) + p];
      gradient[thetaLayout(kernel).noise] += 0.5 * trace * weights.noise;
      addFullGradient(gradient, W, space, weights, 0.5 * trace);
      if (kernel.additive) addAdditiveGradient(gradient, W, space, weights, 0.5 * trace);
    },
  };
}

function workspace(
  kernel: Kernel,
  X: Float64Array,
  n: number,
  extraNoise: Float64Array | undefined,
): Workspace {
  const pairs = (n * (n - 1)) / 2;
  const additivePairs = kernel.additive ? pairs : 0;
  return {
    kernel,
    n,
    extraNoise,
    squares: pairSquares(kernel, X, n),
    r2: new Float64Array(pairs),
    rho: new Float64Array(pairs),
    slope: new Float64Array(pairs),
    z: new Float64Array(additivePairs * kernel.kinds.length),
    sums: new Float64Array(additivePairs),
    sumsOfSquares: new Float64Array(additivePairs),
  };
}

function fullInto({ kernel, squares, r2, rho, slope }: Workspace, { full }: Weights): void {
  const d = full.length;
  const pairs = r2.length;
  for (let pair = 0, at = 0; pair < pairs; pair++) {
    let sum = 0;
    for (let i = 0; i < d; i++, at++) sum += squares[at] * full[i];
    r2[pair] = sum;
  }
  correlationsInto(rho, kernel.smoothness, r2, pairs);
  correlationSlopesInto(slope, kernel.smoothness, r2, rho, pairs);
}

function additiveInto({ squares, z, sums, sumsOfSquares }: Workspace, { additive }: Weights): void {
  const d = additive.length;
  for (let at = 0; at < z.length;) {
    for (let i = 0; i < d; i++, at++) z[at] = -0.5 * squares[at] * additive[i];
  }
  expNegativeInto(z, z.length);
  for (let pair = 0, at = 0; pair < sums.length; pair++) {
    let sum = 0;
    let sumOfSquares = 0;
    for (let i = 0; i < d; i++, at++) {
      sum += z[at];
      sumOfSquares += z[at] * z[at];
    }
    sums[pair] = sum;
    sumsOfSquares[pair] = sumOfSquares;
  }
}

function assembleInto(
  K: Float64Array,
  { kernel, n, extraNoise, rho, sums, sumsOfSquares }: Workspace,
  { signal, first, second, variance, noise }: Weights,
): void {
  for (let p = 0, pair = 0; p < n; p++) {
    const row = packedStart(p);
    for (let q = 0; q < p; q++, pair++) {
      let value = signal * rho[pair];
      if (kernel.additive) {
        const sum = sums[pair];
        value += first * sum + second * (sum * sum - sumsOfSquares[pair]);
      }
      K[row + q] = value;
    }
    K[row + p] = variance * (1 + JITTER) + noise + (extraNoise ? extraNoise[p] : 0);
  }
}

// In the gradients each pair stands twice in the symmetric sum, which cancels its ½.
function addFullGradient(
  gradient: Float64Array,
  W: Float64Array,
  { kernel, n, squares, rho, slope }: Workspace,
  { full, signal }: Weights,
  halfTrace: number,
): void {
  const d = full.length;
  const byLengthscale = new Float64Array(d);
  let bySignal = 0;
  for (let p = 1, pair = 0, at = 0; p < n; p++) {
    const row = packedStart(p);
    for (let q = 0; q < p; q++, pair++) {
      const w = W[row + q];
      bySignal += w * rho[pair];
      const factor = w * slope[pair];
      for (let i = 0; i < d; i++, at++) byLengthscale[i] += factor * squares[at];
    }
  }
  for (let i = 0; i < d; i++) gradient[i] += signal * full[i] * byLengthscale[i];
  gradient[thetaLayout(kernel).signal] += signal * (bySignal + halfTrace);
}

function addAdditiveGradient(
  gradient: Float64Array,
  W: Float64Array,
  { kernel, n, squares, z, sums, sumsOfSquares }: Workspace,
  { additive, first, second }: Weights,
  halfTrace: number,
): void {
  const d = additive.length;
  const byLengthscale = new Float64Array(d);
  let byFirst = 0;
  let bySecond = 0;
  for (let p = 1, pair = 0, at = 0; p < n; p++) {
    const row = packedStart(p);
    for (let q = 0; q < p; q++, pair++) {
      const w = W[row + q];
      const sum = sums[pair];
      byFirst += w * sum;
      bySecond += w * (sum * sum - sumsOfSquares[pair]);
      const constant = w * (first + 2 * second * sum);
      const linear = w * 2 * second;
      for (let i = 0; i < d; i++, at++) {
        byLengthscale[i] += (constant - linear * z[at]) * z[at] * squares[at];
      }
    }
  }
  const layout = thetaLayout(kernel);
  for (let i = 0; i < d; i++) gradient[layout.additive + i] += additive[i] * byLengthscale[i];
  gradient[layout.first] += first * (byFirst + d * halfTrace);
  gradient[layout.second] += second * (bySecond + d * (d - 1) * halfTrace);
}

/** δᵢ² of every pair, d numbers each. */
function pairSquares(kernel: Kernel, X: Float64Array, n: number): Float64Array {
  const d = kernel.kinds.length;
  const squares = new Float64Array(((n * (n - 1)) / 2) * d);
  let at = 0;
  for (let p = 1; p < n; p++) {
    for (let q = 0; q < p; q++) {
      for (let i = 0; i < d; i++) {
        squares[at++] = squareAlong(kernel.kinds[i], X[p * d + i], X[q * d + i]);
      }
    }
  }
  return squares;
}
