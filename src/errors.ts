/** An error whose message is meant for the user: it names the input, its value and the remedy. */
export class HpoError extends Error {
  override name = "HpoError";
}

/** The name is taken: `createStudy` without `loadIfExists`, `rename` or `copy` onto an old name. */
export class DuplicateStudyError extends HpoError {
  override name = "DuplicateStudyError";
}

/** No study has this name in this storage. */
export class StudyNotFoundError extends HpoError {
  override name = "StudyNotFoundError";
}

/** A finished trial was reported to, changed or told again. */
export class TrialFinishedError extends HpoError {
  override name = "TrialFinishedError";
}

/** The storage can't be opened, read or written; the message says why and what to do. */
export class StorageError extends HpoError {
  override name = "StorageError";
}

/**
 * Thrown by an objective to stop its trial as pruned. Known by its name, so that it also works
 * across copies of this module (a worker's, a bundle's).
 */
export class TrialPruned extends Error {
  override name = "TrialPruned";
  constructor(message = "The trial was pruned.") {
    super(message);
  }
}

export const isTrialPruned = (error: unknown): boolean =>
  error instanceof Error && error.name === "TrialPruned";

/** Closes a switch over a union; reached only when a new member was forgotten. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
