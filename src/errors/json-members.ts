import { misfit, requireKnown } from "./checks.ts";
import { HpoError } from "./errors.ts";

// What was kept as JSON is read with these where a command has to be there at once: a schema of Zod's
// takes longer to be made than all that is read with it.

/** A kind of value, and what to call it behind "must be". */
export interface JsonKind {
  readonly description: string;
  readonly test: (value: unknown) => boolean;
}

/** A value that parameters have. */
const isScalar = (value: unknown): boolean =>
  value === null ||
  typeof value === "string" ||
  typeof value === "boolean" ||
  Number.isFinite(value);
const isNumber = (value: unknown): boolean => Number.isFinite(value);

const listOf = (test: (value: unknown) => boolean, what: string): JsonKind => ({
  description: `a list of ${what}`,
  test: (value) => Array.isArray(value) && value.every(test),
});
const pairOf = (first: typeof isScalar) => (value: unknown) =>
  Array.isArray(value) && value.length === 2 && first(value[0]) && isNumber(value[1]);

export const JSON_KINDS = {
  number: { description: "a finite number", test: isNumber },
  numberOrNone: {
    description: "a finite number, or null",
    test: (value) => value === undefined || value === null || isNumber(value),
  },
  boolean: { description: "true or false", test: (value) => typeof value === "boolean" },
  text: { description: "a text", test: (value) => typeof value === "string" },
  scalars: listOf(isScalar, "texts, numbers, true, false and null"),
  numberPairs: listOf(pairOf(isNumber), "pairs of numbers"),
  scalarWeights: listOf(pairOf(isScalar), "pairs of a value and a number"),
} satisfies Record<string, JsonKind>;

/** An object, not a list. @throws HpoError */
export function requireObject(where: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw wrongMember(where, value, "an object");
}

/** That a member is not what it has to be, or not there. @param wanted what would do */
export const wrongMember = (where: string, value: unknown, wanted: string): HpoError =>
  new HpoError(
    value === undefined
      ? `${where} is missing. It must be ${wanted}.`
      : `${misfit(where, value, wanted)}.`,
  );

/**
 * @param alone whether an object may have no other members
 * @throws HpoError unless `value` is an object whose members are of these kinds
 */
export function requireMembers(
  where: string,
  value: unknown,
  kinds: Readonly<Record<string, JsonKind>>,
  { alone = false } = {},
): Readonly<Record<string, unknown>> {
  const object = requireObject(where, value);
  for (const [name, { test, description }] of Object.entries(kinds)) {
    if (!test(object[name])) throw wrongMember(`${where}: ${name}`, object[name], description);
  }
  if (alone) requireKnown(where, object, Object.keys(kinds));
  return object;
}
