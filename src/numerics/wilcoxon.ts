/**
 * The Wilcoxon signed-rank test on paired samples.
 *
 *   d  differences, zeros left out (Wilcoxon's own rule)     n  how many are left
 *   W⁺ sum of the ranks of |d| over the positive ones
 */
import { ndtr } from "./normal.ts";
import { ranks, tieCorrection } from "./ranks.ts";

export type Alternative = "two-sided" | "less" | "greater";

export interface WilcoxonResult {
  /** W⁺, 0 … n(n + 1)/2. */
  readonly statistic: number;
  readonly p: number;
}

/** Above it the exact count gives way to the normal approximation. */
const EXACT_UP_TO = 200;

/**
 * @param differences first minus second, pair by pair
 * @param alternative "less": the differences tend to be negative
 * p is exact (scipy's method="exact") for up to 200 non-zero differences without ties, otherwise by
 * the normal approximation with the ties' correction; 1 when no difference is left.
 */
export function wilcoxonSignedRank(
  differences: readonly number[],
  alternative: Alternative = "two-sided",
): WilcoxonResult {
  const d = differences.filter((value) => value !== 0);
  const n = d.length;
  if (n === 0) return { statistic: 0, p: 1 };
  const sizes = d.map(Math.abs);
  const rank = ranks(sizes);
  const statistic = d.reduce((sum, value, i) => (value > 0 ? sum + rank[i] : sum), 0);
  const exact = n <= EXACT_UP_TO && tieCorrection(sizes) === 0;
  const below = exact ? exactBelow(n) : normalBelow(n, tieCorrection(sizes));
  const largest = (n * (n + 1)) / 2;
  const less = below(statistic);
  const greater = below(largest - statistic);
  const twoSided = Math.min(1, 2 * Math.min(less, greater));
  const p = { less, greater, "two-sided": twoSided }[alternative];
  return { statistic, p };
}

/** w ↦ P(W⁺ ≤ w) by counting the 2ⁿ sign patterns. */
function exactBelow(n: number): (w: number) => number {
  const probability = new Float64Array((n * (n + 1)) / 2 + 1);
  probability[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    for (let k = probability.length - 1; k >= 0; k--) {
      probability[k] = 0.5 * (probability[k] + (k >= rank ? probability[k - rank] : 0));
    }
  }
  return (w) => {
    let sum = 0;
    for (let k = 0; k <= w; k++) sum += probability[k];
    return Math.min(1, sum);
  };
}

/** w ↦ P(W⁺ ≤ w), approximately. */
function normalBelow(n: number, ties: number): (w: number) => number {
  const mean = (n * (n + 1)) / 4;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24 - ties / 48);
  return (w) => ndtr((w - mean) / deviation);
}
