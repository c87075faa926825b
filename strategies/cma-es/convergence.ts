import { diagonal, type Gaussian } from "./gaussian.ts";

const SMALLEST_STEP = 1e-9;
const LARGEST_CONDITION = 1e14;

/**
 * Whether a search has come to its end: TolX, ConditionCov and EqualFunValues of the tutorial's appendix B.3.
 * @param bests the best value of each generation
 */
export function hasConverged(search: Gaussian, bests: readonly number[]): boolean {
  const { covariance, pathC, sigma, scale, factor, parameters } = search;
  let moves = false;
  let least = Infinity;
  let most = 0;
  for (let k = 0; k < parameters.n; k++) {
    const s = Math.max(Math.abs(pathC[k]), Math.sqrt(covariance[diagonal(k)]));
    if (sigma * scale[k] * s > SMALLEST_STEP) moves = true;
    least = Math.min(least, factor[diagonal(k)]);
    most = Math.max(most, factor[diagonal(k)]);
  }
  if (!moves || (most / least) * (most / least) > LARGEST_CONDITION) return true;
  const span = 10 + Math.ceil((30 * parameters.n) / parameters.lambda);
  const recent = bests.slice(-span);
  return recent.length === span && recent.every((value) => value === recent[0]);
}
