import { meanOf } from "../numerics/moments.ts";
import { signedRankGreater } from "../numerics/signed-rank-greater.ts";
import type { Observation } from "../contracts/strategy.ts";
import { isFeasible, type Report } from "../contracts/trial.ts";
import { requireInteger, requireWithin, givenOptions } from "../errors/checks.ts";
import type { Pruner } from "../contracts/pruner.ts";

export interface WilcoxonOptions {
  /** The trial is pruned below this p-value, in [0, 1]; 0.1 if left out. More prunes more. */
  readonly pThreshold?: number;
  /** So many folds must be in common with the best trial; 2 if left out, and at least. */
  readonly startupSteps?: number;
}

interface State {
  readonly best: Observation | undefined;
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
 */
export function wilcoxon(options: WilcoxonOptions = {}): Pruner<State> {
  const given = givenOptions("wilcoxon", options, ["pThreshold", "startupSteps"]);
  const { pThreshold = 0.1, startupSteps = 2 } = given;
  requireWithin("wilcoxon: pThreshold", pThreshold, 0, 1);
  requireInteger("wilcoxon: startupSteps", startupSteps, 0);
  return {
    name: "wilcoxon",
    options: { ...given },
    init: () => ({ best: undefined }),
    observe: ({ best }, trial) => ({ best: isBetter(trial, best) ? trial : best }),
    shouldPrune({ best }, { trial: { reports } }) {
      if (!best || !isUsable(reports) || !isUsable(best.reports)) return false;
      const bestAt = new Map(best.reports.map(({ step, value }) => [step, value]));
      const differences = reports.flatMap(({ step, value }) => {
        const other = bestAt.get(step);
        return other === undefined ? [] : [value - other];
      });
      if (differences.length < Math.max(2, startupSteps)) return false;
      if (meanValue(best.reports) >= meanValue(reports)) return false;
      return signedRankGreater(differences) < pThreshold;
    },
  };
}

/** Ties go to the lowest number. */
function isBetter(trial: Observation, best: Observation | undefined): boolean {
  if (trial.outcome !== "complete" || !isFeasible(trial)) return false;
  if (!best) return true;
  const difference = trial.values[0] - best.values[0];
  return difference < 0 || (difference === 0 && trial.number < best.number);
}

const isUsable = (reports: readonly Report[]): boolean =>
  reports.length > 0 && reports.every(({ value }) => Number.isFinite(value));

const meanValue = (reports: readonly Report[]): number => meanOf(reports.map(({ value }) => value));
