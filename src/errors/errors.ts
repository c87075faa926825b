/**
 * An error whose message is meant for the user: it names the input, its value and the remedy.
 *
 * @example
 * ```ts
 * import { float, HpoError } from "hpo";
 *
 * try {
 *   float(0, 1, { log: true });
 * } catch (error) {
 *   if (!(error instanceof HpoError)) throw error;
 *   console.error(error.message); // A log-scaled float needs low > 0, got low=0. …
 * }
 * ```
 */
export class HpoError extends Error {
  override name = "HpoError";
}

/**
 * The name is taken: `createStudy` without `loadIfExists`, `rename` or `copy` onto an old name.
 *
 * @example
 * ```ts
 * import { createStudy, DuplicateStudyError, openStudy } from "hpo";
 *
 * const definition = { name: "digits" };
 * const storage = "sqlite:hpo.db";
 * const study = await createStudy(definition, { storage }).catch((error: unknown) => {
 *   if (error instanceof DuplicateStudyError) return openStudy(definition, { storage });
 *   throw error;
 * });
 * console.log(study.name);
 * ```
 */
export class DuplicateStudyError extends HpoError {
  override name = "DuplicateStudyError";
}

/**
 * No study has this name in this storage.
 *
 * @example
 * ```ts
 * import { loadStudy, StudyNotFoundError } from "hpo";
 *
 * const study = await loadStudy("digits", { storage: "sqlite:hpo.db" }).catch((error: unknown) => {
 *   if (error instanceof StudyNotFoundError) return undefined;
 *   throw error;
 * });
 * console.log(study?.best.params ?? "not yet");
 * ```
 */
export class StudyNotFoundError extends HpoError {
  override name = "StudyNotFoundError";
}

/**
 * A finished trial was reported to, changed or told again.
 *
 * @example
 * ```ts
 * import { createStudy, float, searchSpace, TrialFinishedError } from "hpo";
 *
 * const study = await createStudy({ name: "told", space: searchSpace({ x: float(0, 1) }) });
 * const trial = (await study.ask())!;
 * await study.tell(trial, 0.3);
 * await study.tell(trial, 0.2).catch((error: unknown) => {
 *   if (!(error instanceof TrialFinishedError)) throw error; // the first value stays
 * });
 * ```
 */
export class TrialFinishedError extends HpoError {
  override name = "TrialFinishedError";
}

/**
 * Another process took the trial over, so that what this one still says of it is refused.
 *
 * @example
 * ```ts
 * import { TrialLostError, type AskedTrial, type Study } from "hpo";
 *
 * async function tellIfOurs(study: Study, trial: AskedTrial, value: number): Promise<boolean> {
 *   try {
 *     await study.tell(trial, value);
 *     return true;
 *   } catch (error) {
 *     if (error instanceof TrialLostError) return false; // another process runs it again
 *     throw error;
 *   }
 * }
 * ```
 */
export class TrialLostError extends HpoError {
  override name = "TrialLostError";
}

/**
 * The storage can't be opened, read or written; the message says why and what to do.
 *
 * @example
 * ```ts
 * import { openStorage, StorageError } from "hpo";
 *
 * try {
 *   const storage = await openStorage("sqlite:/nowhere/hpo.db");
 *   await storage.close();
 * } catch (error) {
 *   if (!(error instanceof StorageError)) throw error;
 *   console.error(error.message);
 * }
 * ```
 */
export class StorageError extends HpoError {
  override name = "StorageError";
}

/**
 * There is no such database, or none of its tables; it was to be read, so none was created.
 *
 * @example
 * ```ts
 * import { listStudies, StorageNotFoundError } from "hpo";
 *
 * const names = await listStudies({ storage: "sqlite:no/such.db" }).catch((error: unknown) => {
 *   if (error instanceof StorageNotFoundError) return [];
 *   throw error;
 * });
 * console.log(names.length); // 0
 * ```
 */
export class StorageNotFoundError extends StorageError {
  override name = "StorageNotFoundError";
}

/** A turn of a study that the database lost: nothing of it was written, and it may be taken again. */
export class TurnLostError extends StorageError {
  override name = "TurnLostError";
}

/**
 * Thrown by an objective to stop its trial as pruned. Known by its name, so that it also works
 * across copies of this module (a worker's, a bundle's).
 *
 * @example
 * ```ts
 * import { TrialPruned, type Objective } from "hpo";
 *
 * const objective: Objective = (trial) => {
 *   let loss = 1;
 *   for (let epoch = 1; epoch <= 10; epoch++) {
 *     loss *= 0.9;
 *     trial.report(loss, epoch);
 *     if (trial.shouldPrune()) throw new TrialPruned();
 *   }
 *   return loss;
 * };
 * ```
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

/**
 * Thrown by an objective whose training diverged: evidence against its parameters, no mishap.
 *
 * @example
 * ```ts
 * import { TrialDiverged } from "hpo";
 *
 * function checked(gradientNorm: number, step: number, learningRate: number): number {
 *   if (gradientNorm < 1e6) return gradientNorm;
 *   const advice = "Lower the learning rate.";
 *   const divergence = { cause: "explosion", step, learningRate, gradientNorm, advice } as const;
 *   throw new TrialDiverged(`The gradient's norm is ${gradientNorm} at step ${step}.`, divergence);
 * }
 * ```
 */
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
