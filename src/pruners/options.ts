import { HpoError } from "../errors/errors.ts";

/** @throws HpoError if there is an option that none of the `known` names is: a slip of the pen. */
export function requireKnown(pruner: string, options: object, known: readonly string[]): void {
  const stray = Object.keys(options).find((name) => !known.includes(name));
  if (stray === undefined) return;
  throw new HpoError(
    `${pruner}: there is no option "${stray}". The options are ${known.join(", ")}.`,
  );
}

/** @throws HpoError unless the value is an integer of at least `least`. */
export function checkLeast(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new HpoError(`${name}=${String(value)} is no integer of at least ${least}.`);
  }
}

/** @throws HpoError unless the value is a number from `low` to `high`. */
export function checkWithin(name: string, value: number, low: number, high: number): void {
  if (typeof value === "number" && value >= low && value <= high) return;
  const range = high === Infinity ? `of at least ${low}` : `from ${low} to ${high}`;
  throw new HpoError(`${name}=${String(value)} is no number ${range}.`);
}
