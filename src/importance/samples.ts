import { mustBe } from "../errors/checks.ts";
import { HpoError } from "../errors/errors.ts";
import { minimised } from "../contracts/observation.ts";
import type { CompleteTrial, Direction, FinishedTrial, Trial } from "../contracts/trial.ts";
import { isActive, type Params, type SearchSpace } from "../space/search-space.ts";
import type { LeftOut } from "./result.ts";

/** The trials that importance is judged by, each with its metric, minimised and finite. */
export interface Samples {
  readonly trials: readonly FinishedTrial[];
  readonly values: Float64Array;
  readonly leftOut: LeftOut;
}

export interface SampleOptions {
  /** The study's; the metric's own counts. */
  readonly directions: readonly Direction[];
  /** Which metric, counted from 0: an integer ≥ 0; with several there is no default. */
  readonly metric?: number;
  /**
   * What becomes of trials that diverged: "leave-out" (the default) judges where training works;
   * "worst" gives them the worst value that any other trial reached.
   */
  readonly diverged?: "leave-out" | "worst";
}

/** @throws HpoError if the metric is not said where there are several, or is none of them. */
export function samplesOf(
  space: SearchSpace,
  trials: readonly Trial[],
  options: SampleOptions,
): Samples {
  const metric = metricOf(options);
  const direction = options.directions[metric];
  const used: FinishedTrial[] = [];
  const values: number[] = [];
  const leftOut = { diverged: 0, pruned: 0, other: 0 };
  const take = (trial: FinishedTrial, value: number): void => {
    used.push({ ...trial, params: taken(space, trial.params) });
    values.push(value);
  };
  for (const trial of trials) {
    if (trial.state === "waiting" || trial.state === "running") continue;
    const value = trial.state === "complete" ? valueOf(trial, metric, direction) : undefined;
    if (value !== undefined && Number.isFinite(value)) take(trial, value);
    else if (hasDiverged(trial, value)) {
      if (options.diverged === "worst") take(trial, Infinity);
      else leftOut.diverged++;
    } else if (trial.state === "pruned") leftOut.pruned++;
    else leftOut.other++;
  }
  return withWorst(used, values, leftOut);
}

/** Without the values of branches that the trial did not take. */
const taken = ({ parameters }: SearchSpace, params: Params): Params =>
  Object.fromEntries(
    parameters
      .filter((one) => Object.hasOwn(params, one.name) && isActive(one, params))
      .map(({ name }) => [name, params[name]]),
  );

function metricOf({ directions, metric }: SampleOptions): number {
  if (metric === undefined && directions.length > 1) {
    throw new HpoError(
      `importance: the study has ${directions.length} metrics. Say which one is meant.`,
    );
  }
  const index = metric ?? 0;
  if (Number.isInteger(index) && index >= 0 && index < directions.length) return index;
  throw mustBe("importance: metric", index, `an integer from 0 to ${directions.length - 1}`);
}

function valueOf({ values }: CompleteTrial, metric: number, direction: Direction) {
  const value = values[metric] as number | undefined;
  return value === undefined ? undefined : minimised(value, direction);
}

const hasDiverged = (trial: FinishedTrial, value: number | undefined): boolean =>
  value === Infinity || (trial.state === "failed" && trial.failure.reason === "diverged");

/** Diverged trials stand at the worst value of the others; without others they say nothing. */
function withWorst(
  trials: readonly FinishedTrial[],
  values: readonly number[],
  leftOut: LeftOut,
): Samples {
  const worst = values.reduce(
    (most, value) => (value < Infinity ? Math.max(most, value) : most),
    -Infinity,
  );
  if (worst === -Infinity) {
    const diverged = leftOut.diverged + trials.length;
    return { trials: [], values: new Float64Array(0), leftOut: { ...leftOut, diverged } };
  }
  return { trials, values: Float64Array.from(values, (v) => Math.min(v, worst)), leftOut };
}
