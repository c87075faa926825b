import type { Report } from "../contracts/trial.ts";
import { insertInto } from "../numerics/ascending.ts";
import { growingFold } from "./growing-fold.ts";

/** Puts a report among those of its step, ascending; NaN is left out. */
export function collect(valuesAt: Map<number, number[]>, { step, value }: Report): void {
  if (Number.isNaN(value)) return;
  const values = valuesAt.get(step);
  if (values) insertInto(values, value);
  else valuesAt.set(step, [value]);
}

/** By how many reports: the least value among the first so many; undefined if there is none but NaN. */
export const leastOfFirst = growingFold<(number | undefined)[]>(
  () => [undefined],
  (least, { value }) => {
    const before = least[least.length - 1];
    const isLess = !Number.isNaN(value) && (before === undefined || value < before);
    least.push(isLess ? value : before);
    return least;
  },
);

/** The least value reported; undefined if there is none but NaN. */
export const leastOf = (reports: readonly Report[]): number | undefined =>
  leastOfFirst(reports)[reports.length];

/** Reads the least value among the last `count` reports; undefined if there is none but NaN. */
export function leastOfLast(count: number): (reports: readonly Report[]) => number | undefined {
  // Ascending in index and value: each may be the least once those before it are out of reach.
  const candidates = growingFold<{ readonly index: number; readonly value: number }[]>(
    () => [],
    (kept, { value }, index) => {
      if (kept.length > 0 && kept[0].index <= index - count) kept.shift();
      if (Number.isNaN(value)) return kept;
      while (kept.length > 0 && kept[kept.length - 1].value >= value) kept.pop();
      kept.push({ index, value });
      return kept;
    },
  );
  return (reports) => candidates(reports).at(0)?.value;
}
