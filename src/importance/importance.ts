import { HpoError } from "../errors/errors.ts";
import { didYouMean } from "../errors/did-you-mean.ts";
import type { Trial } from "../contracts/trial.ts";
import type { SearchSpace } from "../space/search-space.ts";
import { fanova } from "./fanova.ts";
import { pedAnova } from "./ped-anova.ts";
import { permutation } from "./permutation.ts";
import {
  EVALUATORS,
  toShares,
  type EvaluatorName,
  type ImportanceResult,
  type RawImportance,
  type TargetScale,
} from "./result.ts";
import { samplesOf, type SampleOptions, type Samples } from "./samples.ts";
import { onTargetScale, targetScale } from "./target-scale.ts";
import { counted } from "../errors/counted.ts";

/** How importance is judged, and of which metric. */
export interface ImportanceOptions extends SampleOptions {
  /**
   * What importance is to mean; "fanova" by default.
   * - fanova: the parts of the metric's variance over the whole search space.
   * - ped-anova: what sets the best trials apart from the others.
   * - permutation: what a model of the trials loses where the trials lie.
   */
  readonly evaluator?: EvaluatorName;
  /** How values are compared; by default as they are, on logarithms or ranks where they span decades. */
  readonly scale?: TargetScale | "auto";
  /** PED-ANOVA: the share of trials that counts as the best, in (0, 1); 0.1 by default. */
  readonly quantile?: number;
  /** Of the forests, resamples and shuffles, any number; 0 by default. */
  readonly seed?: number;
}

/**
 * How much each parameter of a space matters, judged by trials.
 * @throws HpoError on an unknown evaluator, scale or metric, or a quantile out of range
 *
 * @example
 * ```ts
 * import { importance, loadStudy } from "hpo";
 *
 * const study = await loadStudy("digits", { storage: "sqlite:hpo.db" });
 * const { importance: shares, note } = importance(study.trials(), study.space, {
 *   directions: study.directions,
 *   evaluator: "ped-anova",
 * });
 * console.log(note ?? shares.map(({ name, share }) => `${name} ${share}`)); // shares sum to 1
 * ```
 */
export function importance(
  trials: readonly Trial[],
  space: SearchSpace,
  options: ImportanceOptions,
): ImportanceResult {
  const { evaluator = "fanova", scale: wanted = "auto" } = options;
  requireOneOf("evaluator", evaluator, EVALUATORS);
  requireOneOf("scale", wanted, ["auto", "linear", "log", "rank"]);
  const samples = samplesOf(space, trials, options);
  const scale = wanted === "auto" ? targetScale(samples.values) : wanted;
  requireScale(scale, samples.values);
  const y = onTargetScale(samples.values, scale);
  const note = whyNothing(y, space);
  const raw = note === undefined ? evaluate(evaluator, samples, space, y, options) : nothing(space);
  const shares = toShares(raw);
  const found = shares.some(({ share }) => share > 0);
  return {
    evaluator,
    trials: y.length,
    leftOut: samples.leftOut,
    // PED-ANOVA asks which trials are the best alone.
    scale: evaluator === "ped-anova" ? "rank" : scale,
    importance: shares,
    ...(!found && {
      note:
        note ??
        `${evaluator} sees no effect of any parameter in ${counted(y.length, "trial")}; another evaluator or scale may.`,
    }),
  };
}

function evaluate(
  evaluator: EvaluatorName,
  { trials, values }: Samples,
  space: SearchSpace,
  y: Float64Array,
  { quantile = 0.1, seed = 0 }: ImportanceOptions,
): RawImportance[] {
  const params = trials.map((trial) => trial.params);
  switch (evaluator) {
    case "fanova":
      return fanova(space, params, y, seed);
    case "permutation":
      return permutation(space, params, y, seed);
    case "ped-anova":
      return pedAnova(space, trials, values, { quantile, seed });
  }
}

function whyNothing(y: Float64Array, { parameters }: SearchSpace): string | undefined {
  if (y.length < 2) {
    return `${y.length === 0 ? "No trial is" : "One trial is"} complete: nothing can be compared.`;
  }
  if (parameters.length === 0) return "The search space has no parameters.";
  return y.every((value) => value === 0)
    ? `All ${y.length} trials have the same value: no parameter changes it.`
    : undefined;
}

const nothing = ({ parameters }: SearchSpace): RawImportance[] =>
  parameters.map(({ name }) => ({ name, raw: 0, repeats: [] }));

function requireOneOf(what: string, given: string, known: readonly string[]): void {
  if (known.includes(given)) return;
  throw new HpoError(`importance: there is no ${what} "${given}". ${didYouMean(given, known)}`);
}

function requireScale(scale: TargetScale, values: Float64Array): void {
  if (scale !== "log") return;
  if (values.every((value) => value > 0) || values.every((value) => value < 0)) return;
  throw new HpoError(
    "importance: scale=log needs values of one sign, and these are not. Use rank or linear.",
  );
}
