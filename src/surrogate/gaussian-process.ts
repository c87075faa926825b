/**
 * A Gaussian process given its hyperparameters: the factor of its data and predictions from it.
 *
 *   X  n × d points, row-major   y  n targets   L  packed factor of K + noise   α = K⁻¹(y − m)
 *   k  covariances of a new point with the data      v = L⁻¹k      σ² = k(x, x) − vᵀv
 */
import { choleskyInto, packedStart, solveLowerInto, solveUpperInto } from "../numerics/cholesky.ts";
import { dot } from "../numerics/dot.ts";
import { SMALLEST_PIVOT } from "./evidence.ts";
import {
  covarianceSlopesInto,
  covariancesInto,
  layoutOf,
  weightsOf,
  type Kernel,
  type Weights,
} from "./kernel.ts";
import { coefficientsOf, type Coefficients, type MeanKind } from "./mean-coefficients.ts";
import { JITTER } from "./training-covariance.ts";

/** The factor of the data's covariance; grows by rows. */
export interface Factor {
  readonly kernel: Kernel;
  readonly theta: Float64Array;
  readonly weights: Weights;
  readonly n: number;
  /** Holds n·d numbers, or more. */
  readonly X: Float64Array;
  /** Holds the packed factor, or more. */
  readonly L: Float64Array;
}

export interface GaussianProcess extends Factor, Coefficients {
  readonly y: Float64Array;
}

/** The smallest share of k(x, x) that a predicted variance can have. */
const SMALLEST_VARIANCE = 1e-13;
/** Points predicted at once. */
const LANES = 4;

/**
 * @param X n × d, row-major, n its length over d
 * A matrix that is numerically singular at θ gets more noise, eightfold each time, until it is not;
 * the factor's own θ says how much.
 */
export function factorize(kernel: Kernel, theta: Float64Array, X: Float64Array): Factor {
  const noise = layoutOf(kernel).noise;
  const ownTheta = theta.slice();
  for (;;) {
    const weights = weightsOf(kernel, ownTheta);
    const empty: Factor = {
      kernel,
      theta: ownTheta,
      weights,
      n: 0,
      X: X.slice(0, 0),
      L: new Float64Array(0),
    };
    const factor = extendFactor(empty, X);
    if (factor) return factor;
    ownTheta[noise] = Math.max(ownTheta[noise], Math.log(1e-10)) + Math.log(8);
  }
}

/**
 * The factor with the points of X after its own added: the same bits as factorising all at once.
 * Shares memory with the old factor, which stays valid; undefined if it is not positive definite.
 */
export function extendFactor(factor: Factor, X: Float64Array): Factor | undefined {
  const { kernel, weights, n: from } = factor;
  const d = kernel.kinds.length;
  const n = X.length / d;
  let L = factor.L;
  if (L.length < packedStart(n)) {
    L = new Float64Array(packedStart(n + 16));
    L.set(factor.L.subarray(0, packedStart(from)));
  }
  for (let p = from; p < n; p++) {
    covariancesInto(L, kernel, weights, X, p * d, X, p, packedStart(p));
    L[packedStart(p) + p] = weights.variance * (1 + JITTER) + weights.noise;
  }
  if (!choleskyInto(L, n, from, SMALLEST_PIVOT * weights.variance)) return undefined;
  return { ...factor, n, X, L };
}

/** The process that a factor makes with these targets. */
export function withTargets(factor: Factor, y: Float64Array, mean: MeanKind): GaussianProcess {
  return { ...factor, y, ...coefficientsOf(factor.L, y, factor.n, mean) };
}

/** Means and variances of the latent function at m points (m × d, row-major). */
export function predict(
  gp: GaussianProcess,
  points: Float64Array,
): { readonly mean: Float64Array; readonly variance: Float64Array } {
  const d = gp.kernel.kinds.length;
  const m = points.length / d;
  const mean = new Float64Array(m).fill(gp.mean);
  const variance = new Float64Array(m).fill(gp.weights.variance);
  const lanes = new Float64Array(LANES * gp.n);
  for (let first = 0; first < m; first += LANES) {
    const used = Math.min(LANES, m - first);
    for (let lane = 0; lane < used; lane++) {
      covariancesInto(
        lanes,
        gp.kernel,
        gp.weights,
        points,
        (first + lane) * d,
        gp.X,
        gp.n,
        lane,
        LANES,
      );
    }
    for (let p = 0, at = 0; p < gp.n; p++) {
      for (let lane = 0; lane < LANES; lane++, at++) {
        if (lane < used) mean[first + lane] += lanes[at] * gp.alpha[p];
      }
    }
    solveLanesInto(gp.L, lanes, gp.n);
    for (let p = 0, at = 0; p < gp.n; p++) {
      for (let lane = 0; lane < LANES; lane++, at++) {
        if (lane < used) variance[first + lane] -= lanes[at] * lanes[at];
      }
    }
  }
  const least = SMALLEST_VARIANCE * gp.weights.variance;
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
