import { givenOptions, mustBe } from "../errors/checks.ts";
import {
  floatDistribution,
  intDistribution,
  type FloatOptions,
  type IntOptions,
} from "./distribution.ts";

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

const SCALE = ["log", "step"] as const;

/** The range of `trial.suggestFloat(name, low, high, options)`. */
export const suggestedFloat = (low: number, high: number, options: FloatOptions = {}) =>
  floatDistribution(low, high, rangeOptions("suggestFloat", options, SCALE));

/** The range of `trial.suggestInt(name, low, high, options)`. */
export const suggestedInt = (low: number, high: number, options: IntOptions = {}) =>
  intDistribution(low, high, rangeOptions("suggestInt", options, SCALE));
