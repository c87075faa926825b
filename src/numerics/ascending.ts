/** How many of the ascending values are less than `value`. */
export const countBelow = (ascending: readonly number[], value: number): number =>
  countWhile(ascending, (one) => one < value);

/** How many of the ascending values are `value` or less. */
export const countUpTo = (ascending: readonly number[], value: number): number =>
  countWhile(ascending, (one) => one <= value);

/** Puts a value, not NaN, into its place among ascending ones: behind its equals. */
export function insertInto(ascending: number[], value: number): void {
  ascending.splice(countUpTo(ascending, value), 0, value);
}

/** How many items there are before the first of which it does not hold; none behind it may hold. */
export function countWhile<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(items[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}
