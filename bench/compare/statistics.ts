import { mean, quantileSorted } from "simple-statistics";
import { ranks } from "../../src/numerics/ranks.ts";
import { wilcoxonSignedRank } from "../../src/numerics/wilcoxon.ts";
import { createRng } from "../../src/numerics/rng.ts";

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 2000;

/**
 * The mean over groups of each group's mean, with its 95 % percentile bootstrap interval: values
 * are resampled within their groups (tasks are given, seeds are drawn). Seeded by the values'
 * counts alone: the same values give the same interval.
 */
export function groupedMean(groups: readonly (readonly number[])[]): Interval {
  const value = mean(groups.map((group) => mean(group)));
  if (!Number.isFinite(value)) return { value, low: value, high: value };
  const rng = createRng(0, "bootstrap");
  const means = new Float64Array(RESAMPLES);
  for (let b = 0; b < RESAMPLES; b++) {
    let total = 0;
    for (const group of groups) {
      let sum = 0;
      for (let i = 0; i < group.length; i++) {
        sum += group[Math.floor(rng.uniform() * group.length)];
      }
      total += sum / group.length;
    }
    means[b] = total / groups.length;
  }
  const sorted = [...means.sort()];
  return { value, low: quantileSorted(sorted, 0.025), high: quantileSorted(sorted, 0.975) };
}

/**
 * @param scores one row per problem, one column per contender; lower is better
 * @returns each contender's mean rank, 1 the best; ties share theirs
 */
export function meanRanks(scores: readonly (readonly number[])[]): number[] {
  const ranked = scores.map((row) => ranks([...row]));
  return scores[0].map((_, column) => mean(ranked.map((row) => row[column])));
}

/** Two-sided p of paired scores: Wilcoxon's signed-rank test, differences of zero left out. */
export const pairedP = (a: readonly number[], b: readonly number[]): number =>
  wilcoxonSignedRank(a.map((value, i) => (value === b[i] ? 0 : value - b[i]))).p;

/**
 * Holm's step-down correction: the p-values, raised so that the chance of any false rejection
 * stays below the level (Holm 1979, A simple sequentially rejective multiple test procedure).
 */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((i, j) => p[i] - p[j]);
  const corrected = new Array<number>(p.length);
  let largest = 0;
  order.forEach((index, k) => {
    largest = Math.max(largest, Math.min(1, (p.length - k) * p[index]));
    corrected[index] = largest;
  });
  return corrected;
}
