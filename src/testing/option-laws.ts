import type { ExecutionContext } from "ava";
import { HpoError } from "../errors/errors.ts";

/** What is left of a value once it was kept with a study and read again. */
export const jsonRoundTrip = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/**
 * A factory refuses an option that it does not know, names it, and guesses what was meant where a
 * known one is close.
 * @param options that it takes
 */
export function refusesOptions(
  t: ExecutionContext,
  make: (options: object) => unknown,
  options: Readonly<Record<string, unknown>>,
): void {
  const refusal = (given: object): string =>
    t.throws(() => make({ ...options, ...given }), { instanceOf: HpoError }).message;
  t.regex(refusal({ noSuchOption: 1 }), /there is no option "noSuchOption"/);
  t.regex(refusal({ noSuchOption: undefined }), /there is no option "noSuchOption"/);
  for (const name of Object.keys(options)) {
    const slip = name.slice(0, -1);
    t.true(refusal({ [slip]: 1 }).includes(`no option "${slip}". Did you mean "${name}"?`), name);
  }
}
