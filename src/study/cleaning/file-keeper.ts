import { readdirSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  isFeasible,
  isFinished,
  type CompleteTrial,
  type FinishedTrial,
  type Trial,
} from "../../contracts/trial.ts";
import { formatBytes, parseBytes } from "../../system/byte-size.ts";
import type { StudyState } from "../study-state.ts";
import type { FileLimits } from "./file-limits.ts";
import { neededFiles } from "./needed-files.ts";
import { filesIn, isLog, removeFiles } from "./trial-files.ts";

/** Keeps a study's files within its limits while trials end. */
export interface FileKeeper {
  /** Ends it, once what is to be removed now is. */
  end(): Promise<void>;
}

/**
 * Removes files that the limits don't allow, now and after each trial's end; a removal that was cut short by a
 * crash is done by the next one. A trial that falls behind the best never comes back among them, so that what
 * other processes did meanwhile makes no removal wrong.
 */
export function keepFiles(state: StudyState, limits: FileLimits): FileKeeper {
  const { keepBest, artifactsLimit } = limits;
  if (keepBest === undefined && artifactsLimit === undefined) return { end: async () => undefined };
  const limitBytes =
    artifactsLimit === undefined ? Infinity : parseBytes("artifactsLimit", artifactsLimit);
  const keeper = new Keeper(state, keepBest ?? Infinity, limitBytes);
  keeper.begin();
  const unsubscribe = state.hub.subscribe((event) => {
    if (event.type === "finished") keeper.ended(event.trial.number);
  });
  return {
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
  /** What finished trials keep beside what they printed, by number. */
  readonly #bytes = new Map<number, number>();
  settled: Promise<void> = Promise.resolve();
  #isDue = false;

  constructor(state: StudyState, keepBest: number, limitBytes: number) {
    this.#state = state;
    this.#keepBest = keepBest;
    this.#limitBytes = limitBytes;
  }

  /** Looks at what earlier runs left. */
  begin(): void {
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

  /** Once for all trials that end in one turn of the event loop. */
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
    const needed = neededFiles(allTrials(this.#state), parts.strategy.promotes ?? false);
    const ranked = ranking(trials as readonly FinishedTrial[], this.#state);
    const best = bestCount(ranked, this.#state, this.#keepBest);
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
    // Over the limit even so: of the best, those that come last.
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

const allTrials = ({ history }: StudyState): readonly Trial[] => [
  ...history.finished,
  ...history.running,
  ...history.waiting,
];

/** The best first; then those without a value that counts, the last ones first. */
function ranking(trials: readonly FinishedTrial[], { parts, history }: StudyState) {
  const [direction] = parts.record.directions;
  const sign = direction === "maximize" ? -1 : 1;
  const front = new Set(history.front.map(({ number }) => number));
  const classOf = (trial: FinishedTrial): number => {
    if (front.has(trial.number)) return 0;
    if (trial.state === "complete" && isFeasible(trial) && !trial.excluded) return 1;
    return trial.state === "complete" ? 2 : trial.state === "pruned" ? 3 : 4;
  };
  const valueOf = (trial: FinishedTrial): number =>
    trial.state === "complete" ? sign * trial.values[0] : 0;
  return [...trials].sort(
    (a, b) => classOf(a) - classOf(b) || valueOf(a) - valueOf(b) || b.number - a.number,
  );
}

/** How many at the beginning of the ranking keep their files. */
function bestCount(
  ranked: readonly FinishedTrial[],
  { parts, history }: StudyState,
  keepBest: number,
): number {
  const front = new Set(history.front.map(({ number }) => number));
  if (parts.record.directions.length > 1)
    return ranked.filter((one) => front.has(one.number)).length;
  const isCounted = (trial: FinishedTrial): trial is CompleteTrial =>
    trial.state === "complete" && isFeasible(trial) && !trial.excluded;
  // A limit in bytes alone leaves the best one.
  return Math.min(keepBest === Infinity ? 1 : keepBest, ranked.filter(isCounted).length);
}
