/** Whether `a` is nowhere worse and somewhere better than `b`; all minimised. */
export const dominates = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((value, index) => value <= b[index]) && a.some((value, index) => value < b[index]);

/**
 * The front with `item` in it, if nothing there is as good: a tie goes to who came first with one
 * metric, and stays beside it with several, as the points then differ in their parameters.
 */
export function insertIntoFront<T extends { readonly number: number }>(
  front: readonly T[],
  item: T,
  valuesOf: (item: T) => readonly number[],
): readonly T[] {
  const values = valuesOf(item);
  const single = values.length === 1;
  for (const other of front) {
    const theirs = valuesOf(other);
    if (dominates(theirs, values)) return front;
    if (single && theirs[0] === values[0] && other.number < item.number) return front;
  }
  const rest = front.filter((other) => {
    const theirs = valuesOf(other);
    return !(dominates(values, theirs) || (single && theirs[0] === values[0]));
  });
  return [...rest, item].sort((a, b) => a.number - b.number);
}
