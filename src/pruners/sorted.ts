import type { Report } from "../contracts/trial.ts";
import { growingFold } from "./growing-fold.ts";

/** How many of the ascending values are less than `value`. */
export function countBelow(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts a value, not NaN, into its place among ascending ones. */
export function insertInto(ascending: number[], value: number): void {
  ascending.splice(countBelow(ascending, value), 0, value);
}

/** Puts a report among those of its step, ascending; NaN is left out. */
export function collect(valuesAt: Map<number, number[]>, { step, value }: Report): void {
  if (Number.isNaN(value)) return;
  const values = valuesAt.get(step);
  if (values) insertInto(values, value);
  else valuesAt.set(step, [value]);
}

/** The least value reported; undefined if there is none but NaN. */
export const leastOf = growingFold<number | undefined>(undefined, (least, { value }) =>
  !Number.isNaN(value) && (least === undefined || value < least) ? value : least,
);
