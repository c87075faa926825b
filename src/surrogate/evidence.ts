/** The negative log evidence of hyperparameters and its gradient; what a fit minimises. */
import {
  choleskyInto,
  gramOfLowerInto,
  invertLowerInto,
  packedStart,
} from "../numerics/cholesky.ts";
import type { Kernel } from "./kernel.ts";
import { coefficientsOf, type MeanKind } from "./mean-coefficients.ts";
import { trainingCovariance } from "./training-covariance.ts";

/** Smallest pivot, relative to k(x, x), that still counts as positive definite. */
export const SMALLEST_PIVOT = 1e-14;

/**
 * θ ↦ −ln p(y | X, θ), adding ∂/∂θ to `gradient`; Infinity where K is numerically singular.
 * @param X n × d, row-major   @param y n targets   @param extraNoise n variances beside the noise
 */
export function negativeLogEvidence(
  kernel: Kernel,
  X: Float64Array,
  y: Float64Array,
  mean: MeanKind,
  extraNoise?: Float64Array,
): (theta: Float64Array, gradient: Float64Array) => number {
  const n = y.length;
  const covariance = trainingCovariance(kernel, X, n, extraNoise);
  const L = new Float64Array(packedStart(n));
  const inverseFactor = new Float64Array(packedStart(n));
  const W = new Float64Array(packedStart(n));
  return (theta, gradient) => {
    const weights = covariance.matrixInto(L, theta);
    if (!choleskyInto(L, n, 0, SMALLEST_PIVOT * weights.variance)) return Infinity;
    const { alpha, negativeLogEvidence: value } = coefficientsOf(L, y, n, mean);
    invertLowerInto(L, inverseFactor, n);
    gramOfLowerInto(inverseFactor, W, n);
    for (let p = 0, at = 0; p < n; p++) {
      for (let q = 0; q <= p; q++, at++) W[at] -= alpha[p] * alpha[q];
    }
    covariance.addGradient(gradient, W, weights);
    return value;
  };
}
