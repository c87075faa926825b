import { studyLine } from "../command-line.ts";
import { isCancelled, type FinishedTrial } from "../../contracts/trial.ts";

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
 * Goes on after an objective's errors, but not if nothing has ended but by an error, or if five do so
 * in a row, in the order in which they end: then the fault is in the program, not in the parameters.
 * @param finished the trials that had ended before this run; left out where others run trials, too, of
 * whose ends this process does not know
 * @param isKept whether the study can be looked at once this process has ended
 */
export function errorLimit(
  study: string,
  finished?: readonly FinishedTrial[],
  isKept = true,
): ErrorLimit {
  let onlyErrors = finished?.every((trial) => isError(trial) || isCancelled(trial)) ?? false;
  let row = 0;
  let verdict: string | undefined;
  return {
    ended(trial) {
      row = isError(trial) ? row + 1 : 0;
      if (!isError(trial)) onlyErrors = false;
    },
    goesOn({ number }) {
      if (!onlyErrors && row < IN_A_ROW) return true;
      const what = onlyErrors ? "The first trial that ended erred" : `${row} trials in a row erred`;
      verdict =
        `${what}, so ${finished ? "the study" : "this worker"} stopped: the fault is likely in the program. ` +
        (isKept
          ? `${studyLine("show", study, [number])} shows all that is kept of it; mend it and run again.`
          : "Mend it and run again.");
      return false;
    },
    get verdict() {
      return verdict;
    },
  };
}

const isError = (trial: FinishedTrial): boolean =>
  trial.state === "failed" && trial.failure.reason === "error";
