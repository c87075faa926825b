import { squaredDeviations } from "../numerics/moments.ts";

/** How much a parameter matters, in one evaluator's sense. */
export interface ParameterImportance {
  readonly name: string;
  /** ≥ 0; all parameters' shares together are 1, or 0 where nothing can be said. */
  readonly share: number;
  /** Standard deviation of the share over what the evaluator repeats: trees, resamples, shuffles. */
  readonly spread: number;
  /**
   * The part of the whole variance, in [0, 1], that depends on the parameter, alone or together with
   * others. Only evaluators of variance know it.
   */
  readonly total?: number;
  /** The part of the whole variance, in [0, 1], that the parameter explains alone. */
  readonly first?: number;
  /** PED-ANOVA's divergence, of which the share is a part of the sum. */
  readonly divergence?: number;
}

/** What was made of the metric before: `rank` and `log` where values span decades. */
export type TargetScale = "linear" | "log" | "rank";

/** The parameters by their share, which sum to 1; all 0, and `note`, where nothing can be said. */
export interface ImportanceResult {
  readonly evaluator: EvaluatorName;
  /** How many trials it rests on. */
  readonly trials: number;
  /** How many finished trials were left out, by why. */
  readonly leftOut: LeftOut;
  readonly scale: TargetScale;
  /** Largest share first. */
  readonly importance: readonly ParameterImportance[];
  /** Why nothing can be said, where that is so. */
  readonly note?: string;
}

export interface LeftOut {
  /** Failed as diverged, or with a value that is infinitely bad. */
  readonly diverged: number;
  /** Their last value is not that of a whole training. */
  readonly pruned: number;
  /** Failed for another reason, or with no finite value. */
  readonly other: number;
}

export const EVALUATORS = ["fanova", "ped-anova", "permutation"] as const;
/** What importance is to mean: see `ImportanceOptions.evaluator`. */
export type EvaluatorName = (typeof EVALUATORS)[number];

/** What an evaluator gives for one parameter before it is made a share. */
export interface RawImportance {
  readonly name: string;
  /** In the evaluator's unit; what is below 0 counts as 0. */
  readonly raw: number;
  /** The same from each tree, resample or shuffle alone; as many for each parameter. */
  readonly repeats: readonly number[];
  readonly more?: Pick<ParameterImportance, "total" | "first" | "divergence">;
}

/** Shares of the sum, largest first; names that are equally important stand in their own order. */
export function toShares(parameters: readonly RawImportance[]): readonly ParameterImportance[] {
  const shares = partsOf(parameters.map(({ raw }) => raw));
  const repeats = (parameters[0]?.repeats ?? []).map((_, k) =>
    partsOf(parameters.map((parameter) => parameter.repeats[k])),
  );
  return parameters
    .map(({ name, more }, i) => {
      const spread = deviation(repeats.map((parts) => parts[i]));
      return { name, share: shares[i], spread, ...more };
    })
    .sort((a, b) => b.share - a.share);
}

function partsOf(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + Math.max(0, value), 0);
  return values.map((value) => (sum > 0 ? Math.max(0, value) / sum : 0));
}

const deviation = (values: readonly number[]): number =>
  values.length === 0 ? 0 : Math.sqrt(squaredDeviations(values) / values.length);
