/** Ranks of minimised points by repeated removal of the non-dominated ones (Deb et al. 2002). */

/** Whether a is at least as good as b everywhere and better somewhere; both are minimised. NaN is never as good. */
export function dominates(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  let better = false;
  for (let i = 0; i < a.length; i++) {
    if (!(a[i] <= b[i])) return false;
    if (a[i] < b[i]) better = true;
  }
  return better;
}

/** The front of each point: 0 is not dominated by any, 1 only by points of front 0, and so on. */
export function nonDominatedRanks(points: readonly ArrayLike<number>[]): number[] {
  const dominatedBy = points.map(() => [] as number[]);
  const dominators = points.map(() => 0);
  for (let i = 0; i < points.length; i++) {
    for (let j = 0; j < points.length; j++) {
      if (i === j || !dominates(points[i], points[j])) continue;
      dominatedBy[i].push(j);
      dominators[j]++;
    }
  }
  const ranks = points.map(() => 0);
  let front = [...points.keys()].filter((i) => dominators[i] === 0);
  for (let rank = 0; front.length > 0; rank++) {
    const next: number[] = [];
    for (const i of front) {
      ranks[i] = rank;
      for (const j of dominatedBy[i]) if (--dominators[j] === 0) next.push(j);
    }
    front = next;
  }
  return ranks;
}

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
