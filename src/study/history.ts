import { insertIntoFront } from "../numerics/pareto.ts";
import { StorageError } from "../errors/errors.ts";
import { isDivergence, minimised } from "../contracts/observation.ts";
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

/** A trial with its values, minimised. */
interface Ranked {
  readonly number: number;
  readonly badness: readonly number[];
  readonly trial: CompleteTrial;
}

/** The trials of one study in memory, with indexes for what is often asked of them. */
export class History {
  readonly directions: readonly Direction[];
  readonly #trials: (Trial | undefined)[] = [];
  readonly #ids = new Map<number, number>();
  readonly #finished: FinishedTrial[] = [];
  /** Finished trials for which an earlier finish is still unknown here, by finish index. */
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
  /** The front of the trials that were ranked. */
  #ranked: readonly Ranked[] = [];
  /** Complete trials that have yet to be ranked, which is done only when the front is asked for. */
  #unranked: CompleteTrial[] = [];
  #front: readonly CompleteTrial[] = [];

  constructor(directions: readonly Direction[]) {
    this.directions = directions;
  }

  /**
   * Takes in a stored trial; a trial that is finished here stays as it is. @returns whether it was
   * news
   * @throws StorageError if another trial has its number
   */
  apply(record: TrialRecord): boolean {
    const { id, number } = record;
    const known = this.#ids.get(number);
    if (known !== undefined && known !== id) {
      throw new StorageError(
        `Trial ${number} is there twice, with the ids ${known} and ${id}. Give one of them another ` +
          "number or study, with the program that wrote the database, or restore a backup.",
      );
    }
    const before = this.#trials[number];
    if (before && isFinished(before) && ATTRIBUTE.finishIndex in before.systemAttrs) return false;
    const trial = marked(trialOf(record), this.#excluded);
    if (before) {
      this.#counts[before.state]--;
      if (isFinished(before)) this.#unindexed--;
    }
    this.#counts[trial.state]++;
    this.#trials[number] = trial;
    this.#ids.set(number, id);
    if (isFinished(trial)) {
      // Programs get this very object, and a change to it would change later suggestions.
      Object.freeze(trial.params);
      if ("values" in trial) Object.freeze(trial.values);
      this.#open.delete(trial.number);
      this.#finish(trial);
      if (before && isFinished(before)) return true;
      if (isCancelled(trial)) this.#cancelled++;
      if (trial.state === "complete") this.#unranked.push(trial);
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

  /** Sets which finished trials are left out of the search and of the best. */
  setExcluded(excluded: ReadonlySet<number>): void {
    const before = this.#excluded;
    const changed = [...new Set([...before, ...excluded])].filter(
      (number) => before.has(number) !== excluded.has(number),
    );
    if (changed.length === 0) return;
    this.#excluded = excluded;
    for (const number of changed) {
      const trial = this.#trials[number];
      if (!trial || !isFinished(trial)) continue;
      const now = marked(trial, excluded) as FinishedTrial;
      this.#trials[number] = now;
      const index = trial.systemAttrs[ATTRIBUTE.finishIndex] as number;
      if (index < this.#finished.length) this.#finished[index] = now;
      else if (this.#ahead.has(index)) this.#ahead.set(index, now);
    }
    [this.#ranked, this.#front] = [[], []];
    this.#unranked = this.#trials.filter((trial) => trial?.state === "complete");
  }

  #rank(trial: CompleteTrial): void {
    const { directions } = this;
    const { number, values } = trial;
    if (trial.excluded || !isFeasible(trial) || values.length !== directions.length) return;
    const badness = values.map((value, index) => minimised(value, directions[index]));
    // It diverged; on a front it would stand for ever, as nothing is compared with it in the other metrics.
    if (values.some((value, i) => isDivergence(value, directions[i]))) return;
    this.#ranked = insertIntoFront(this.#ranked, { number, badness, trial }, (one) => one.badness);
  }

  /** The number that the next new trial gets, as far as is known here. */
  get nextNumber(): number {
    return this.#trials.length;
  }

  /** By number; those that another program removed are left out. */
  get trials(): readonly Trial[] {
    const isWhole = this.#ids.size === this.#trials.length;
    return (isWhole ? this.#trials : this.#trials.filter(Boolean)) as readonly Trial[];
  }

  /** Finished trials in the order of finishing, up to the first gap: a trial not known here yet. */
  get finished(): readonly FinishedTrial[] {
    return this.#finished;
  }

  /** Whether finished trials of another library have no finish index yet. */
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

  /**
   * Feasible, complete and undominated, by number; with one metric at most one trial. None that is infinitely bad
   * in a metric.
   */
  get front(): readonly CompleteTrial[] {
    if (this.#unranked.length === 0) return this.#front;
    const [before, unranked] = [this.#ranked, this.#unranked];
    this.#unranked = [];
    for (const trial of unranked) this.#rank(trial);
    if (this.#ranked !== before) this.#front = this.#ranked.map(({ trial }) => trial);
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

  /** The queued trials, in their order. */
  get waiting(): WaitingTrial[] {
    const waiting = [...this.#open.values()].filter((trial) => trial.state === "waiting");
    return waiting.sort((a, b) => a.number - b.number);
  }

  /** The numbers of the trials that are not among `finished`. */
  get unfinished(): number[] {
    const ahead = [...this.#ahead.values()].map((trial) => trial.number);
    return [...this.#open.keys(), ...ahead];
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
