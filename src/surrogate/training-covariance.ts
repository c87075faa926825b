/**
 * The covariance of the training points as a function of θ, for the fit: distances are taken once,
 * and what the gradient needs again is kept from the value.
 *
 *   n   points     pair (p, q), q < p, stands at p(p−1)/2 + q
 *   W   = K⁻¹ − ααᵀ, packed lower; the evidence's gradient is ½ Σ_{pq} W_pq ∂K_pq/∂θ
 *       (Rasmussen & Williams 2006, eq. 5.9)
 * Other letters as in kernel.ts.
 */
import { expNegative } from "../numerics/exp-negative.ts";
import { packedStart } from "../numerics/cholesky.ts";
import { layoutOf, squareAlong, weightsOf, type Kernel, type Weights } from "./kernel.ts";
import { correlation, slopeOf } from "./stationary.ts";

/** Added to the diagonal beside the noise, relative to k(x, x), against rounding. */
export const JITTER = 1e-12;

export interface TrainingCovariance {
  /** Writes K(θ), noise included, packed lower. */
  matrixInto(K: Float64Array, theta: Float64Array): Weights;
  /** Adds ½ Σ W ∂K/∂θ at the θ of the last `matrixInto`. */
  addGradient(gradient: Float64Array, W: Float64Array): void;
}

export function trainingCovariance(kernel: Kernel, X: Float64Array, n: number): TrainingCovariance {
  const d = kernel.kinds.length;
  const pairs = (n * (n - 1)) / 2;
  const squares = pairSquares(kernel, X, n);
  const rho = new Float64Array(pairs);
  const slope = new Float64Array(pairs);
  const z = new Float64Array(kernel.additive ? pairs * d : 0);
  const sums = new Float64Array(kernel.additive ? pairs : 0);
  const sumsOfSquares = new Float64Array(kernel.additive ? pairs : 0);
  let weights: Weights | undefined;

  function matrixInto(K: Float64Array, theta: Float64Array): Weights {
    const w = (weights = weightsOf(kernel, theta));
    fullInto(w);
    if (kernel.additive) additiveInto(w);
    for (let p = 0, pair = 0; p < n; p++) {
      const row = packedStart(p);
      for (let q = 0; q < p; q++, pair++) K[row + q] = covarianceOf(w, pair);
      K[row + p] = w.variance * (1 + JITTER) + w.noise;
    }
    return w;
  }

  function covarianceOf(w: Weights, pair: number): number {
    const full = w.signal * rho[pair];
    if (!kernel.additive) return full;
    const sum = sums[pair];
    return full + w.first * sum + w.second * (sum * sum - sumsOfSquares[pair]);
  }

  function fullInto({ full }: Weights): void {
    for (let pair = 0, at = 0; pair < pairs; pair++) {
      let r2 = 0;
      for (let i = 0; i < d; i++, at++) r2 += squares[at] * full[i];
      rho[pair] = correlation(kernel.smoothness, r2);
      slope[pair] = slopeOf(kernel.smoothness, r2, rho[pair]);
    }
  }

  function additiveInto({ additive }: Weights): void {
    for (let pair = 0, at = 0; pair < pairs; pair++) {
      let sum = 0;
      let sumOfSquares = 0;
      for (let i = 0; i < d; i++, at++) {
        const value = expNegative(-0.5 * squares[at] * additive[i]);
        z[at] = value;
        sum += value;
        sumOfSquares += value * value;
      }
      sums[pair] = sum;
      sumsOfSquares[pair] = sumOfSquares;
    }
  }

  function addGradient(gradient: Float64Array, W: Float64Array): void {
    if (!weights) throw new Error("addGradient before matrixInto");
    let trace = 0;
    for (let p = 0; p < n; p++) trace += W[packedStart(p) + p];
    const at = layoutOf(kernel);
    gradient[at.noise] += 0.5 * trace * weights.noise;
    addFullGradient(gradient, W, weights, 0.5 * trace);
    if (kernel.additive) addAdditiveGradient(gradient, W, weights, 0.5 * trace);
  }

  // Each pair stands twice in the symmetric sum, which cancels its ½.
  function addFullGradient(
    gradient: Float64Array,
    W: Float64Array,
    { full, signal }: Weights,
    halfTrace: number,
  ): void {
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
    gradient[layoutOf(kernel).signal] += signal * (bySignal + halfTrace);
  }

  function addAdditiveGradient(
    gradient: Float64Array,
    W: Float64Array,
    { additive, first, second }: Weights,
    halfTrace: number,
  ): void {
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
    const layout = layoutOf(kernel);
    for (let i = 0; i < d; i++) gradient[layout.additive + i] += additive[i] * byLengthscale[i];
    gradient[layout.first] += first * (byFirst + d * halfTrace);
    gradient[layout.second] += second * (bySecond + d * (d - 1) * halfTrace);
  }

  return { matrixInto, addGradient };
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
