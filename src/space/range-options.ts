import { givenOptions, mustBe } from "../errors/checks.ts";

/**
 * The options of a range as a program in JavaScript gives them.
 * @param owner the call: `float(0, 1)`
 * @throws HpoError on one that there is not, and a `log` that is neither true nor false
 */
export function rangeOptions<Options extends { readonly log?: boolean }>(
  owner: string,
  options: Options,
  known: readonly (keyof Options & string)[],
): Options {
  const given = givenOptions(owner, options, known);
  const { log = false } = given;
  if (typeof log !== "boolean") throw mustBe(`${owner}: log`, log, "true or false");
  return given;
}
