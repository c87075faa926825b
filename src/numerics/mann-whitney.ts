/**
 * The Mann–Whitney U test: does one sample tend to larger values than the other?
 *
 *   n, m  sample sizes     U  pairs (a, b) with a > b, ties counting one half
 */
import { ndtr } from "./normal.ts";
import { ranks, tieCorrection } from "./ranks.ts";

export interface MannWhitneyResult {
  /** U of the first sample, 0 … n·m. */
  readonly u: number;
  /** Two-sided p. */
  readonly p: number;
}

/** U of the first sample. */
function uStatistic(a: readonly number[], b: readonly number[]): number {
  const all = ranks([...a, ...b]);
  const rankSum = a.reduce((sum, _, i) => sum + all[i], 0);
  return rankSum - (a.length * (a.length + 1)) / 2;
}

/**
 * Exact two-sided p by counting all orders (scipy's method="exact"); without ties only: with ties
 * the count is not exact, so the normal approximation is used.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): MannWhitneyResult {
  if (tieCorrection([...a, ...b]) > 0) return mannWhitneyAsymptotic(a, b);
  const u = uStatistic(a, b);
  const n = a.length;
  const m = b.length;
  const larger = Math.max(u, n * m - u);
  const counts = orderCounts(n, m);
  let total = 0;
  let tail = 0;
  counts.forEach((count, value) => {
    total += count;
    if (value >= larger) tail += count;
  });
  return { u, p: Math.min(1, (2 * tail) / total) };
}

/** Two-sided p by the normal approximation with ties and continuity correction (scipy's "asymptotic"). */
export function mannWhitneyAsymptotic(
  a: readonly number[],
  b: readonly number[],
): MannWhitneyResult {
  const u = uStatistic(a, b);
  const n = a.length;
  const m = b.length;
  const both = n + m;
  const ties = tieCorrection([...a, ...b]);
  const variance = ((n * m) / 12) * (both + 1 - ties / (both * (both - 1)));
  const distance = Math.max(u, n * m - u) - (n * m) / 2 - 0.5;
  if (!(variance > 0)) return { u, p: 1 };
  return { u, p: Math.min(1, 2 * ndtr(-distance / Math.sqrt(variance))) };
}

/** How many orders of n + m distinct values give each U: the Gaussian binomial's coefficients. */
function orderCounts(n: number, m: number): Float64Array {
  const counts = new Float64Array(n * m + 1);
  counts[0] = 1;
  for (let i = 1; i <= n; i++) {
    // × (1 − x^(m+i)) / (1 − x^i)
    for (let k = counts.length - 1; k >= m + i; k--) counts[k] -= counts[k - m - i];
    for (let k = i; k < counts.length; k++) counts[k] += counts[k - i];
  }
  return counts;
}
