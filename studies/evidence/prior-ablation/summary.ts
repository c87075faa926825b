import { mean } from "../evidence.ts";
import { median } from "simple-statistics";

/** After which trials the regret is told. */
export const checkpoints = [5, 10, 20, 40] as const;

/** The best value and the median of a cell's table: between them regret goes from 0 to 1. */
export interface RegretScale {
  readonly best: number;
  readonly median: number;
}

export function scaleOf(values: readonly (number | null)[]): RegretScale {
  const finite = values.flatMap((value) => (value === null ? [] : [value]));
  return { best: Math.min(...finite), median: median(finite) };
}

/** Of one arm in one cell: each seed's best value after each trial. */
export type BestCurves = readonly (readonly number[])[];

/** The mean regret over seeds after each trial; what is worse than the table's median counts 1. */
export const regretOf = (curves: BestCurves, { best, median: middle }: RegretScale): number[] =>
  curves[0].map((_, trial) =>
    mean(curves.map((curve) => Math.min(1, (curve[trial] - best) / (middle - best)))),
  );

/** Trials until the mean regret is at most this; Infinity if it never is. */
export function trialsTo(regret: readonly number[], level: number): number {
  const at = regret.findIndex((value) => value <= level + 1e-12);
  return at < 0 ? Infinity : at + 1;
}

/**
 * The trials that an arm takes to the regret that no prior has at its end, as a share of those that
 * no prior takes.
 */
export function shareOfTrials(arm: readonly number[], none: readonly number[]): number {
  const level = none[none.length - 1];
  return trialsTo(arm, level) / trialsTo(none, level);
}
