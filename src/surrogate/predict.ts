/**
 * Predictions of a Gaussian process.
 *
 *   k  covariances of a point with the n data points      v = L⁻¹k
 *   mean m + kᵀα      variance σ² = k(x, x) − vᵀv, of the latent function
 */
import { solveLowerInto, solveUpperInto } from "../numerics/cholesky.ts";
import { dot } from "../numerics/dot.ts";
import type { GaussianProcess } from "./gaussian-process.ts";
import { covarianceSlopesInto, covariancesInto } from "./kernel.ts";

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
  const lanes = new Float64Array(LANES * n);
  for (let first = 0; first < m; first += LANES) {
    const used = Math.min(LANES, m - first);
    for (let lane = 0; lane < used; lane++) {
      covariancesInto(lanes, kernel, weights, points, (first + lane) * d, X, n, lane, LANES);
    }
    for (let lane = 0; lane < used; lane++) {
      for (let p = 0; p < n; p++) mean[first + lane] += lanes[p * LANES + lane] * gp.alpha[p];
    }
    solveLanesInto(gp.L, lanes, n);
    for (let lane = 0; lane < used; lane++) {
      for (let at = lane; at < lanes.length; at += LANES) {
        variance[first + lane] -= lanes[at] * lanes[at];
      }
    }
  }
  const least = SMALLEST_VARIANCE * weights.variance;
  for (let i = 0; i < m; i++) variance[i] = Math.max(least, variance[i]);
  return { mean, variance };
}

/**
 * Forward substitution for four right-hand sides side by side: each number of L is loaded once for
 * all four.
 */
function solveLanesInto(L: Float64Array, lanes: Float64Array, n: number): void {
  for (let p = 0, row = 0; p < n; row += ++p) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let q = 0, at = 0; q < p; q++, at += LANES) {
      const l = L[row + q];
      s0 += l * lanes[at];
      s1 += l * lanes[at + 1];
      s2 += l * lanes[at + 2];
      s3 += l * lanes[at + 3];
    }
    const inverse = 1 / L[row + p];
    const at = p * LANES;
    lanes[at] = (lanes[at] - s0) * inverse;
    lanes[at + 1] = (lanes[at + 1] - s1) * inverse;
    lanes[at + 2] = (lanes[at + 2] - s2) * inverse;
    lanes[at + 3] = (lanes[at + 3] - s3) * inverse;
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
  const k = new Float64Array(n);
  const slopes = new Float64Array(n * d);
  const result: PredictionSlopes = {
    mean: 0,
    variance: 0,
    meanSlope: new Float64Array(d),
    varianceSlope: new Float64Array(d),
  };
  return (x) => {
    covarianceSlopesInto(k, slopes, kernel, weights, x, X, n);
    result.mean = gp.mean;
    for (let p = 0; p < n; p++) result.mean += k[p] * alpha[p];
    result.variance = Math.max(
      SMALLEST_VARIANCE * weights.variance,
      weights.variance - solveWithSquare(L, k, n),
    );
    result.meanSlope.fill(0);
    result.varianceSlope.fill(0);
    for (let p = 0, at = 0; p < n; p++) {
      const a = alpha[p];
      const w = -2 * k[p];
      for (let i = 0; i < d; i++, at++) {
        result.meanSlope[i] += a * slopes[at];
        result.varianceSlope[i] += w * slopes[at];
      }
    }
    return result;
  };
}

/** k ← K⁻¹k, returning kᵀK⁻¹k. */
function solveWithSquare(L: Float64Array, k: Float64Array, n: number): number {
  solveLowerInto(L, k, n);
  const square = dot(k, 0, k, 0, n);
  solveUpperInto(L, k, n);
  return square;
}
