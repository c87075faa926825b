import { HpoError } from "../../errors/errors.ts";

/**
 * One change of which finished trials the search leaves out. A study keeps every change, in order:
 * each suggestion records how many it had seen, so that it can be computed again.
 */
export interface Exclusion {
  readonly number: number;
  /** False: the trial is taken in again. */
  readonly excluded: boolean;
}

/** Reads a stored attribute. @throws HpoError if it is no list of exclusions */
export function exclusionsOf(stored: unknown): readonly Exclusion[] {
  if (stored === undefined) return NONE;
  const isExclusion = (each: unknown): each is Exclusion => {
    const { number, excluded } = (each ?? {}) as Partial<Exclusion>;
    return Number.isSafeInteger(number) && typeof excluded === "boolean";
  };
  if (Array.isArray(stored) && stored.every(isExclusion)) return stored;
  throw new HpoError(
    "The study's attribute hpo:exclusions is broken: it is no list of exclusions.",
  );
}

const NONE: readonly Exclusion[] = Object.freeze([]);

/** The numbers of the trials that are left out after the first `count` changes. */
export function excludedAfter(
  exclusions: readonly Exclusion[],
  count = exclusions.length,
): ReadonlySet<number> {
  const numbers = new Set<number>();
  for (const { number, excluded } of exclusions.slice(0, count)) {
    if (excluded) numbers.add(number);
    else numbers.delete(number);
  }
  return numbers;
}
