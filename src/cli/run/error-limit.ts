import { studyLine } from "../command-line.ts";
import type { FinishedTrial } from "../../contracts/trial.ts";

/** How many trials in a row may err before the study stops. */
const IN_A_ROW = 5;

export interface ErrorLimit {
  /** Told of each trial that ends in this run, as it ends. */
  ended(trial: FinishedTrial): void;
  /** Whether to go on after the error of the trial that ended last. */
  goesOn(trial: FinishedTrial): boolean;
  /** Why it did not go on, and what to do; undefined if it did. */
  readonly verdict: string | undefined;
}

/**
 * Goes on after an objective's errors, but not if the first trial errs or five in a row do, in the
 * order in which they end: then the fault is in the program, not in the parameters.
 */
export function errorLimit(study: string): ErrorLimit {
  let row = 0;
  let verdict: string | undefined;
  return {
    ended(trial) {
      row = trial.state === "failed" && trial.failure.reason === "error" ? row + 1 : 0;
    },
    goesOn({ number }) {
      if (number > 0 && row < IN_A_ROW) return true;
      const what = number === 0 ? "The first trial erred" : `${row} trials in a row erred`;
      verdict =
        `${what}, so the study stopped: the fault is likely in the program. ` +
        `${studyLine("show", study, [number])} shows all that is kept of it; mend it and run again.`;
      return false;
    },
    get verdict() {
      return verdict;
    },
  };
}
