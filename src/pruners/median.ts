import { givenOptions } from "../errors/checks.ts";
import {
  PERCENTILE_OPTIONS,
  checkedPercentileOptions,
  percentile,
  type PercentileOptions,
  type PercentileState,
} from "./percentile.ts";
import type { Pruner } from "../contracts/pruner.ts";

/**
 * Prunes a trial whose best report so far is worse than the median of what completed trials
 * reported at the same step (Optuna's MedianPruner).
 * @throws HpoError on an option out of its range
 *
 * @example
 * ```ts
 * import { median } from "hpo/pruners";
 *
 * const pruner = median({ warmupSteps: 3 }); // defineStudy({ …, pruner })
 * ```
 */
export const median = (options: PercentileOptions = {}): Pruner<PercentileState> => {
  const given = givenOptions("median", options, PERCENTILE_OPTIONS);
  checkedPercentileOptions("median", given);
  return { ...percentile(50, given), name: "median", options: { ...given } };
};
