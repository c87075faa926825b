import { pendingOf } from "../../contracts/observation.ts";
import type { PendingTrial } from "../../contracts/strategy.ts";
import type { Direction, FinishedTrial, RunningTrial, Trial } from "../../contracts/trial.ts";
import type { Params } from "../../space/search-space.ts";

/** The step of the last report, if there was one. */
type LastStep = number | null;
type SeenPending = readonly [number: number, lastStep: LastStep, names?: readonly string[]];

/**
 * What a suggestion had seen: recorded with its trial, so that it can be computed again. Trials get
 * their numbers in the order in which they are asked for, so that most of what ran is known by it.
 */
export interface Seen {
  /** How many finished trials, in their order of finishing. */
  readonly finished: number;
  /**
   * Where trials have all parameters from their start on, the last steps of those that were running
   * and had reported. Running were the trials of lower numbers that had not finished,
   */
  readonly reported?: readonly (readonly [number: number, lastStep: number])[];
  /** but for these, which waited; none if left out, */
  readonly except?: readonly number[];
  /** and these of higher numbers; none if left out. */
  readonly also?: readonly number[];
  /**
   * Else the trials that were running, each with the step of its last report then and, where the
   * objective had yet to ask for more of its parameters, the names of those that it had asked for.
   * Earlier versions kept this of all trials.
   */
  readonly pending?: readonly SeenPending[];
  /** How many changes of what the search leaves out; 0 if left out. */
  readonly exclusions?: number;
}

/** The study as a trial that is asked now sees it. */
export interface View {
  readonly number: number;
  /** How many had finished. */
  readonly finished: number;
  /** By number. */
  readonly running: readonly RunningTrial[];
  /** The numbers of those that had not. */
  readonly unfinished: readonly number[];
  readonly exclusionCount: number;
  /** Whether trials have all their parameters from their start on. */
  readonly isDeclared: boolean;
}

/** What a trial asked now has seen. */
export function seenNow(view: View): Seen {
  const { finished, exclusionCount, isDeclared } = view;
  return {
    finished,
    ...(isDeclared ? seenDeclared(view) : { pending: view.running.map(seenAsItRan) }),
    ...(exclusionCount > 0 && { exclusions: exclusionCount }),
  };
}

function seenDeclared({ number, running, unfinished }: View): Partial<Seen> {
  const numbers = new Set(running.map((trial) => trial.number));
  const except = unfinished.filter((each) => each < number && !numbers.has(each));
  const also = [...numbers].filter((each) => each > number);
  const reported = running.flatMap((trial) => {
    const step = trial.reports.at(-1)?.step;
    return step === undefined ? [] : [[trial.number, step] as const];
  });
  return {
    reported,
    ...(except.length > 0 && { except: except.sort((a, b) => a - b) }),
    ...(also.length > 0 && { also }),
  };
}

const seenAsItRan = ({ number, params, reports }: RunningTrial): SeenPending => [
  number,
  reports.at(-1)?.step ?? null,
  Object.keys(params),
];

export interface SeenStudy {
  readonly directions: readonly Direction[];
  /** In the order in which they finished. */
  readonly finished: readonly FinishedTrial[];
  trials(): readonly Trial[];
}

/** Gives the pending trials as they stood when something was seen. */
export class PendingAsSeen {
  readonly #study: SeenStudy;
  readonly #trials: ReadonlyMap<number, Trial>;
  /** Of the trials of lower numbers than `#from`, those that are not among the first `#gone`. */
  readonly #open = new Set<number>();
  #from = 0;
  #gone = 0;
  /** Of the finished ones in their order, by number. */
  readonly #places: ReadonlyMap<number, number>;

  constructor(study: SeenStudy) {
    this.#study = study;
    this.#trials = new Map(study.trials().map((trial) => [trial.number, trial]));
    this.#places = new Map(study.finished.map((trial, place) => [trial.number, place]));
  }

  /** Of the suggestion for a trial; `finished` never falls from one call to the next. */
  of(number: number, seen: Seen): readonly PendingTrial[] {
    return (seen.pending ?? this.#running(number, seen)).flatMap(([number, lastStep, names]) => {
      const trial = this.#trials.get(number);
      if (!trial) return [];
      const params = names ? pick(trial.params, names) : trial.params;
      return [pendingOf({ ...trial, params }, this.#study.directions, lastStep ?? -1)];
    });
  }

  #running(number: number, { finished, reported, except, also = [] }: Seen): SeenPending[] {
    for (; this.#gone < finished; this.#gone++) {
      this.#open.delete(this.#study.finished[this.#gone].number);
    }
    for (; this.#from < number; this.#from++) {
      const place = this.#places.get(this.#from) ?? Infinity;
      if (place >= finished) this.#open.add(this.#from);
    }
    const steps = new Map(reported);
    const waited = new Set(except);
    const lower = [...this.#open].filter((each) => each < number && !waited.has(each));
    return [...lower, ...also].map((each) => [each, steps.get(each) ?? null]);
  }
}

const pick = (params: Params, names: readonly string[]): Params =>
  Object.fromEntries(names.map((name) => [name, params[name]]));
