import { insertIntoFront } from "../numerics/pareto.ts";
import { minimised } from "../contracts/observation.ts";
import { trialOf } from "../storage/record.ts";
import type { TrialRecord } from "../contracts/storage.ts";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import {
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
  #front: readonly CompleteTrial[] = [];

  constructor(directions: readonly Direction[]) {
    this.directions = directions;
  }

  /** Takes in a trial as stored; what is finished here stays as it is. Whether it was news. */
  apply(record: TrialRecord): boolean {
    const before = this.#trials[record.number];
    if (before && isFinished(before) && ATTRIBUTE.finishIndex in before.systemAttrs) return false;
    const trial = trialOf(record);
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
      if (trial.state === "complete" && !(before && isFinished(before))) this.#rank(trial);
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

  #rank(trial: CompleteTrial): void {
    if (!isFeasible(trial) || trial.values.length !== this.directions.length) return;
    if (this.directions.length === 1) {
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

  get counts(): Readonly<Record<TrialState, number>> {
    return this.#counts;
  }

  /** Feasible, complete and undominated, by number; with one metric at most one trial. */
  get front(): readonly CompleteTrial[] {
    return this.#front;
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
