import { isFirstInInterval } from "./interval.ts";
import { givenOptions, requireInteger, requireWithin } from "../errors/checks.ts";
import type { Pruner } from "../contracts/pruner.ts";
import { collect, leastOf } from "./reported-values.ts";

/** Options of `percentile` and `median`. */
export interface PercentileOptions {
  /** No trial is pruned before this many, ≥ 0, have completed; 5 if left out. */
  readonly startupTrials?: number;
  /** No trial is pruned below this step, ≥ 0; 0 if left out. */
  readonly warmupSteps?: number;
  /** Prunes only at the first report within each interval of so many steps, ≥ 1; 1 if left out. */
  readonly intervalSteps?: number;
  /** How many completed trials must have a report at the step, ≥ 1; 1 if left out. */
  readonly minTrials?: number;
}

/** The names of the options, the percentile itself aside. */
export const PERCENTILE_OPTIONS = [
  "startupTrials",
  "warmupSteps",
  "intervalSteps",
  "minTrials",
] as const;

interface WithPercentile extends PercentileOptions {
  /** In [0, 100]: how many of the trials survive; 25 if left out. */
  readonly percentile?: number;
}

interface State {
  completed: number;
  /** By step: what completed trials reported there, ascending, NaN left out. */
  readonly valuesAt: Map<number, number[]>;
}

/**
 * Prunes a trial whose best report so far is worse than the given percentile of what completed
 * trials reported at the same step (Optuna's PercentilePruner, decision by decision).
 * A trial whose reports are all NaN is pruned; without a report none is.
 * @param percentile in [0, 100]: how many of the trials survive; 25 if left out
 * @throws HpoError on an option out of its range
 *
 * @example
 * ```ts
 * import { percentile } from "hpo/pruners";
 *
 * const pruner = percentile(25); // defineStudy({ …, pruner })
 * ```
 */
export function percentile(percentile: number, options?: PercentileOptions): Pruner<State>;
/** The same with the percentile among the options, as in a study file. */
export function percentile(options?: WithPercentile): Pruner<State>;
export function percentile(
  first: number | WithPercentile = {},
  second: PercentileOptions = {},
): Pruner<State> {
  const all = typeof first === "object" ? first : { ...second, percentile: first };
  const { percentile = 25, ...given } = givenOptions("percentile", all, [
    "percentile",
    ...PERCENTILE_OPTIONS,
  ]);
  requireWithin("percentile: percentile", percentile, 0, 100);
  const { startupTrials, warmupSteps, intervalSteps, minTrials } = checkedPercentileOptions(
    "percentile",
    given,
  );
  return {
    name: "percentile",
    options: { percentile, ...given },
    init: () => ({ completed: 0, valuesAt: new Map() }),
    observe(state, trial) {
      if (trial.outcome === "complete") {
        state.completed++;
        for (const report of trial.reports) collect(state.valuesAt, report);
      }
      return state;
    },
    shouldPrune(state, { trial: { reports } }) {
      const last = reports.at(-1);
      if (last === undefined || state.completed === 0 || state.completed < startupTrials)
        return false;
      if (last.step < warmupSteps) return false;
      if (!isFirstInInterval(reports, warmupSteps, intervalSteps)) return false;
      const best = leastOf(reports);
      if (best === undefined) return true;
      const rivals = state.valuesAt.get(last.step);
      if (!rivals || rivals.length < minTrials) return false;
      return best > percentileOf(rivals, percentile);
    },
  };
}

/** With their defaults. @throws HpoError on one out of its range, which names the pruner that the user gave it to */
export function checkedPercentileOptions(
  pruner: string,
  { startupTrials = 5, warmupSteps = 0, intervalSteps = 1, minTrials = 1 }: PercentileOptions,
): Required<PercentileOptions> {
  requireInteger(`${pruner}: startupTrials`, startupTrials, 0);
  requireInteger(`${pruner}: warmupSteps`, warmupSteps, 0);
  requireInteger(`${pruner}: intervalSteps`, intervalSteps, 1);
  requireInteger(`${pruner}: minTrials`, minTrials, 1);
  return { startupTrials, warmupSteps, intervalSteps, minTrials };
}

/** Of ascending values, linear between ranks (numpy's default; R's type 7). */
function percentileOf(values: readonly number[], percentile: number): number {
  const rank = (percentile / 100) * (values.length - 1);
  const below = Math.floor(rank);
  const rest = rank - below;
  return rest === 0 ? values[below] : values[below] * (1 - rest) + values[below + 1] * rest;
}

export type PercentileState = State;
