import { insertIntoFront } from "../numerics/pareto.ts";
import { minimised } from "../contracts/observation.ts";
import { trialOf } from "../storage/record.ts";
import type { TrialRecord } from "../contracts/storage.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import {
  isCancelled,
  isFeasible,
  isFinished,
  type CompleteTrial,
  type Direction,
  type FinishedTrial,
  type RunningTrial,
  type Trial,
  type TrialState,
  type WaitingTrial,
} from "../contracts/trial.ts";

/** The trials of one study in memory, with what is asked of them all the time kept at hand. */
export class History {
  readonly directions: readonly Direction[];
  readonly #trials: (Trial | undefined)[] = [];
  readonly #ids = new Map<number, number>();
  readonly #finished: FinishedTrial[] = [];
  /** Finished trials that an unseen one stands before; by finish index. */
  readonly #ahead = new Map<number, FinishedTrial>();
  readonly #open = new Map<number, Trial>();
  readonly #counts: Record<TrialState, number> = {
    waiting: 0,
    running: 0,
    complete: 0,
    pruned: 0,
    failed: 0,
  };
  #unindexed = 0;
  #cancelled = 0;
  #excluded: ReadonlySet<number> = new Set();
  #front: readonly CompleteTrial[] = [];

  constructor(directions: readonly Direction[]) {
    this.directions = directions;
  }

  /** Takes in a trial as stored; what is finished here stays as it is. Whether it was news. */
  apply(record: TrialRecord): boolean {
    const before = this.#trials[record.number];
    if (before && isFinished(before) && ATTRIBUTE.finishIndex in before.systemAttrs) return false;
    const trial = marked(trialOf(record), this.#excluded);
    if (before) {
      this.#counts[before.state]--;
      if (isFinished(before)) this.#unindexed--;
    }
    this.#counts[trial.state]++;
    this.#trials[record.number] = trial;
    this.#ids.set(record.number, record.id);
    if (isFinished(trial)) {
      this.#open.delete(trial.number);
      this.#finish(trial);
      if (before && isFinished(before)) return true;
      if (isCancelled(trial)) this.#cancelled++;
      if (trial.state === "complete") this.#rank(trial);
    } else {
      this.#open.set(trial.number, trial);
    }
    return true;
  }

  #finish(trial: FinishedTrial): void {
    const index = trial.systemAttrs[ATTRIBUTE.finishIndex];
    if (typeof index !== "number") {
      this.#unindexed++;
      return;
    }
    this.#ahead.set(index, trial);
    for (;;) {
      const next = this.#ahead.get(this.#finished.length);
      if (!next) return;
      this.#ahead.delete(this.#finished.length);
      this.#finished.push(next);
    }
  }

  /** Which finished trials are kept out of the search, and of the best. */
  setExcluded(excluded: ReadonlySet<number>): void {
    const before = this.#excluded;
    this.#excluded = excluded;
    for (const number of new Set([...before, ...excluded])) {
      if (before.has(number) === excluded.has(number)) continue;
      const trial = this.#trials[number];
      if (!trial || !isFinished(trial)) continue;
      const changed = marked(trial, excluded) as FinishedTrial;
      this.#trials[number] = changed;
      const index = trial.systemAttrs[ATTRIBUTE.finishIndex] as number;
      if (index < this.#finished.length) this.#finished[index] = changed;
      else if (this.#ahead.has(index)) this.#ahead.set(index, changed);
    }
    this.#front = [];
    for (const trial of this.#trials) if (trial?.state === "complete") this.#rank(trial);
  }

  #rank(trial: CompleteTrial): void {
    const { length } = this.directions;
    if (trial.excluded || !isFeasible(trial) || trial.values.length !== length) return;
    if (length === 1) {
      // Nearly every trial ends here: most are not the best.
      const best = this.#front[0] as CompleteTrial | undefined;
      if (!best || this.#beats(trial, best)) this.#front = [trial];
      return;
    }
    this.#front = insertIntoFront(this.#front, trial, (one) =>
      one.values.map((value, index) => minimised(value, this.directions[index])),
    );
  }

  #beats(trial: CompleteTrial, best: CompleteTrial): boolean {
    const [value, least] = [trial, best].map(({ values }) =>
      minimised(values[0], this.directions[0]),
    );
    return value < least || (value === least && trial.number < best.number);
  }

  /** The number that the next new trial gets, as far as is known here. */
  get nextNumber(): number {
    return this.#trials.length;
  }

  /** By number. */
  get trials(): readonly Trial[] {
    return this.#trials as readonly Trial[];
  }

  /** In the order in which they finished, up to the first that is not known here yet. */
  get finished(): readonly FinishedTrial[] {
    return this.#finished;
  }

  /** Whether finished trials of another library have no place in that order yet. */
  get hasUnindexed(): boolean {
    return this.#unindexed > 0;
  }

  /** How many finished trials there are but for the cancelled ones, which never ran. */
  get ran(): number {
    const { complete, pruned, failed } = this.#counts;
    return complete + pruned + failed - this.#cancelled;
  }

  get counts(): Readonly<Record<TrialState, number>> {
    return this.#counts;
  }

  /** Feasible, complete and undominated, by number; with one metric at most one trial. */
  get front(): readonly CompleteTrial[] {
    return this.#front;
  }

  /** The numbers of the trials that are kept out of the search. */
  get excluded(): ReadonlySet<number> {
    return this.#excluded;
  }

  /** By number. */
  get running(): RunningTrial[] {
    const running = [...this.#open.values()].filter((trial) => trial.state === "running");
    return running.sort((a, b) => a.number - b.number);
  }

  /** The first in the queue. */
  get waiting(): WaitingTrial[] {
    const waiting = [...this.#open.values()].filter((trial) => trial.state === "waiting");
    return waiting.sort((a, b) => a.number - b.number);
  }

  get(number: number): Trial | undefined {
    return this.#trials[number];
  }

  /** The storage's own id of a trial. */
  idOf(number: number): number {
    const id = this.#ids.get(number);
    if (id === undefined) throw new RangeError(`No trial ${number} is known.`);
    return id;
  }
}

function marked(trial: Trial, excluded: ReadonlySet<number>): Trial {
  if (!isFinished(trial)) return trial;
  if (excluded.has(trial.number)) return { ...trial, excluded: true };
  if (!trial.excluded) return trial;
  const { excluded: _, ...unmarked } = trial;
  return unmarked;
}
