/**
 * The constant mean and the weights of the data, given a factor of their covariance.
 *
 *   L  factor of K      y  targets      m  the mean      α = K⁻¹(y − m)
 *
 * With an estimated mean, m ~ N(0, 1) in standardised units, at its posterior mode
 * m = 1ᵀK⁻¹y / (1ᵀK⁻¹1 + 1): generalised least squares, held near 0 while the data say little.
 */
import { halfLogDeterminant, solveLowerInto, solveUpperInto } from "../numerics/cholesky.ts";
import { dotRange } from "../numerics/dot-range.ts";

export type MeanKind = "zero" | "estimated";

export interface Coefficients {
  readonly mean: number;
  readonly alpha: Float64Array;
  /** −ln p(y | m) (− ln p(m) + const for an estimated mean). */
  readonly negativeLogEvidence: number;
}

const LOG_TWO_PI = Math.log(2 * Math.PI);

export function coefficientsOf(
  L: Float64Array,
  y: Float64Array,
  n: number,
  kind: MeanKind,
): Coefficients {
  const alpha = y.slice(0, n);
  solveLowerInto(L, alpha, n);
  let mean = 0;
  if (kind === "estimated") {
    const ones = new Float64Array(n).fill(1);
    solveLowerInto(L, ones, n);
    mean = dotRange(ones, 0, alpha, 0, n) / (dotRange(ones, 0, ones, 0, n) + 1);
    for (let p = 0; p < n; p++) alpha[p] -= mean * ones[p];
  }
  const fit = dotRange(alpha, 0, alpha, 0, n) + mean * mean;
  solveUpperInto(L, alpha, n);
  const negativeLogEvidence = 0.5 * fit + halfLogDeterminant(L, n) + 0.5 * n * LOG_TWO_PI;
  return { mean, alpha, negativeLogEvidence };
}
