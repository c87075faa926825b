import { foldersOf } from "../artifacts/study-folders.ts";
import type { Cursor, Storage } from "../contracts/storage.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import {
  isFinished,
  type CompleteTrial,
  type Direction,
  type FinishedTrial,
  type Trial,
  type TrialState,
} from "../contracts/trial.ts";
import { inferSpace } from "../space/infer-space.ts";
import type { SearchSpace } from "../space/search-space.ts";
import { excludedAfter, exclusionsOf } from "./steer/exclusions.ts";
import { History } from "./history.ts";
import { findOrThrow } from "./stored-study.ts";
import { stopOf, type StudyStop } from "./stopping/study-stop.ts";
import { NEW_VERSION, versionsOf, type StudyVersion } from "./study-version.ts";

/**
 * A stored study to look at. Nothing is asked of its strategy, which may be a program's own; a
 * `Study` can be looked at in the same way.
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
  /** What it was last run with, or is to go on with where another library ran it. */
  readonly version: StudyVersion;
  /** Declared, or what the trials show of it. */
  readonly space: SearchSpace;
  readonly counts: Readonly<Record<TrialState, number>>;
  readonly finished: readonly FinishedTrial[];
  readonly bestTrials: readonly CompleteTrial[];
  /** Where its trials keep their files, a folder each; those of new trials first. */
  readonly folders: readonly string[];
  trials(...states: readonly TrialState[]): readonly Trial[];
  directoryOf(trialNumber: number): string;
  /** Takes in what changed meanwhile. */
  refresh(): Promise<void>;
}

/**
 * Looks at a stored study; writes nothing.
 * @param detail "brief" reads what a list of trials shows (see `Storage.readTrials`), unless more
 * is needed to tell the study's space and what became of its prior
 * @throws StudyNotFoundError if the storage has no such study
 */
export async function viewStudy(
  name: string,
  storage: Storage,
  detail?: "brief",
): Promise<StudyView> {
  const record = await findOrThrow(storage, name);
  const history = new History(record.directions);
  let cursor: Cursor | undefined;
  const version = versionsOf(record.systemAttrs).at(-1) ?? NEW_VERSION;
  const folders = foldersOf(storage, record);
  const isWhole = !version.space || version.prior !== undefined;
  const view: StudyView = {
    name,
    storage,
    directions: record.directions,
    metricNames: record.systemAttrs[ATTRIBUTE.metricNames] as readonly string[] | undefined,
    userAttrs: record.userAttrs,
    stopped: stopOf(record),
    version,
    get space() {
      return (
        version.space ??
        inferSpace(view.finished.filter(({ state, excluded }) => state !== "failed" && !excluded))
      );
    },
    get counts() {
      return history.counts;
    },
    get finished() {
      // Another library's trials have no place in the order of finishing before they are gone on with.
      return history.hasUnindexed ? history.trials.filter(isFinished) : history.finished;
    },
    get bestTrials() {
      return history.front;
    },
    folders: folders.places,
    trials: (...states) =>
      states.length === 0
        ? history.trials
        : history.trials.filter(({ state }) => states.includes(state)),
    directoryOf: (trialNumber) => folders.of(trialNumber),
    refresh: async () => {
      const changes = await storage.readTrials(record.id, cursor, isWhole ? undefined : detail);
      cursor = changes.cursor;
      for (const trial of changes.trials) history.apply(trial);
      if (!changes.steering) return;
      history.setExcluded(excludedAfter(exclusionsOf(changes.steering[ATTRIBUTE.exclusions])));
    },
  };
  await view.refresh();
  return view;
}
