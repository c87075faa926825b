import { requireFinite, requireInteger, requirePositive } from "../../errors/checks.ts";
import { HpoError } from "../../errors/errors.ts";
import { minimised } from "../../contracts/observation.ts";
import type { SearchSpace } from "../../space/search-space.ts";
import type { CompleteTrial, Direction, FinishedTrial } from "../../contracts/trial.ts";
import { counted } from "../../errors/counted.ts";

/** What a stop rule may look at. */
export interface Progress {
  readonly directions: readonly Direction[];
  /** In the order in which they finished. */
  readonly finished: readonly FinishedTrial[];
  /** The search space; in a define-by-run study what is inferred of it so far. */
  readonly space: SearchSpace;
  /** The best trial so far, with one metric. */
  readonly best?: CompleteTrial;
}

/** When a study has had enough: the reason, or undefined to go on. */
export type StopRule = (progress: Progress) => string | undefined;

/** @throws HpoError where a rule that judges by one metric would never be met */
export function refuseSeveralMetrics(rule: string, { directions }: Progress): void {
  if (directions.length <= 1) return;
  throw new HpoError(
    `${rule}: the study has ${directions.length} metrics, and the rule is of one. Drop the rule.`,
  );
}

/**
 * Stops when the study has this many finished trials, earlier runs counted.
 * @throws HpoError unless count is an integer ≥ 1
 *
 * @example
 * ```ts
 * import { maxTrials, targetValue } from "hpo";
 *
 * const until = [maxTrials(100), targetValue(0.01)]; // defineStudy({ …, until })
 * ```
 */
export function maxTrials(count: number): StopRule {
  requireInteger("maxTrials: count", count, 1);
  return ({ finished }) =>
    finished.length >= count ? `the study has its ${counted(count, "trial")}` : undefined;
}

/**
 * Stops when the metric is at least this good. One metric only.
 * @throws HpoError unless target is finite, and where the study has several metrics
 *
 * @example
 * ```ts
 * import { targetValue } from "hpo";
 *
 * const until = targetValue(0.99); // defineStudy({ …, direction: "maximize", until })
 * ```
 */
export function targetValue(target: number): StopRule {
  requireFinite("targetValue: target", target);
  return (progress) => {
    refuseSeveralMetrics("targetValue", progress);
    const { best, directions } = progress;
    if (!best) return undefined;
    const value = minimised(best.values[0], directions[0]);
    return value <= minimised(target, directions[0])
      ? `the target ${target} is reached by trial ${best.number}`
      : undefined;
  };
}

/**
 * Stops when this many trials in a row finished without a new best. One metric only.
 * @throws HpoError unless count is an integer ≥ 1, and where the study has several metrics
 *
 * @example
 * ```ts
 * import { noImprovement } from "hpo";
 *
 * const until = [noImprovement(20)]; // defineStudy({ …, until })
 * ```
 */
export function noImprovement(count: number): StopRule {
  requireInteger("noImprovement: count", count, 1);
  return (progress) => {
    refuseSeveralMetrics("noImprovement", progress);
    const { finished, best } = progress;
    if (!best || finished.length < count) return undefined;
    const recent = finished.slice(-count);
    return recent.every((trial) => trial.number !== best.number)
      ? `${count} trials in a row brought no improvement`
      : undefined;
  };
}

/**
 * Stops when the study's finished trials took this many seconds together (not milliseconds, as the options
 * whose names end in Ms), those of earlier runs and of other workers included. A trial without times
 * counts nothing.
 * @throws HpoError unless seconds > 0
 *
 * @example
 * ```ts
 * import { timeBudget } from "hpo";
 *
 * const until = [timeBudget(8 * 3600)]; // defineStudy({ …, until })
 * ```
 */
export function timeBudget(seconds: number): StopRule {
  requirePositive("timeBudget: seconds", seconds);
  /**
   * The time that each study's trials took so far, by its first trial: a rule may serve several.
   */
  const known = new WeakMap<FinishedTrial, { count: number; ms: number }>();
  return ({ finished }) => {
    if (finished.length === 0) return undefined;
    const spent = known.get(finished[0]) ?? { count: 0, ms: 0 };
    known.set(finished[0], spent);
    for (; spent.count < finished.length; spent.count++) {
      const { startedAt, completedAt } = finished[spent.count];
      if (startedAt && completedAt)
        spent.ms += Math.max(0, Number(completedAt) - Number(startedAt));
    }
    return spent.ms >= 1000 * seconds
      ? `its trials took the ${seconds} seconds that they had together`
      : undefined;
  };
}
