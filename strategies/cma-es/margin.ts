/**
 * The margin of CMA-ES for integers: Hamano, Saito, Nomura & Shirakawa, "CMA-ES with margin",
 * GECCO 2022 (arXiv:2205.13482). It keeps the probability of leaving the mean's cell, to either side
 * that exists, at α or more, by moving m and the diagonal A.
 *
 *   ℓ, u  thresholds below and above the mean   p = P(x < ℓ), r = P(x > u), q = 1 − p − r
 */
import { ndtr, ndtri } from "../../src/numerics/normal.ts";
import type { NumericDistribution } from "../../src/space/distribution.ts";
import { cellAround } from "../common/cells.ts";
import { deviationOf, type Gaussian } from "./gaussian.ts";

/** Corrects coordinate j, which is discrete; α = 1/(nλ). */
export function keepMargin(search: Gaussian, j: number, distribution: NumericDistribution): void {
  const alpha = 1 / (search.parameters.n * search.parameters.lambda);
  const [low, high] = cellAround(distribution, Math.min(1 - 1e-12, search.mean[j]));
  const s = deviationOf(search, j);
  if (low <= 0 && high >= 1) return;
  if (low <= 0 || high >= 1) {
    // (section 4.2) one side only: the threshold is at most the (1 − α) quantile away.
    const threshold = low <= 0 ? high : low;
    const farthest = -ndtri(alpha) * s;
    const distance = search.mean[j] - threshold;
    search.mean[j] = threshold + Math.sign(distance) * Math.min(Math.abs(distance), farthest);
    return;
  }
  // (section 4.3)
  const below = ndtr((low - search.mean[j]) / s);
  const above = ndtr((search.mean[j] - high) / s);
  if (below >= alpha / 2 && above >= alpha / 2) return;
  const within = 1 - below - above;
  const p = Math.max(alpha / 2, below);
  const r = Math.max(alpha / 2, above);
  const share = (1 - p - r - within) / (p + r + within - (3 * alpha) / 2);
  const left = -ndtri(Math.min(0.499, p + share * (p - alpha / 2)));
  const right = -ndtri(Math.min(0.499, r + share * (r - alpha / 2)));
  search.mean[j] = (low * right + high * left) / (left + right);
  search.scale[j] *= (high - low) / ((left + right) * s);
}

/** E[x | x in the cell] under the current marginal: what a discrete value tells of its draw. */
export function expectedInCell(
  search: Gaussian,
  j: number,
  distribution: NumericDistribution,
  unit: number,
): number {
  const [low, high] = cellAround(distribution, unit);
  const s = deviationOf(search, j);
  const m = search.mean[j];
  const [a, b] = [(low - m) / s, (high - m) / s];
  const mass = ndtr(b) - ndtr(a);
  if (!(mass > 1e-12)) return Math.min(high, Math.max(low, m));
  const density = (t: number): number => 0.3989422804014327 * Math.exp(-0.5 * t * t);
  return Math.min(high, Math.max(low, m + (s * (density(a) - density(b))) / mass));
}
