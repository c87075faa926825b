import { HpoError } from "../errors/errors.ts";
import { isFirstInInterval } from "./interval.ts";
import { mustBe, requireInteger, givenOptions } from "../errors/checks.ts";
import type { Pruner } from "../contracts/pruner.ts";

/** Options of `threshold`. */
export interface ThresholdOptions {
  /** A report below it ends the trial. In the metric's own sense, also where it is maximised. */
  readonly lower?: number;
  /** A report above it ends the trial. In the metric's own sense, also where it is maximised. */
  readonly upper?: number;
  /** No trial is pruned below this step, ≥ 0; 0 if left out. */
  readonly warmupSteps?: number;
  /** Looks only at the first report within each interval of so many steps, ≥ 1; 1 if left out. */
  readonly intervalSteps?: number;
}

/**
 * Prunes a trial whose last report is NaN, below `lower` or above `upper` (Optuna's
 * ThresholdPruner, decision by decision).
 * @throws HpoError without a bound, with bounds in the wrong order, or on an option out of its range
 *
 * @example
 * ```ts
 * import { threshold } from "hpo/pruners";
 *
 * const pruner = threshold({ upper: 10 }); // defineStudy({ …, pruner })
 * ```
 */
export function threshold(options: ThresholdOptions): Pruner<undefined> {
  const known = ["lower", "upper", "warmupSteps", "intervalSteps"] as const;
  const given = givenOptions("threshold", options, known);
  const { lower = -Infinity, upper = Infinity, warmupSteps = 0, intervalSteps = 1 } = given;
  checkBounds(given, lower, upper);
  requireInteger("threshold: warmupSteps", warmupSteps, 0);
  requireInteger("threshold: intervalSteps", intervalSteps, 1);
  return {
    name: "threshold",
    options: { ...given },
    init: () => undefined,
    observe: () => undefined,
    shouldPrune(_, { trial: { reports }, direction }) {
      const last = reports.at(-1);
      if (last === undefined || last.step < warmupSteps) return false;
      if (!isFirstInInterval(reports, warmupSteps, intervalSteps)) return false;
      if (Number.isNaN(last.value)) return true;
      const value = direction === "maximize" ? -last.value : last.value;
      return value < lower || value > upper;
    },
  };
}

function checkBounds(options: ThresholdOptions, lower: number, upper: number): void {
  if (options.lower === undefined && options.upper === undefined) {
    throw new HpoError("threshold: there is no bound. Give lower, upper or both.");
  }
  for (const [name, value] of Object.entries({ lower, upper })) {
    if (typeof value === "number" && !Number.isNaN(value)) continue;
    throw mustBe(`threshold: ${name}`, value, "a number");
  }
  if (lower > upper) {
    throw new HpoError(`threshold: lower=${lower} is above upper=${upper}. Swap them.`);
  }
}
