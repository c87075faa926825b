import { pendingOf } from "../../contracts/observation.ts";
import type { PendingTrial } from "../../contracts/strategy.ts";
import type { Direction, FinishedTrial, RunningTrial, Trial } from "../../contracts/trial.ts";
import type { Params } from "../../space/search-space.ts";

/** The step of the last report, if there was one. */
type LastStep = number | null;
type SeenPending = readonly [number: number, lastStep: LastStep, names?: readonly string[]];

/**
 * What a suggestion had seen, recorded with its trial so that it can be computed again. Numbers are
 * given in the order of asking, so that most of the trials that ran follow from the trial's number.
 */
export interface Seen {
  /** How many finished trials, in their order of finishing. */
  readonly finished: number;
  /**
   * In a study with a declared space, the last steps of the running trials that had reported. Which
   * trials were running follows from the number: all of lower numbers that had not finished, but
   * for `except` and with `also`.
   */
  readonly reported?: readonly (readonly [number: number, lastStep: number])[];
  /** Trials of lower numbers that waited; none if left out. */
  readonly except?: readonly number[];
  /** Running trials of higher numbers; none if left out. */
  readonly also?: readonly number[];
  /**
   * In a study without a declared space, the running trials, each with the step of its last report
   * and the names of the parameters that its objective had asked for. Earlier versions kept this
   * always.
   */
  readonly pending?: readonly SeenPending[];
  /** How many changes of the exclusions it had seen; 0 if left out. */
  readonly exclusions?: number;
}

/** The study as a trial that is asked now sees it. */
export interface View {
  readonly number: number;
  /** How many trials had finished. */
  readonly finished: number;
  /** By number. */
  readonly running: readonly RunningTrial[];
  /** The numbers of the trials that had not finished. */
  readonly unfinished: readonly number[];
  readonly exclusionCount: number;
  /** Whether trials have all their parameters from their start on. */
  readonly isDeclared: boolean;
}

/** What a trial that is asked for now has seen. */
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
  /** The trials of numbers below `#from` that are not among the first `#gone` to finish. */
  readonly #open = new Set<number>();
  #from = 0;
  #gone = 0;
  /** Each finished trial's place in the order of finishing, by number. */
  readonly #places: ReadonlyMap<number, number>;

  constructor(study: SeenStudy) {
    this.#study = study;
    this.#trials = new Map(study.trials().map((trial) => [trial.number, trial]));
    this.#places = new Map(study.finished.map((trial, place) => [trial.number, place]));
  }

  /** The pending trials that trial `number` saw; `seen.finished` never falls between calls. */
  of(number: number, seen: Seen): readonly PendingTrial[] {
    return (seen.pending ?? this.#running(number, seen)).flatMap(([number, lastStep, names]) => {
      const trial = this.#trials.get(number);
      if (!trial) return [];
      const params = names ? pick(trial.params, names) : trial.params;
      return [pendingOf({ ...trial, params }, this.#study.directions, lastStep ?? -Infinity)];
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
