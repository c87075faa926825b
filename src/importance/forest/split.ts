/**
 * The best way to part a node's trials by one parameter: the one after which the squares around the
 * two means are smallest, that is Σy over each side, squared, over its size, largest.
 *
 *   rows  the node's trials, in the parameter's order, those that lack it last
 */
import type { Table } from "./table.ts";

export interface Split {
  readonly parameter: number;
  /** (Σ_left y)²/n_left + (Σ_right y)²/n_right. */
  readonly gain: number;
  /** A number's values below go left; NaN for a choice. */
  readonly threshold: number;
  /** The categories that go left. */
  readonly left: readonly number[];
  /** It stands for a split of the left side by a parameter that exists there alone. */
  readonly isOnTheWay?: boolean;
}

/** A number's split, halfway between two of the trials' values; undefined if they are all equal. */
export function numberSplit(
  { n, x, y }: Table,
  parameter: number,
  rows: Int32Array,
  leastLeaf: number,
): Split | undefined {
  const column = parameter * n;
  const count = rows.length;
  let total = 0;
  for (let k = 0; k < count; k++) total += y[rows[k]];
  let gain = -Infinity;
  let threshold = NaN;
  let sum = 0;
  for (let k = 1; k < count; k++) {
    sum += y[rows[k - 1]];
    const below = x[column + rows[k - 1]];
    const above = x[column + rows[k]];
    if (below === above || k < leastLeaf || count - k < leastLeaf) continue;
    const rest = total - sum;
    const here = (sum * sum) / k + (rest * rest) / (count - k);
    if (here > gain) {
      gain = here;
      threshold = below + (above - below) / 2;
    }
  }
  return gain === -Infinity ? undefined : { parameter, gain, threshold, left: [] };
}

/**
 * A choice's split: with its categories by their means the best of all splits is one of those that
 * cut this order (W. D. Fisher, JASA 53, 1958). Undefined if all trials have one category.
 */
export function choiceSplit(
  { n, x, y, categories }: Table,
  parameter: number,
  rows: Int32Array,
  leastLeaf: number,
): Split | undefined {
  const sums = new Float64Array(categories[parameter]);
  const counts = new Int32Array(categories[parameter]);
  let total = 0;
  for (const row of rows) {
    const category = x[parameter * n + row];
    sums[category] += y[row];
    counts[category]++;
    total += y[row];
  }
  const order = [...counts.keys()].filter((category) => counts[category] > 0);
  order.sort((a, b) => sums[a] / counts[a] - sums[b] / counts[b] || a - b);
  let gain = -Infinity;
  let cut = 0;
  let sum = 0;
  let count = 0;
  for (let k = 1; k < order.length; k++) {
    sum += sums[order[k - 1]];
    count += counts[order[k - 1]];
    if (count < leastLeaf || rows.length - count < leastLeaf) continue;
    const rest = total - sum;
    const here = (sum * sum) / count + (rest * rest) / (rows.length - count);
    if (here > gain) {
      gain = here;
      cut = k;
    }
  }
  return gain === -Infinity
    ? undefined
    : { parameter, gain, threshold: NaN, left: order.slice(0, cut) };
}
