import type { ExecutionContext } from "ava";
import { HpoError } from "../errors/errors.ts";

/** [option, what is taken at the ends of its range, what lies just beyond them] */
export type OptionRange = readonly [
  name: string,
  taken: readonly unknown[],
  refused: readonly unknown[],
];

/** A range is what its ends say: these are taken, the next beyond is refused by name and value. */
export function keepsRanges(
  t: ExecutionContext,
  make: (options: Readonly<Record<string, unknown>>) => unknown,
  ranges: readonly OptionRange[],
): void {
  for (const [name, taken, refused] of ranges) {
    for (const value of taken)
      t.notThrows(() => make({ [name]: value }), `${name}=${String(value)}`);
    for (const value of [...refused, NaN, null]) {
      const error = t.throws(() => make({ [name]: value }), { instanceOf: HpoError }, `${name}=${String(value)}`); // prettier-ignore
      t.true(error?.message.includes(`${name}=`), error?.message);
    }
  }
}
