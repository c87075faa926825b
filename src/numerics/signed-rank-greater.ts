import { ndtr } from "./normal.ts";
import { ranks, tieCorrection } from "./ranks.ts";

/** Above it the normal approximation takes over; with ties or zeros, above the second. */
const EXACT_UP_TO = 50;
const EXACT_TIES_UP_TO = 13;

/**
 * The p-value of Wilcoxon's signed-rank test that the differences tend to be positive, in [0, 1].
 * Zeros are ranked with the others and count half to either side, so that a sample of zeros is no
 * error (scipy's wilcoxon with zero_method="zsplit", alternative="greater", method="auto", which
 * chooses as below between the exact distribution and the normal one).
 * @param differences not empty, finite
 */
export function signedRankGreater(differences: readonly number[]): number {
  const sizes = differences.map(Math.abs);
  const rank = ranks(sizes);
  const ties = tieCorrection(sizes);
  const n = differences.length;
  const isPlain = ties === 0 && !differences.includes(0);
  if (n <= (isPlain ? EXACT_UP_TO : EXACT_TIES_UP_TO)) return exact(differences, rank);
  let statistic = 0;
  for (const [i, d] of differences.entries()) {
    statistic += d > 0 ? rank[i] : d === 0 ? rank[i] / 2 : 0;
  }
  const variance = (n * (n + 1) * (2 * n + 1) - ties / 2) / 24;
  return ndtr(-(statistic - (n * (n + 1)) / 4) / Math.sqrt(variance));
}

/**
 * P(W⁺ ≥ w) over all sign patterns of the differences that are not 0 (the others' share is the same
 * in each), by counting. Mean ranks of ties are halves: twice the ranks are integers.
 */
function exact(differences: readonly number[], rank: readonly number[]): number {
  const doubled = rank.map((value) => Math.round(2 * value));
  let statistic = 0;
  const probability = new Float64Array(doubled.reduce((sum, value) => sum + value, 1));
  probability[0] = 1;
  for (const [i, d] of differences.entries()) {
    if (d === 0) continue;
    if (d > 0) statistic += doubled[i];
    for (let k = probability.length - 1; k >= 0; k--) {
      const from = k >= doubled[i] ? probability[k - doubled[i]] : 0;
      probability[k] = 0.5 * (probability[k] + from);
    }
  }
  return probability.subarray(statistic).reduce((sum, value) => sum + value, 0);
}
