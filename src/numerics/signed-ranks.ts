import { countBelow, countUpTo, insertInto } from "./ascending.ts";
import { ndtr } from "./normal.ts";
import { ranks } from "./ranks.ts";

/** Above it the normal approximation takes over; with ties or zeros, above the second. */
const EXACT_UP_TO = 50;
const EXACT_TIES_UP_TO = 13;

/** Differences that come one by one; what one costs hardly grows with how many there are. */
export interface SignedRanks {
  readonly count: number;
  /** @param difference finite */
  add(difference: number): void;
  /** The p-value that they tend to be positive, in [0, 1]; of at least one. */
  greater(): number;
}

/**
 * Wilcoxon's signed-rank test. Zeros are ranked with the others and count half to either side, so
 * that a sample of zeros is no error (scipy's wilcoxon with zero_method="zsplit",
 * alternative="greater", method="auto", which chooses as below between the exact distribution and
 * the normal one).
 *
 * The rank of a difference among sizes s₁ … sₙ is ½ + Σⱼ [sⱼ < s] + ½ Σⱼ [sⱼ = s], so that one more
 * adds its own rank to the statistic, 1 to the rank of each greater one, and ½ to that of its equals.
 */
export function signedRanks(): SignedRanks {
  const differences: number[] = [];
  const sizes: number[] = [];
  const positive: number[] = [];
  let zeros = 0;
  let statistic = 0;
  /** Σ(t³ − t) over groups of t equal sizes. */
  let ties = 0;
  return {
    get count() {
      return differences.length;
    },
    add(difference) {
      const size = Math.abs(difference);
      const below = countBelow(sizes, size);
      const equal = countUpTo(sizes, size) - below;
      const upTo = countUpTo(positive, size);
      const share = size === 0 ? 0.5 : difference > 0 ? 1 : 0;
      const equalShares = size === 0 ? zeros / 2 : upTo - countBelow(positive, size);
      statistic += share * (below + (equal + 2) / 2);
      statistic += positive.length - upTo + equalShares / 2;
      ties += 3 * equal * (equal + 1);
      differences.push(difference);
      insertInto(sizes, size);
      if (difference > 0) insertInto(positive, size);
      if (size === 0) zeros++;
    },
    greater() {
      const n = differences.length;
      const isPlain = ties === 0 && zeros === 0;
      if (n <= (isPlain ? EXACT_UP_TO : EXACT_TIES_UP_TO)) {
        return exact(differences, ranks(differences.map(Math.abs)));
      }
      const variance = (n * (n + 1) * (2 * n + 1) - ties / 2) / 24;
      return ndtr(-(statistic - (n * (n + 1)) / 4) / Math.sqrt(variance));
    },
  };
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
