import type { Distribution } from "../space/distribution.ts";
import { ATTRIBUTE } from "./attributes.ts";
import type { Params } from "../space/search-space.ts";
import type { Held, SignOfLife } from "./trial-lease.ts";
import type { Attributes, Direction, Report, TrialState } from "./trial.ts";

/**
 * Keeps studies and their trials; what a promise acknowledged survives a SIGKILL (of a storage
 * that outlives its process). It knows nothing of strategies: it stores, and orders what finishes.
 * The id of a study or trial that was deleted is never given to another one. Contract: `storageContract` of src/testing/storage-contract.ts.
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
  readTrials(studyId: number, cursor?: Cursor, detail?: TrialDetail): Promise<Changes>;
  /** The trials of these numbers as they stand, by number; those that are not there are left out. */
  readNumbered(studyId: number, numbers: readonly number[]): Promise<readonly TrialRecord[]>;
  /**
   * Runs `work` while nobody else is in a turn of this study, adds trials to it or starts them: the
   * study's lock is taken first, then everything is read from one snapshot. What `turn` wrote is
   * committed at once when `work` is done, and nothing of it if `work` throws. `work` is never run
   * twice. It calls `turn` alone: the storage's own members wait until the turn is over.
   * @param since where `turn.changes` is asked from first: it is read on the way to the lock
   * @throws TurnLostError if the database was lost meanwhile, and nothing was written
   */
  inTurn<T>(studyId: number, work: (turn: Turn) => Promise<T>, since?: Cursor): Promise<T>;
  /**
   * Adds trials with consecutive numbers, whose ids ascend too. Trials that are added finished get
   * finish indexes as `finishTrial` gives them, in the order of those that they came with (a
   * copy's), the others after them. A waiting trial's params are kept as Optuna's system attribute
   * `fixed_params`; they need no distribution, all others' do.
   */
  createTrials(studyId: number, trials: readonly NewTrial[]): Promise<readonly TrialRecord[]>;
  /**
   * Writes to an unfinished trial. False: nothing was written, as it is finished, or `held` is given
   * and another process took the trial over.
   */
  updateTrial(trialId: number, change: TrialChange, held?: Held): Promise<boolean>;
  /**
   * running | waiting → finished. Gives the trial its finish index (system attribute
   * `hpo:finishIndex`): 0, 1, 2, … in the study's order of finishing. Undefined: nothing was
   * written, as it was finished, or `held` is given and another process took the trial over.
   */
  finishTrial(trialId: number, end: TrialEnd, held?: Held): Promise<number | undefined>;
  /**
   * Gives finish indexes to the finished trials that have none (another library wrote them), by
   * completion time, then id. Idempotent.
   */
  indexFinished(studyId: number): Promise<void>;

  /** Keeps that these workers live: one sign for each worker, the last. */
  beat(...workers: readonly string[]): Promise<void>;
  /** The last signs of these workers; of one that gave none, none. */
  readSigns(workers: readonly string[]): Promise<ReadonlyMap<string, SignOfLife>>;

  close(): Promise<void>;
}

/** What may be read and written in a turn of a study; see `Storage` for each member. */
export interface Turn {
  /** As it stands. */
  study(): Promise<StudyRecord>;
  /** As `readTrials`: what was committed before this turn. To be called before the turn writes. */
  changes(cursor?: Cursor): Promise<Changes>;
  /**
   * @param isLast whether nothing is written after it in this turn, and nothing thrown: others may
   * have theirs as soon as it is written
   */
  createTrials(trials: readonly NewTrial[], isLast?: boolean): Promise<readonly TrialRecord[]>;
  /** waiting → running, with what `change` says. False: it no longer waits. */
  startTrial(trialId: number, change: TrialChange): Promise<boolean>;
  updateTrial(trialId: number, change: TrialChange): Promise<boolean>;
  finishTrial(trialId: number, end: TrialEnd): Promise<number | undefined>;
  beat(worker: string): Promise<void>;
  /** As `setStudyAttributes`. */
  setAttributes(change: AttributeChange): Promise<void>;
}

/** A study to be created. */
export interface NewStudy {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly userAttrs?: Attributes;
  readonly systemAttrs?: Attributes;
}

/** A study as it is stored. */
export interface StudyRecord {
  readonly id: number;
  readonly name: string;
  /** None where another library left them unset. */
  readonly directions: readonly Direction[];
  readonly userAttrs: Attributes;
  readonly systemAttrs: Attributes;
}

/** A study as a list shows it, with its trials counted by state. */
export interface StudySummary extends StudyRecord {
  readonly counts: Readonly<Record<TrialState, number>>;
  /** Who runs each running trial, where that is kept (its attribute `hpo:runner`). */
  readonly runners: readonly unknown[];
  /** When the first trial started. */
  readonly startedAt?: Date;
  /** Why what another program stored of it can't be read, which is left out here. It can be deleted and renamed. */
  readonly unreadable?: string;
}

/** An attribute of a study or of one of its trials, set or removed. */
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

/** A trial to be created, in whichever state. */
export type NewTrial = Omit<TrialRecord, "id" | "number">;

/** What of a trial is set; the rest stays. */
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

/** How a trial ends: complete with values, pruned, or failed with a reason. */
export interface TrialEnd extends TrialChange {
  readonly state: "complete" | "pruned" | "failed";
  readonly values?: readonly number[];
  readonly completedAt: Date;
}

/** What changed in a study's records since a cursor, and the cursor to ask from next. */
export interface Changes {
  readonly trials: readonly TrialRecord[];
  /**
   * Those of the study's system attributes that say how its search goes on (STEERING), where they
   * may have changed since the cursor was given.
   */
  readonly steering?: Attributes;
  readonly cursor: Cursor;
}

/** Opaque: what a reader had seen. */
export type Cursor = Readonly<Record<string, unknown>>;

/**
 * What is read of trials, if not everything. "brief" is enough to list them: they may come without
 * times and distributions, without reports but the last one of those that did not complete, and
 * without what only a single trial is asked for (`DETAIL_ATTRIBUTES`). "outline" is enough to count
 * and to rank them: they may come without parameters, too. "space" is "brief" with distributions.
 * "search" is enough to suggest by a strategy that uses no reports: "space" with the finish indexes, and
 * whole trials where they are not finished.
 */
export const TRIAL_DETAILS = ["outline", "brief", "space", "search"] as const;
export type TrialDetail = (typeof TRIAL_DETAILS)[number];

/**
 * What may be long or is of no use in a list, and is told of a single trial only. Who runs a trial
 * is read of those that run.
 */
export const DETAIL_ATTRIBUTES = [
  ATTRIBUTE.finishIndex,
  ATTRIBUTE.asked,
  ATTRIBUTE.runner,
  ATTRIBUTE.lease,
  ATTRIBUTE.provenance,
  ATTRIBUTE.why,
  ATTRIBUTE.output,
  ATTRIBUTE.curves,
] as const;

export const STEERING = [ATTRIBUTE.exclusions] as const;
