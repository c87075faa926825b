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

/** Another process took the trial over, so that what this one still says of it is refused. */
export class TrialLostError extends HpoError {
  override name = "TrialLostError";
}

/** The storage can't be opened, read or written; the message says why and what to do. */
export class StorageError extends HpoError {
  override name = "StorageError";
}

/** A turn of a study that the database lost: nothing of it was written, and it may be taken again. */
export class TurnLostError extends StorageError {
  override name = "TurnLostError";
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

/** What is known of a training run that went wrong. */
export interface Divergence {
  readonly cause: "nonFinite" | "explosion" | "oscillation" | "vanishingGradient";
  readonly step?: number;
  readonly learningRate?: number;
  readonly gradientNorm?: number;
  /** What to try: a smaller learning rate, warm-up, clipping. */
  readonly advice?: string;
}

/** Thrown by an objective whose training diverged: evidence against its parameters, no mishap. */
export class TrialDiverged extends Error {
  override name = "TrialDiverged";
  readonly divergence: Divergence;
  constructor(message: string, divergence: Divergence) {
    super(message);
    this.divergence = divergence;
  }
}

export const isTrialDiverged = (error: unknown): error is TrialDiverged =>
  error instanceof Error && error.name === "TrialDiverged";

export const isTrialPruned = (error: unknown): boolean =>
  error instanceof Error && error.name === "TrialPruned";

/** Closes a switch over a union; reached only when a new member was forgotten. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
