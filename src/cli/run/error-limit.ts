import type { FinishedTrial } from "../../contracts/trial.ts";

/** How many trials in a row may err before the study stops. */
const IN_A_ROW = 5;

export interface ErrorLimit {
  /** Whether to go on after a trial's error. */
  goesOn(error: Error, trial: FinishedTrial): boolean;
  /** Why it did not go on, and what to do; undefined if it did. */
  readonly verdict: string | undefined;
}

/**
 * Goes on after an objective's errors, but not if the first trial errs or five in a row do: then
 * the fault is in the program, not in the parameters.
 */
export function errorLimit(study: string): ErrorLimit {
  let last = -Infinity;
  let row = 0;
  let verdict: string | undefined;
  return {
    goesOn(_error, { number }) {
      row = number === last + 1 ? row + 1 : 1;
      last = number;
      if (number > 0 && row < IN_A_ROW) return true;
      const what = number === 0 ? "The first trial erred" : `${row} trials in a row erred`;
      verdict =
        `${what}, so the study stopped: the fault is likely in the program. ` +
        `hpo study show ${study} ${number} shows all that is kept of it; mend it and run again.`;
      return false;
    },
    get verdict() {
      return verdict;
    },
  };
}
