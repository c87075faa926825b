import { regretBoundOf, type RegretBound } from "../../acquisition/regret-bound.ts";
import { isFeasible, type FinishedTrial } from "../../contracts/trial.ts";
import { mustBe } from "../../errors/checks.ts";
import { samplesOf } from "../../importance/samples.ts";
import { largest } from "../../numerics/vectors.ts";
import { refitSchedule } from "../../surrogate/refit-schedule.ts";
import { refuseSeveralMetrics, type Progress, type StopRule } from "./stop-rules.ts";

/** With fewer trials the model is often too confident. */
const LEAST_TRIALS = 20;
/** At which trial counts the model is fitted: every third one at first, later more rarely. */
const looks = refitSchedule(LEAST_TRIALS);

/**
 * Stops when the best of the whole space is better than the best trial by no more than `limit`, as far
 * as a model of the trials can tell: a Gaussian process, from 20 complete, feasible trials on (A. Makarova et al.,
 * "Automatic termination for hyperparameter optimization", AutoML 2022). Pruned trials count nothing,
 * diverged and infeasible ones as the worst. One metric only.
 * @param limit in the metric's units, > 0; or "noise": the standard error of one trial's value, as the
 * model sees it. A metric without noise needs a number.
 * @throws HpoError on another limit, and where the study has several metrics
 *
 * @example
 * ```ts
 * import { regretBound } from "hpo";
 *
 * const until = [regretBound("noise")]; // defineStudy({ …, until })
 * ```
 */
export function regretBound(limit: number | "noise" = "noise"): StopRule {
  if (limit !== "noise" && !(typeof limit === "number" && limit > 0 && limit < Infinity)) {
    throw mustBe("regretBound: limit", limit, 'a finite number above 0 in the metric\'s units, or "noise"'); // prettier-ignore
  }
  /** The last bound of each study, by its first trial, as a rule may serve several studies. */
  const known = new WeakMap<FinishedTrial, { readonly size: number; readonly bound?: RegretBound }>(); // prettier-ignore
  return (progress) => {
    refuseSeveralMetrics("regretBound", progress);
    const { finished } = progress;
    if (finished.length < LEAST_TRIALS) return undefined;
    const size = looks.lastRefit(finished.length, 3);
    let look = known.get(finished[0]);
    if (look?.size !== size) {
      look = { size, bound: boundOfFirst(size, progress) };
      known.set(finished[0], look);
    }
    return look.bound && reasonOf(look.bound, limit);
  };
}

function boundOfFirst(size: number, { directions, finished, space }: Progress) {
  const counted = finished.slice(0, size).filter(({ excluded }) => !excluded);
  if (counted.filter(isGood).length < LEAST_TRIALS || space.parameters.length === 0) {
    return undefined;
  }
  const { trials, values } = samplesOf(space, counted, { directions, diverged: "worst" });
  const worst = largest(values);
  const feasible = values.map((value, i) => (isFeasible(trials[i]) ? value : worst));
  const params = trials.map((trial) => trial.params);
  return regretBoundOf(space, params, feasible);
}

const isGood = (trial: FinishedTrial): boolean =>
  trial.state === "complete" && isFeasible(trial) && Number.isFinite(trial.values[0]);

function reasonOf({ bound, noise }: RegretBound, limit: number | "noise"): string | undefined {
  const most = limit === "noise" ? noise : limit;
  if (bound > most) return undefined;
  const less = `the best can be better by ${bound.toPrecision(2)} at most, by a model of the trials`;
  return limit === "noise"
    ? `${less}: no more than the standard error of one value, ${noise.toPrecision(2)}`
    : `${less}: no more than the limit of ${limit}`;
}
