import type { Distribution } from "../space/distribution.ts";
import type { Params } from "../space/search-space.ts";
import type { Attributes, Direction, Report, TrialState } from "./trial.ts";

/**
 * Keeps studies and their trials; what a promise acknowledged survives a SIGKILL (of a storage
 * that outlives its process). It knows nothing of strategies: it stores, and orders what finishes.
 * Contract: `storageContract` of src/testing/storage-contract.ts.
 *
 * Several processes may use one storage at once. Whoever loses a race is told so by a returned
 * value (`undefined`, `false`), never by an exception; a broken or locked store is a StorageError,
 * a study that is not there (any more) a StudyNotFoundError.
 *
 * Attributes are JSON, with NaN and ±Infinity besides.
 */
export interface Storage {
  /** As a user names it: `sqlite:hpo.db`, `memory:`. */
  readonly url: string;

  listStudies(): Promise<readonly StudySummary[]>;
  findStudy(name: string): Promise<StudyRecord | undefined>;
  /** @throws DuplicateStudyError if the name is taken. */
  createStudy(study: NewStudy): Promise<StudyRecord>;
  /** @throws DuplicateStudyError if the name is taken. */
  renameStudy(studyId: number, name: string): Promise<void>;
  /** With all its trials. */
  deleteStudy(studyId: number): Promise<void>;
  /** Adds or overwrites; a value of undefined removes. */
  setStudyAttributes(studyId: number, change: AttributeChange): Promise<void>;

  /**
   * The trials that may have changed since `cursor` was given (all of them without one), by
   * ascending number: those that are new, and those that were unfinished then. Finished trials
   * never change, but for the index that `indexFinished` gives. A waiting trial to which another
   * process only wrote attributes may be given as late as when it starts. Cheap where nothing
   * happened. Sees the writes that were called before it.
   */
  readTrials(studyId: number, cursor?: Cursor): Promise<Changes>;
  /**
   * Adds trials with consecutive numbers. With `firstNumber`, only if that number is the next one:
   * undefined says that another process took it, and nothing was written. Trials that are added
   * finished get finish indexes as `finishTrial` gives them, in the order of those that they came
   * with (a copy's), the others after them. A
   * waiting trial's params are kept as Optuna's system attribute `fixed_params`; they need no
   * distribution, all others' do.
   */
  createTrials(
    studyId: number,
    trials: readonly NewTrial[],
    firstNumber?: number,
  ): Promise<readonly TrialRecord[] | undefined>;
  /** waiting → running, with what `change` says. False: another process was faster. */
  startTrial(trialId: number, change: TrialChange): Promise<boolean>;
  /**
   * Writes to an unfinished trial. False: it is finished and nothing was written. With
   * `ifAttribute`, also false if the system attribute does not have this value (as JSON; undefined:
   * is not there): a lease that another process took over.
   */
  updateTrial(
    trialId: number,
    change: TrialChange,
    ifAttribute?: ExpectedAttribute,
  ): Promise<boolean>;
  /**
   * running | waiting → finished. Gives the trial its finish index (system attribute
   * `hpo:finishIndex`): 0, 1, 2, … in the study's order of finishing. Undefined: it was finished.
   */
  finishTrial(trialId: number, end: TrialEnd): Promise<number | undefined>;
  /**
   * Gives finish indexes to the finished trials that have none (another library wrote them), by
   * completion time, then id. Idempotent.
   */
  indexFinished(studyId: number): Promise<void>;

  close(): Promise<void>;
}

export interface NewStudy {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly userAttrs?: Attributes;
  readonly systemAttrs?: Attributes;
}

export interface StudyRecord {
  readonly id: number;
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly userAttrs: Attributes;
  readonly systemAttrs: Attributes;
}

export interface StudySummary extends StudyRecord {
  readonly counts: Readonly<Record<TrialState, number>>;
  /** When the first trial started. */
  readonly startedAt?: Date;
}

export interface AttributeChange {
  readonly user?: Attributes;
  readonly system?: Attributes;
}

/** A trial as stored: flat, with what its state implies left to `trialOf` (record.ts). */
export interface TrialRecord {
  readonly id: number;
  readonly number: number;
  readonly state: TrialState;
  readonly params: Params;
  readonly distributions: Readonly<Record<string, Distribution>>;
  readonly values?: readonly number[];
  /** By ascending step. */
  readonly reports: readonly Report[];
  readonly userAttrs: Attributes;
  readonly systemAttrs: Attributes;
  readonly startedAt?: Date;
  readonly completedAt?: Date;
}

export type NewTrial = Omit<TrialRecord, "id" | "number">;

export interface TrialChange {
  /** Parameters to add, each with its distribution; set ones are overwritten. */
  readonly params?: Params;
  readonly distributions?: Readonly<Record<string, Distribution>>;
  /** To add; a step that has a report keeps it. */
  readonly reports?: readonly Report[];
  /** Removes all earlier reports first: a lost trial starts again. */
  readonly clearReports?: boolean;
  readonly attributes?: AttributeChange;
  readonly startedAt?: Date;
}

export interface TrialEnd extends TrialChange {
  readonly state: "complete" | "pruned" | "failed";
  readonly values?: readonly number[];
  readonly completedAt: Date;
}

export interface ExpectedAttribute {
  readonly name: string;
  readonly value: unknown;
}

export interface Changes {
  readonly trials: readonly TrialRecord[];
  readonly cursor: Cursor;
}

/** Opaque: what a reader had seen. */
export type Cursor = Readonly<Record<string, unknown>>;

/** The system attributes that this library writes where Optuna's schema has no column. */
export const ATTRIBUTE = {
  finishIndex: "hpo:finishIndex",
  finishCount: "hpo:finishCount",
  failure: "hpo:failure",
  /** The device that a trial ran on. */
  device: "hpo:device",
  /** How often a trial began again after a failure of the machine. */
  retries: "hpo:retries",
  /** The number of the trial whose training a trial goes on with. */
  continueFrom: "hpo:continueFrom",
  /** The step at which a trial pauses. */
  maxStep: "hpo:maxStep",
  /** What the pruner warned of first, `{ step, text }`. */
  warning: "hpo:warning",
  /** Why the pruner stopped a trial, `{ step, text }`. */
  whyPruned: "hpo:whyPruned",
  /** Optuna's own: the numbers of a constrained trial. */
  constraints: "constraints",
  /** Optuna's own: the fixed parameters of an enqueued trial. */
  fixedParams: "fixed_params",
  /** Optuna's own: the names of a study's metrics. */
  metricNames: "study:metric_names",
} as const;
