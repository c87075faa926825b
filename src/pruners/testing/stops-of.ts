import type { Direction, Report } from "../../contracts/trial.ts";
import type { Pruner } from "../../contracts/pruner.ts";

export interface Trials {
  /** By trial, what it would report at each of the steps, in the metric's own sense. */
  readonly curves: readonly (readonly number[])[];
  /** Ascending; 1, 2, … if left out. */
  readonly steps?: readonly number[];
  readonly direction?: Direction;
  /** A finished trial's value; its last report if left out. Minimised. */
  readonly finalValue?: (reports: readonly Report[]) => number;
}

const lastOf = (reports: readonly Report[]): number => reports[reports.length - 1].value;

/**
 * The step at which each trial is stopped, or null: trials run one after another, and ask after
 * each report.
 */
export function stopsOf(pruner: Pruner, trials: Trials): (number | null)[] {
  const { curves, steps, direction = "minimize", finalValue = lastOf } = trials;
  let state = pruner.init();
  return curves.map((curve, number) => {
    const reports: Report[] = [];
    let stop: number | null = null;
    for (const [index, value] of curve.entries()) {
      const step = steps?.[index] ?? index + 1;
      reports.push({ step, value: direction === "maximize" ? -value : value });
      const trial = { number, params: {}, reports: [...reports] };
      if (!pruner.shouldPrune(state, { trial, pending: [], direction })) continue;
      stop = step;
      break;
    }
    const outcome = stop === null ? "complete" : "pruned";
    const value = outcome === "complete" ? finalValue(reports) : lastOf(reports);
    const values = Number.isNaN(value) ? [] : [value];
    state = pruner.observe(state, { number, params: {}, outcome, values, reports });
    return stop;
  });
}
