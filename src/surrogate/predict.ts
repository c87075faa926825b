/**
 * Predictions of a Gaussian process.
 *
 *   k  covariances of a point with the n data points      v = L⁻¹k
 *   mean m + kᵀα      variance σ² = k(x, x) − vᵀv, of the latent function
 */
import { solveLowerInto, solveUpperInto } from "../numerics/cholesky.ts";
import { dotRange } from "../numerics/dot-range.ts";
import type { GaussianProcess } from "./gaussian-process.ts";
import { pointCovariance } from "./point-covariance.ts";

/** The smallest share of k(x, x) that a predicted variance can have. */
const SMALLEST_VARIANCE = 1e-13;
/** Points predicted at once. */
const LANES = 4;

export interface Predictions {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Means and variances at m points (m × d, row-major). */
export function predict(gp: GaussianProcess, points: Float64Array): Predictions {
  const { kernel, weights, X, n } = gp;
  const d = kernel.kinds.length;
  const m = points.length / d;
  const mean = new Float64Array(m).fill(gp.mean);
  const variance = new Float64Array(m).fill(weights.variance);
  const point = pointCovariance(kernel, weights, X, n);
  const lanes = new Float64Array(LANES * n);
  for (let first = 0; first < m; first += LANES) {
    const used = Math.min(LANES, m - first);
    for (let lane = 0; lane < used; lane++) {
      point.covariancesInto(lanes, lane * n, points, (first + lane) * d, n);
      mean[first + lane] += dotRange(lanes, lane * n, gp.alpha, 0, n);
    }
    solveLanesInto(gp.L, lanes, n);
    for (let lane = 0; lane < used; lane++) {
      variance[first + lane] -= dotRange(lanes, lane * n, lanes, lane * n, n);
    }
  }
  const least = SMALLEST_VARIANCE * weights.variance;
  for (let i = 0; i < m; i++) variance[i] = Math.max(least, variance[i]);
  return { mean, variance };
}

/** Means at m points (m × d, row-major): without variances n times as fast. */
export function predictMeans(
  { kernel, weights, X, n, alpha, mean }: GaussianProcess,
  points: Float64Array,
): Float64Array {
  const d = kernel.kinds.length;
  const point = pointCovariance(kernel, weights, X, n);
  const k = new Float64Array(n);
  return Float64Array.from({ length: points.length / d }, (_, i) => {
    point.covariancesInto(k, 0, points, i * d, n);
    return mean + dotRange(k, 0, alpha, 0, n);
  });
}

/**
 * Forward substitution for four right-hand sides, n numbers each: each number of L is loaded once
 * for all four.
 */
function solveLanesInto(L: Float64Array, lanes: Float64Array, n: number): void {
  const second = n;
  const third = 2 * n;
  const fourth = 3 * n;
  for (let p = 0, row = 0; p < n; row += ++p) {
    let s0 = lanes[p];
    let s1 = lanes[second + p];
    let s2 = lanes[third + p];
    let s3 = lanes[fourth + p];
    for (let q = 0; q < p; q++) {
      const l = L[row + q];
      s0 -= l * lanes[q];
      s1 -= l * lanes[second + q];
      s2 -= l * lanes[third + q];
      s3 -= l * lanes[fourth + q];
    }
    const inverse = 1 / L[row + p];
    lanes[p] = s0 * inverse;
    lanes[second + p] = s1 * inverse;
    lanes[third + p] = s2 * inverse;
    lanes[fourth + p] = s3 * inverse;
  }
}

export interface PredictionSlopes {
  mean: number;
  variance: number;
  /** ∂mean/∂xᵢ. */
  readonly meanSlope: Float64Array;
  /** ∂variance/∂xᵢ. */
  readonly varianceSlope: Float64Array;
}

/** A predictor of mean and variance with their gradients at one point; it reuses its result. */
export function slopePredictor(gp: GaussianProcess): (x: Float64Array) => PredictionSlopes {
  const { kernel, weights, X, n, L, alpha } = gp;
  const d = kernel.kinds.length;
  const point = pointCovariance(kernel, weights, X, n);
  const k = new Float64Array(n);
  const slopes = new Float64Array(n * d);
  const result: PredictionSlopes = {
    mean: 0,
    variance: 0,
    meanSlope: new Float64Array(d),
    varianceSlope: new Float64Array(d),
  };
  return (x) => {
    point.covariancesInto(k, 0, x, 0, n);
    point.slopesInto(slopes, x, n);
    result.mean = gp.mean + dotRange(k, 0, alpha, 0, n);
    result.variance = Math.max(
      SMALLEST_VARIANCE * weights.variance,
      weights.variance - solveWithSquare(L, k, n),
    );
    weighSlopesInto(result, slopes, alpha, k);
    return result;
  };
}

/** ∂mean/∂x = Σ α_p·∂k_p/∂x and ∂variance/∂x = −2·Σ k_p·∂k_p/∂x, with k = K⁻¹k by now. */
function weighSlopesInto(
  { meanSlope, varianceSlope }: PredictionSlopes,
  slopes: Float64Array,
  alpha: Float64Array,
  k: Float64Array,
): void {
  meanSlope.fill(0);
  varianceSlope.fill(0);
  const n = k.length;
  const d = meanSlope.length;
  for (let p = 0, at = 0; p < n; p++) {
    const a = alpha[p];
    const w = -2 * k[p];
    for (let i = 0; i < d; i++, at++) {
      meanSlope[i] += a * slopes[at];
      varianceSlope[i] += w * slopes[at];
    }
  }
}

/** k ← K⁻¹k, returning kᵀK⁻¹k. */
function solveWithSquare(L: Float64Array, k: Float64Array, n: number): number {
  solveLowerInto(L, k, n);
  const square = dotRange(k, 0, k, 0, n);
  solveUpperInto(L, k, n);
  return square;
}
