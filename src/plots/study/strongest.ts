import { ranks } from "../../numerics/ranks.ts";
import type { Trial } from "../../contracts/trial.ts";
import type { PlottedParameter } from "./parameters.ts";

const BINS = 6;

/**
 * Parameters by how much of the ranks' variance lies between a few bins of each, the strongest first: a
 * quick look, to choose what is drawn.
 * @param badness by trial
 */
export function strongest(
  parameters: readonly PlottedParameter[],
  trials: readonly Trial[],
  badness: readonly number[],
): PlottedParameter[] {
  const rank = ranks(badness);
  return parameters
    .map((parameter) => ({ parameter, between: betweenBins(trials.map(parameter.at), rank) }))
    .sort((a, b) => b.between - a.between)
    .map(({ parameter }) => parameter);
}

/** Σ over bins of n·(mean rank − whole mean)², for bins of equal counts. */
function betweenBins(positions: readonly number[], rank: ArrayLike<number>): number {
  const order = [...positions.keys()].sort((i, j) => positions[i] - positions[j] || i - j);
  const whole = (positions.length + 1) / 2;
  const bins = Array.from({ length: BINS + 1 }, () => ({ sum: 0, count: 0 }));
  const there = order.filter((i) => !Number.isNaN(positions[i]));
  for (const i of order.filter((i) => Number.isNaN(positions[i]))) add(bins[BINS], rank[i]);
  there.forEach((i, k) => add(bins[Math.floor((k * BINS) / there.length)], rank[i]));
  return bins.reduce((total, { sum, count }) => {
    if (count === 0) return total;
    const off = sum / count - whole;
    return total + count * off * off;
  }, 0);
}

function add(bin: { sum: number; count: number }, value: number): void {
  bin.sum += value;
  bin.count++;
}
