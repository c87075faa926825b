import { readdirSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { minimised } from "../../contracts/observation.ts";
import { isFeasible, isFinished, type FinishedTrial } from "../../contracts/trial.ts";
import { formatBytes, parseBytes } from "../../system/byte-size.ts";
import type { StudyState } from "../study-state.ts";
import type { FileLimits } from "./file-limits.ts";
import { neededFiles } from "./needed-files.ts";
import { filesIn, isLog, removeFiles } from "./trial-files.ts";

/** Keeps a study's files within its limits while trials end. */
export interface FileKeeper {
  /** Counts all files in the study's folders, those of other processes included. */
  look(): void;
  /** Stops, once all pending removals are done. */
  end(): Promise<void>;
}

/**
 * Removes files beyond the limits, now and after each trial's end; a removal that a crash cut short
 * is completed by the next one. A trial that is no longer among the best never returns to them, so
 * that not knowing of other processes' latest trials makes no removal wrong.
 */
export function keepFiles(state: StudyState, limits: FileLimits): FileKeeper {
  const { keepBest, artifactsLimit } = limits;
  if (keepBest === undefined && artifactsLimit === undefined) {
    return { look: () => undefined, end: async () => undefined };
  }
  const limitBytes =
    artifactsLimit === undefined ? Infinity : parseBytes("artifactsLimit", artifactsLimit);
  const keeper = new Keeper(state, keepBest ?? Infinity, limitBytes);
  keeper.look();
  const unsubscribe = state.hub.subscribe((event) => {
    if (event.type === "finished") keeper.ended(event.trial.number);
  });
  return {
    look: () => keeper.look(),
    end: async () => {
      unsubscribe();
      await keeper.settled;
    },
  };
}

class Keeper {
  readonly #state: StudyState;
  readonly #keepBest: number;
  readonly #limitBytes: number;
  /** The bytes that finished trials keep, without their output, by number. */
  readonly #bytes = new Map<number, number>();
  settled: Promise<void> = Promise.resolve();
  #isDue = false;

  constructor(state: StudyState, keepBest: number, limitBytes: number) {
    this.#state = state;
    this.#keepBest = keepBest;
    this.#limitBytes = limitBytes;
  }

  look(): void {
    for (const place of this.#state.parts.folders.places) {
      for (const name of namesIn(place)) if (/^\d+$/.test(name)) this.#measure(Number(name));
    }
    this.#sweepSoon();
  }

  ended(number: number): void {
    this.#measure(number);
    this.#sweepSoon();
  }

  #measure(number: number): void {
    const trial = this.#state.history.get(number);
    if (!trial || !isFinished(trial)) return;
    const bytes = this.#filesOf(number).reduce((sum, file) => sum + file.bytes, 0);
    if (bytes > 0) this.#bytes.set(number, bytes);
  }

  #filesOf(number: number) {
    return filesIn(this.#state.parts.folders.of(number)).filter((file) => !isLog(file));
  }

  /** Sweeps once for all trials that end in one turn of the event loop. */
  #sweepSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.settled = this.settled.then(async () => {
      await nextTurn();
      this.#isDue = false;
      this.#sweep();
    });
  }

  #sweep(): void {
    const { history, parts } = this.#state;
    const trials = [...this.#bytes.keys()].map((number) => history.get(number)!);
    const needed = neededFiles(history.trials, parts.strategy.promotes ?? false);
    const order = orderOf(this.#state);
    const ranked = (trials as FinishedTrial[]).sort(order);
    const kept = bestOf(this.#state, this.#keepBest, order);
    const best = ranked.filter(({ number }) => kept.has(number)).length;
    const worstFirst = ranked
      .slice(best)
      .reverse()
      .filter(({ number }) => !needed.has(number));
    let total = sum(this.#bytes.values());
    const isOne = parts.record.directions.length === 1;
    const why = isOne ? `not among the best ${this.#keepBest}` : "not of the front";
    for (const { number } of worstFirst) {
      if (this.#keepBest === Infinity && total <= this.#limitBytes) break;
      const isOver = this.#keepBest === Infinity;
      total -= this.#remove(number, isOver ? "the study keeps more than its limit" : why);
    }
    // Still over the limit: the files of the worst among the best go, too.
    for (const { number } of ranked.slice(isOne ? 1 : best, best).reverse()) {
      if (total <= this.#limitBytes) return;
      if (!needed.has(number)) total -= this.#remove(number, "the study keeps more than its limit");
    }
    if (total <= this.#limitBytes) return;
    this.#state.hub.note(
      `Trials keep more than artifactsLimit=${formatBytes(this.#limitBytes)}: what is left is of the best, and of ` +
        "trials that may be continued. Raise the limit, or save less in each trial.",
    );
  }

  /** @returns how many bytes are free then */
  #remove(number: number, why: string): number {
    const bytes = this.#bytes.get(number) ?? 0;
    this.#bytes.delete(number);
    const files = this.#filesOf(number);
    try {
      removeFiles(this.#state.parts.folders.of(number), files);
    } catch (error) {
      this.#state.hub.note(`Files of trials can't be removed: ${(error as Error).message}.`);
      return 0;
    }
    this.#state.hub.emit({ type: "cleaned", number, files: files.length, bytes, why });
    return bytes;
  }
}

const namesIn = (place: string): readonly string[] => {
  try {
    return readdirSync(place);
  } catch {
    // No trial has kept anything yet.
    return [];
  }
};

const sum = (values: Iterable<number>): number => [...values].reduce((all, one) => all + one, 0);

type Order = (a: FinishedTrial, b: FinishedTrial) => number;

/** Best trials first; those without a value that counts come last, newest first. */
function orderOf({ parts, history }: StudyState): Order {
  const [direction] = parts.record.directions;
  const front = new Set(history.front.map(({ number }) => number));
  const classOf = (trial: FinishedTrial): number => {
    if (front.has(trial.number)) return 0;
    if (isCounted(trial)) return 1;
    return trial.state === "complete" ? 2 : trial.state === "pruned" ? 3 : 4;
  };
  const valueOf = (trial: FinishedTrial): number =>
    trial.state === "complete" ? minimised(trial.values[0], direction) : 0;
  return (a, b) => classOf(a) - classOf(b) || valueOf(a) - valueOf(b) || b.number - a.number;
}

const isCounted = (trial: FinishedTrial): boolean =>
  trial.state === "complete" && isFeasible(trial) && !trial.excluded;

/** The trials that may keep their files, among all of the study, whoever ran them. */
function bestOf({ history }: StudyState, keepBest: number, order: Order): ReadonlySet<number> {
  const { directions, trials, front } = history;
  // With a limit in bytes alone, only the best trial (or the front) is protected.
  if (directions.length > 1 || keepBest === Infinity)
    return new Set(front.map(({ number }) => number));
  const best: FinishedTrial[] = [];
  for (const trial of trials) {
    if (!isFinished(trial) || !isCounted(trial)) continue;
    if (best.length >= keepBest && order(trial, best.at(-1)!) >= 0) continue;
    best.push(trial);
    best.sort(order);
    best.length = Math.min(best.length, keepBest);
  }
  return new Set(best.map(({ number }) => number));
}
