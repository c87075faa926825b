import { foldersOf } from "../artifacts/study-folders.ts";
import { trialOf } from "../storage/record.ts";
import type { Cursor, Storage, TrialDetail } from "../contracts/storage.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import {
  isFinished,
  type CompleteTrial,
  type Direction,
  type FinishedTrial,
  type Trial,
  type TrialState,
} from "../contracts/trial.ts";
import { knownSpace } from "./space-seen.ts";
import type { SearchSpace } from "../space/search-space.ts";
import { excludedAfter, exclusionsOf } from "./steer/exclusions.ts";
import { interruptedAmong } from "./heartbeat/interrupted.ts";
import { History } from "./history.ts";
import { findOrThrow, storedMetricNames } from "./stored-study.ts";
import { stopOf, type StudyStop } from "./stopping/study-stop.ts";
import { NEW_VERSION, versionsOf, type StudyVersion } from "./study-version.ts";

/**
 * A stored study to be read. Its strategy is not needed, and may be a program's own. A `Study` has
 * these members too.
 */
export interface StudyView {
  readonly name: string;
  readonly storage: Storage;
  readonly directions: readonly Direction[];
  /** Undefined where the metrics have no names. */
  readonly metricNames: readonly string[] | undefined;
  readonly userAttrs: Readonly<Record<string, unknown>>;
  /** Why it stopped last; undefined if it never did. */
  readonly stopped: StudyStop | undefined;
  /** The version that it last ran with, or will go on with if another library ran it. */
  readonly version: StudyVersion;
  /** The declared space, or the one that the trials show. */
  readonly space: SearchSpace;
  readonly counts: Readonly<Record<TrialState, number>>;
  readonly finished: readonly FinishedTrial[];
  readonly bestTrials: readonly CompleteTrial[];
  /** The numbers of the trials that are stored as running and that nobody runs. */
  readonly interrupted: ReadonlySet<number>;
  /** Where its trials keep their files, a folder each; those of new trials first. */
  readonly folders: readonly string[];
  trials(...states: readonly TrialState[]): readonly Trial[];
  directoryOf(trialNumber: number): string;
  /** Reads what changed since the last read. */
  refresh(): Promise<void>;
}

export interface LookOptions {
  /** What is read of the trials; everything if left out. */
  readonly detail?: TrialDetail;
  /** Whether the space and the prior's outcome are asked for, which may take all of the trials. */
  readonly space?: boolean;
  /** The numbers of trials to be read whole nevertheless, besides the best ones. */
  readonly whole?: (study: Pick<StudyView, "trials">) => readonly number[];
}

/**
 * Looks at a stored study; writes nothing.
 * @throws StudyNotFoundError if the storage has no such study
 */
export async function viewStudy(
  name: string,
  storage: Storage,
  { detail: least, space = false, whole }: LookOptions = {},
): Promise<StudyView> {
  const record = await findOrThrow(storage, name);
  const history = new History(record.directions);
  let cursor: Cursor | undefined;
  let interrupted: ReadonlySet<number> = new Set();
  const version = versionsOf(record.systemAttrs).at(-1) ?? NEW_VERSION;
  const folders = foldersOf(storage, record);
  const detail = detailFor(version, least, space);
  /** The trials that were read whole. */
  const read = new Map<number, Trial>();
  const asRead = <T extends Trial>(trial: T): T => {
    const found = read.get(trial.number);
    const excluded = isFinished(trial) && trial.excluded;
    return found ? ({ ...found, ...(excluded && { excluded }) } as unknown as T) : trial;
  };
  const readWhole = async (): Promise<void> => {
    if (detail === undefined) return;
    const asked = whole ? whole(view) : [];
    const numbers = [...asked, ...history.front.map(({ number }) => number)];
    for (const trial of await storage.readNumbered(record.id, numbers)) {
      read.set(trial.number, trialOf(trial));
    }
  };
  const view: StudyView = {
    name,
    storage,
    directions: record.directions,
    metricNames: storedMetricNames(record),
    userAttrs: record.userAttrs,
    stopped: stopOf(record),
    version,
    get space() {
      if (!version.space && (detail === "outline" || detail === "brief"))
        throw new TypeError("viewStudy: ask for the space to be told of it.");
      return knownSpace({ version, history });
    },
    get counts() {
      return history.counts;
    },
    get finished() {
      // Another library's trials get their finish indexes only when hpo goes on with the study.
      return history.hasUnindexed ? history.trials.filter(isFinished) : history.finished;
    },
    get bestTrials() {
      return history.front.map(asRead);
    },
    get interrupted() {
      return interrupted;
    },
    folders: folders.places,
    trials: (...states) =>
      states.length === 0
        ? history.trials.map(asRead)
        : history.trials.filter(({ state }) => states.includes(state)).map(asRead),
    directoryOf: (trialNumber) => folders.of(trialNumber),
    refresh: async () => {
      const changes = await storage.readTrials(record.id, cursor, detail);
      cursor = changes.cursor;
      for (const trial of changes.trials) history.apply(trial);
      if (changes.steering) {
        history.setExcluded(excludedAfter(exclusionsOf(changes.steering[ATTRIBUTE.exclusions])));
      }
      interrupted = await interruptedAmong(history.running, storage, record.systemAttrs);
      if (changes.trials.length > 0 || changes.steering) await readWhole();
    },
  };
  await view.refresh();
  return view;
}

/** The least detail that tells all that is asked for. */
function detailFor(
  version: StudyVersion,
  least: TrialDetail | undefined,
  space: boolean,
): TrialDetail | undefined {
  if (!space || least === undefined) return least;
  // A prior is judged by the trials' whole curves.
  if (version.prior) return undefined;
  return version.space ? least : "space";
}
