/** Which points are drawn where there are too many, and how to say so. */
export interface Thinned {
  /** Indices of what stays, ascending. */
  readonly kept: readonly number[];
  /** "2000 of 10000 trials drawn: the best tenth, every extreme, the rest evenly". */
  readonly said?: string;
}

/**
 * Of `count` points at most about `most`: those with the least and the largest value of any column,
 * the best tenth, and of the others every so manieth, in their order.
 * @param badness by point; smaller is better, NaN is worst
 * @param columns values by point, of which the extremes stay
 */
export function thin(
  badness: readonly number[],
  columns: readonly (readonly number[])[],
  most: number,
): Thinned {
  const count = badness.length;
  if (count <= most) return { kept: badness.map((_, i) => i) };
  const kept = new Set<number>(columns.flatMap(extremes));
  const ranked = badness
    .map((_, i) => i)
    .sort((i, j) => rank(badness[i]) - rank(badness[j]) || i - j);
  for (const i of ranked.slice(0, Math.ceil(count / 10))) kept.add(i);
  const rest = badness.map((_, i) => i).filter((i) => !kept.has(i));
  const room = Math.max(0, most - kept.size);
  for (let k = 0; k < room; k++) kept.add(rest[Math.floor((k * rest.length) / room)]);
  return {
    kept: [...kept].sort((i, j) => i - j),
    said: `${kept.size} of ${count} trials drawn: the best tenth, extremes, the rest evenly`,
  };
}

const rank = (badness: number): number => (Number.isNaN(badness) ? Infinity : badness);

function extremes(column: readonly number[]): number[] {
  let least = -1;
  let largest = -1;
  column.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    if (least < 0 || value < column[least]) least = i;
    if (largest < 0 || value > column[largest]) largest = i;
  });
  return least < 0 ? [] : [least, largest];
}
