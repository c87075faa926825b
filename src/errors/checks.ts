import { didYouMean, nearestName } from "./did-you-mean.ts";
import { HpoError } from "./errors.ts";
import { NUMBERS, type NumberKind } from "./number-kinds.ts";
import { shown } from "./shown.ts";
import { counted } from "./counted.ts";

// The checks at the edges. `input` names what was given as its user wrote it: `optimize: workers`.

/** `workers=0 must be an integer ≥ 1`, for a sentence that goes on. */
export const misfit = (input: string, value: unknown, wanted: string): string =>
  `${input}=${shown(value)} must be ${wanted}${wanted.startsWith("an integer") ? exactBound(value) : ""}`;

/** An integer that is none for us, as it can't be told from its neighbours. */
const exactBound = (value: unknown): string =>
  Number.isInteger(value) && !Number.isSafeInteger(value)
    ? ` and within ±${Number.MAX_SAFE_INTEGER}`
    : "";

/** `workers=0 must be an integer ≥ 1. Give …` @param wanted what would do, without a full stop */
export const mustBe = (input: string, value: unknown, wanted: string, remedy?: string): HpoError =>
  new HpoError(`${misfit(input, value, wanted)}.${remedy ? ` ${remedy}` : ""}`);

/** @throws HpoError unless `value` is a number of this kind. */
export function requireNumber(
  input: string,
  value: unknown,
  { test, description }: NumberKind,
  remedy?: string,
): asserts value is number {
  if (!test(value)) throw mustBe(input, value, description, remedy);
}

/** @throws HpoError unless `value` is an integer ≥ `least` that floats can tell from its neighbours. */
export function requireInteger(
  input: string,
  value: unknown,
  least: number,
  remedy?: string,
): asserts value is number {
  requireNumber(input, value, NUMBERS.integer(least), remedy);
}

/**
 * @param bounds `open`: `low` itself is not allowed
 * @throws HpoError unless `value` is a number with low ≤ value ≤ high
 */
export function requireWithin(
  input: string,
  value: unknown,
  low: number,
  high: number,
  { open = false, remedy }: { readonly open?: boolean; readonly remedy?: string } = {},
): asserts value is number {
  const isIn = typeof value === "number" && (open ? value > low : value >= low) && value <= high;
  if (isIn) return;
  const most = high === Infinity ? "" : ` and ≤ ${high}`;
  throw mustBe(input, value, `a number ${open ? ">" : "≥"} ${low}${most}`, remedy);
}

export function requirePositive(
  input: string,
  value: unknown,
  remedy?: string,
): asserts value is number {
  requireNumber(input, value, NUMBERS.positive, remedy);
}

export function requireNonNegative(
  input: string,
  value: unknown,
  remedy?: string,
): asserts value is number {
  requireNumber(input, value, NUMBERS.nonNegative, remedy);
}

export function requireFinite(
  input: string,
  value: unknown,
  remedy?: string,
): asserts value is number {
  requireNumber(input, value, NUMBERS.finite, remedy);
}

/** For momenta and averaging coefficients. @throws HpoError unless 0 ≤ value < 1. */
export function requireCoefficient(input: string, value: unknown): asserts value is number {
  requireNumber(input, value, NUMBERS.coefficient);
}

/** @throws HpoError unless `value` is one of `known`. */
export function requireOneOf<Known extends string>(
  input: string,
  value: unknown,
  known: readonly Known[],
): asserts value is Known {
  if ((known as readonly unknown[]).includes(value)) return;
  throw mustBe(input, value, `one of ${known.join(", ")}`);
}

/**
 * @param owner whose options these are, as its user writes it: `median`
 * @throws HpoError if there is an option that none of the `known` names is: a slip of the pen
 */
export function requireKnown(owner: string, options: object, known: readonly string[]): void {
  const stray = Object.keys(options).find((name) => !known.includes(name));
  if (stray === undefined) return;
  const isNear = nearestName(stray, known) !== undefined;
  const all = isNear ? ` The options are ${known.join(", ")}.` : "";
  throw new HpoError(
    `${owner}: there is no option "${stray}". ` +
      (known.length > 0 ? didYouMean(stray, known) + all : "It has none."),
  );
}

/**
 * The options that were given; those left undefined are left out. For factories of strategies and pruners,
 * which refuse an option that they don't know.
 * @param owner whose options these are, as its user writes it: `median`
 * @throws HpoError if they are no object, or name one that is not known
 *
 * @example
 * ```ts
 * import { givenOptions } from "hpo";
 *
 * function mine(options: { readonly after?: number } = {}) {
 *   const { after = 10 } = givenOptions("mine", options, ["after"]); // { afetr: 3 } throws
 *   return after;
 * }
 * ```
 */
export function givenOptions<Options extends object>(
  owner: string,
  options: Options,
  known: readonly (keyof Options & string)[],
): Options {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw mustBe(owner, options, `an object of options: { ${known[0] ?? ""}: … }`);
  }
  requireKnown(owner, options, known);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Options;
}

/** @param items `trials`, `{ step, value }` */
export function requireList(input: string, value: unknown, items: string): void {
  if (!Array.isArray(value)) throw mustBe(input, value, `a list of ${items}`);
}

export function requireAtLeast(items: string, given: readonly unknown[], least: number): void {
  if (given.length >= least) return;
  throw new HpoError(`${given.length} ${items} are too few. Give at least ${least}.`);
}

export function requireSameLength(input: string, actual: number, expected: number): void {
  if (actual === expected) return;
  throw new HpoError(`${input} must have ${counted(expected, "entry", "entries")}, got ${actual}.`);
}
