/** A kind of number that an input may be asked for: whether a value is one, and what to call it. */
export interface NumberKind {
  /** As it stands behind "must be": `an integer ≥ 1`. */
  readonly description: string;
  readonly test: (value: unknown) => value is number;
}

export const numberWhere = (
  description: string,
  holds: (value: number) => boolean,
): NumberKind => ({
  description,
  test: (value): value is number => typeof value === "number" && holds(value),
});

/** The kinds that inputs of all parts share, so that all messages call them the same. */
export const NUMBERS = {
  finite: numberWhere("a finite number", Number.isFinite),
  positive: numberWhere("a finite number > 0", (x) => x > 0 && x < Infinity),
  nonNegative: numberWhere("a finite number ≥ 0", (x) => x >= 0 && x < Infinity),
  aboveOne: numberWhere("a finite number > 1", (x) => x > 1 && x < Infinity),
  /** Momenta, and how much an average keeps of what it was. */
  coefficient: numberWhere("a number ≥ 0 and < 1", (x) => x >= 0 && x < 1),
  share: numberWhere("a number ≥ 0 and ≤ 1", (x) => x >= 0 && x <= 1),
  /** Where 0 and 1 themselves have no meaning. */
  innerShare: numberWhere("a number > 0 and < 1", (x) => x > 0 && x < 1),
  /** An integer that floats can tell from its neighbours. */
  integer: (least: number): NumberKind =>
    numberWhere(
      least === -Infinity ? "an integer" : `an integer ≥ ${least}`,
      (x) => Number.isSafeInteger(x) && x >= least,
    ),
  /** Of one process: each has its place, and mostly a process of its own. */
  workers: numberWhere(
    "an integer ≥ 1 and ≤ 10000",
    (x) => Number.isInteger(x) && x >= 1 && x <= 10_000,
  ),
} as const;
