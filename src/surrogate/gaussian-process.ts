/**
 * A Gaussian process given its hyperparameters: the factor of its data, and what the targets make of it.
 *
 *   X  n × d points, row-major   y  n targets   L  packed factor of K + noise   α = K⁻¹(y − m)
 */
import { choleskyInto, packedStart } from "../numerics/cholesky.ts";
import { SMALLEST_PIVOT } from "./evidence.ts";
import { kept } from "./kept.ts";
import { settingsOf, thetaLayout, weightsOf, type Kernel, type Weights } from "./kernel.ts";
import { coefficientsOf, type Coefficients, type MeanKind } from "./mean-coefficients.ts";
import { pointCovariance } from "./point-covariance.ts";
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
  /** Variances of single points' noise beside the common one; n numbers. Left out: none. */
  readonly extraNoise?: Float64Array;
}

export interface GaussianProcess extends Factor, Coefficients {
  readonly y: Float64Array;
}

/**
 * @param X n × d, row-major, n its length over d
 * A matrix that is numerically singular at θ gets more noise, eightfold each time, until it is not;
 * the factor's own θ says how much.
 */
export function factorize(
  kernel: Kernel,
  theta: Float64Array,
  X: Float64Array,
  extraNoise?: Float64Array,
): Factor {
  const noise = thetaLayout(kernel).noise;
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
    const factor = extendFactor(empty, X, extraNoise);
    if (factor) return factor;
    ownTheta[noise] = Math.max(ownTheta[noise], Math.log(1e-10)) + Math.log(8);
  }
}

/** As `factorize`, but taken from an earlier process that made the same one, where this one keeps factors. */
export function keptFactor(kernel: Kernel, theta: Float64Array, X: Float64Array): Factor {
  const work = { kind: "factors", numbers: [theta, X], settings: settingsOf(kernel) } as const;
  const own = kept(work, () => {
    const { theta: ownTheta, n, L } = factorize(kernel, theta, X);
    return { theta: ownTheta, n, L: L.slice(0, packedStart(n)) };
  });
  return { kernel, ...own, weights: weightsOf(kernel, own.theta), X };
}

/**
 * The factor with the points of X after its own added: the same bits as factorising all at once.
 * Shares memory with the old factor, which stays valid; undefined if it is not positive definite.
 * `extraNoise` is of all points; its beginning is the old factor's.
 */
export function extendFactor(
  factor: Factor,
  X: Float64Array,
  extraNoise?: Float64Array,
): Factor | undefined {
  const { kernel, weights, n: from } = factor;
  const d = kernel.kinds.length;
  const n = X.length / d;
  let L = factor.L;
  if (L.length < packedStart(n)) {
    L = new Float64Array(packedStart(n + 16));
    L.set(factor.L.subarray(0, packedStart(from)));
  }
  const point = pointCovariance(kernel, weights, X, n);
  for (let p = from; p < n; p++) {
    point.covariancesInto(L, packedStart(p), X, p * d, p);
    const noise = extraNoise ? weights.noise + extraNoise[p] : weights.noise;
    L[packedStart(p) + p] = weights.variance * (1 + JITTER) + noise;
  }
  if (!choleskyInto(L, n, from, SMALLEST_PIVOT * weights.variance)) return undefined;
  return { ...factor, n, X, L, extraNoise };
}

/** The process that a factor makes with these targets. */
export function withTargets(factor: Factor, y: Float64Array, mean: MeanKind): GaussianProcess {
  return { ...factor, y, ...coefficientsOf(factor.L, y, factor.n, mean) };
}
