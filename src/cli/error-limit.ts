import type { OptimizeOptions } from "../optimize.ts";
import type { FinishedTrial } from "../trial.ts";

/** How many trials in a row may err before the study stops. */
const IN_A_ROW = 5;

/**
 * Goes on after an objective's errors, but not if the first trial errs or five in a row do: then
 * the fault is in the program, not in the parameters.
 */
export function errorLimit(): OptimizeOptions["catch"] {
  let last = -Infinity;
  let row = 0;
  return (_error: Error, trial: FinishedTrial) => {
    row = trial.number === last + 1 ? row + 1 : 1;
    last = trial.number;
    return trial.number > 0 && row < IN_A_ROW;
  };
}
