import { signedRanks, type SignedRanks } from "../numerics/signed-ranks.ts";
import type { Observation } from "../contracts/strategy.ts";
import { isFeasible, type Report } from "../contracts/trial.ts";
import { requireInteger, requireWithin, givenOptions } from "../errors/checks.ts";
import type { Pruner } from "../contracts/pruner.ts";
import { growingFold } from "./growing-fold.ts";

/** Options of `wilcoxon`. */
export interface WilcoxonOptions {
  /** The trial is pruned below this p-value, in [0, 1]; 0.1 if left out. More prunes more. */
  readonly pThreshold?: number;
  /** So many folds must be in common with the best trial, ≥ 0; 2 if left out, and at least. */
  readonly startupSteps?: number;
}

interface State {
  readonly best?: Rival;
}

/** A trial that others are compared with. */
interface Rival {
  readonly trial: Observation;
  readonly summary: Summary;
  /** How other reports differ from its own, at the steps that they have in common. */
  readonly differences: (reports: readonly Report[]) => SignedRanks;
}

/**
 * For objectives that are means over folds or instances: a step is a fold, in any order, and a
 * report is its own value, no running mean. Prunes a trial that is worse than the best one so far,
 * fold by fold, by Wilcoxon's signed-rank test at `pThreshold`, unless its mean is no worse than the
 * best one's (Optuna's WilcoxonPruner, decision by decision). Best is the least value among
 * completed, feasible trials. A trial with a report that is NaN or infinite is never pruned, nor is
 * any while the best one has such a report, or none.
 *
 * The test is repeated at each fold, so the rate of false alarms is above `pThreshold`.
 * @throws HpoError on an option out of its range
 *
 * @example
 * ```ts
 * import { createStudy, float, searchSpace, TrialPruned } from "hpo";
 * import { wilcoxon } from "hpo/pruners";
 *
 * const space = searchSpace({ x: float(-1, 1) });
 * const study = await createStudy({ name: "folds", space, pruner: wilcoxon() });
 * await study.optimize(
 *   (trial) => {
 *     let sum = 0;
 *     for (let fold = 0; fold < 8; fold++) {
 *       const value = trial.params.x ** 2 + 0.01 * fold;
 *       sum += value;
 *       trial.report(value, fold);
 *       if (trial.shouldPrune()) throw new TrialPruned();
 *     }
 *     return sum / 8;
 *   },
 *   { trials: 10 },
 * );
 * ```
 */
export function wilcoxon(options: WilcoxonOptions = {}): Pruner<State> {
  const given = givenOptions("wilcoxon", options, ["pThreshold", "startupSteps"]);
  const { pThreshold = 0.1, startupSteps = 2 } = given;
  requireWithin("wilcoxon: pThreshold", pThreshold, 0, 1);
  requireInteger("wilcoxon: startupSteps", startupSteps, 0);
  return {
    name: "wilcoxon",
    races: true,
    options: { ...given },
    init: () => ({}),
    observe: (state, trial) =>
      isBetter(trial, state.best?.trial) ? { best: rivalOf(trial) } : state,
    shouldPrune({ best }, { trial: { reports } }) {
      const summary = summaryOf(reports);
      if (!best || !summary.isFinite || !best.summary.isFinite) return false;
      const differences = best.differences(reports);
      if (differences.count < Math.max(2, startupSteps)) return false;
      if (mean(best.summary) >= mean(summary)) return false;
      return differences.greater() < pThreshold;
    },
  };
}

function rivalOf(trial: Observation): Rival {
  const valueAt = new Map(trial.reports.map(({ step, value }) => [step, value]));
  return {
    trial,
    summary: summaryOf(trial.reports),
    differences: growingFold(signedRanks, (ranks, { step, value }) => {
      const other = valueAt.get(step);
      if (other !== undefined) ranks.add(value - other);
      return ranks;
    }),
  };
}

/** Ties go to the lowest number. */
function isBetter(trial: Observation, best: Observation | undefined): boolean {
  if (trial.outcome !== "complete" || !isFeasible(trial)) return false;
  if (!best) return true;
  const difference = trial.values[0] - best.values[0];
  return difference < 0 || (difference === 0 && trial.number < best.number);
}

interface Summary {
  readonly count: number;
  readonly sum: number;
  readonly isFinite: boolean;
}

const summaryOf = growingFold<Summary>(
  () => ({ count: 0, sum: 0, isFinite: true }),
  ({ count, sum, isFinite }, { value }) => ({
    count: count + 1,
    sum: sum + value,
    isFinite: isFinite && Number.isFinite(value),
  }),
);

const mean = ({ sum, count }: Summary): number => sum / count;
