import type { ActiveTrial } from "./trial/active-trial.ts";
import { TrialFinishedError } from "../errors/errors.ts";
import { EventHub } from "./events.ts";
import { History } from "./history.ts";
import type { Pruner, TrainingRoles } from "../contracts/pruner.ts";
import type { End } from "./trial/trial-end.ts";
import type { RunDefaults } from "./run-options.ts";
import { lostTrialAction, type LostTrialAction } from "./trial/lost-trial.ts";
import {
  ATTRIBUTE,
  type AttributeChange,
  type Cursor,
  type Storage,
  type StudyRecord,
  type TrialChange,
} from "../contracts/storage.ts";
import { pendingOf } from "../contracts/observation.ts";
import type { PendingTrial, Strategy } from "../contracts/strategy.ts";
import type { StudyFolders } from "../artifacts/study-folders.ts";
import type { StudyVersion } from "./study-version.ts";
import type { FinishedTrial, RunningTrial } from "../contracts/trial.ts";
import { TrialWriter } from "./trial/trial-writer.ts";

/** What `openStudy` makes a study of. */
export interface StudyParts {
  readonly storage: Storage;
  readonly record: StudyRecord;
  readonly metricNames?: readonly string[];
  /** The last one is in force. */
  readonly versions: readonly StudyVersion[];
  readonly strategy: Strategy;
  readonly pruner?: Pruner;
  readonly roles?: TrainingRoles;
  /** Whether the storage has yet to be told of the last version. */
  readonly isNewVersion: boolean;
  readonly repeats?: boolean;
  readonly defaults: RunDefaults;
  /** How often a trial whose process died is started again. */
  readonly maxRestarts: number;
  /** Whether it is started again in place, or fails and a copy is queued. */
  readonly lostTrials: "restart" | "clone";
  readonly folders: StudyFolders;
}

/** What the parts of an open study share: its trials in memory, and the way to the stored ones. */
export class StudyState {
  readonly parts: StudyParts;
  readonly storage: Storage;
  readonly history: History;
  readonly writer: TrialWriter;
  readonly hub = new EventHub();
  /** The trials that run in this process, by number. */
  readonly active = new Map<number, ActiveTrial>();
  record: StudyRecord;
  #cursor: Cursor | undefined;
  readonly #elsewhere = new WeakMap<RunningTrial, PendingTrial>();

  constructor(parts: StudyParts) {
    this.parts = parts;
    this.storage = parts.storage;
    this.record = parts.record;
    this.history = new History(parts.record.directions);
    this.writer = new TrialWriter(parts.storage);
  }

  /** What suggestions are made from now. */
  get version(): StudyVersion {
    return this.parts.versions[this.parts.versions.length - 1];
  }

  /** Takes in what other processes wrote. */
  async refresh(): Promise<void> {
    for (;;) {
      const { trials, cursor } = await this.storage.readTrials(this.record.id, this.#cursor);
      this.#cursor = cursor;
      for (const trial of trials) {
        // What runs here is known better here.
        if (trial.state === "running" && this.active.has(trial.number)) continue;
        this.history.apply(trial);
        if (trial.state !== "running" && trial.state !== "waiting")
          this.active.delete(trial.number);
      }
      if (!this.history.hasUnindexed) return;
      await this.storage.indexFinished(this.record.id);
    }
  }

  /** Running trials by number, those of this process with their reports up to now. */
  running(): RunningTrial[] {
    return this.history.running.map((trial) => this.active.get(trial.number)?.snapshot() ?? trial);
  }

  /** Running trials by number, as strategies and pruners see them; those of this process uncopied. */
  pending(): PendingTrial[] {
    return this.history.running.map(
      (trial) => this.active.get(trial.number)?.pending() ?? this.#pendingElsewhere(trial),
    );
  }

  /** Once per trial as it was read: pruners ask after each report. */
  #pendingElsewhere(trial: RunningTrial): PendingTrial {
    const known = this.#elsewhere.get(trial) ?? pendingOf(trial, this.record.directions);
    this.#elsewhere.set(trial, known);
    return known;
  }

  /** What is to be done with a running trial: nothing, if it runs here or its process lives. */
  actionFor(trial: RunningTrial): LostTrialAction {
    if (this.active.has(trial.number)) return { kind: "leave" };
    return lostTrialAction(trial, this.parts.maxRestarts, new Date());
  }

  /** Writes the end of a trial, and takes it in. @throws TrialFinishedError if it ended before. */
  async finish(trial: RunningTrial, change: TrialChange, end: End): Promise<FinishedTrial> {
    // Field by field, here and below: spreading costs several times as much, once per trial.
    const id = this.history.idOf(trial.number);
    const values = end.state === "failed" ? undefined : end.values;
    const completedAt = new Date();
    const attributes = withFailure(change.attributes, end);
    const { params, distributions, reports } = change;
    const { state } = end;
    const written = { params, distributions, reports, attributes, state, values, completedAt };
    const finishIndex = await this.storage.finishTrial(id, written);
    this.active.delete(trial.number);
    if (finishIndex === undefined) {
      await this.refresh();
      throw alreadyFinished(this.history.get(trial.number) as FinishedTrial);
    }
    const systemAttrs: Record<string, unknown> = {};
    Object.assign(systemAttrs, trial.systemAttrs, attributes?.system);
    systemAttrs[ATTRIBUTE.finishIndex] = finishIndex;
    this.history.apply({
      id,
      number: trial.number,
      state,
      params: trial.params,
      distributions: trial.distributions,
      values,
      reports: trial.reports,
      userAttrs: trial.userAttrs,
      systemAttrs,
      startedAt: trial.startedAt,
      completedAt,
    });
    const finished = this.history.get(trial.number) as FinishedTrial;
    const isBest = this.history.front.some((best) => best.number === trial.number);
    this.hub.emit({ type: "finished", trial: finished, isBest });
    return finished;
  }
}

/** The reason of a failure is kept as an attribute: Optuna's schema has no column for it. */
const withFailure = (attributes: AttributeChange | undefined, end: End) =>
  end.state === "failed"
    ? { ...attributes, system: { ...attributes?.system, [ATTRIBUTE.failure]: end.failure } }
    : attributes;

export const alreadyFinished = (trial: FinishedTrial): TrialFinishedError =>
  new TrialFinishedError(
    `tell: trial ${trial.number} is already ${trial.state}; finished trials never change. ` +
      "Pass skipIfFinished (--skip-if-finished) to let it be.",
  );
