import { batchExponent, type BudgetKind, type OptimizerFamily } from "../prior/prior-knowledge.ts";
import type { Normal } from "../../numerics/normal.ts";
import type { RateTrial } from "./best-rates.ts";

/** What runs at different batch sizes had in common. */
export type Budget = BudgetKind | "mixed" | "unknown";

/** Which of samples and steps the runs share, to 10 %. */
export function budgetOf(trials: readonly RateTrial[]): Budget {
  const samples = trials.map((t) => t.samples ?? (t.steps ?? NaN) * t.batchSize);
  const steps = trials.map((t) => t.steps ?? (t.samples ?? NaN) / t.batchSize);
  if (samples.some(Number.isNaN)) return "unknown";
  const same = (values: readonly number[]): boolean =>
    Math.max(...values) <= 1.1 * Math.min(...values);
  if (same(trials.map((trial) => trial.batchSize))) return "unknown";
  if (same(samples)) return "fixedSamples";
  return same(steps) ? "fixedSteps" : "mixed";
}

/** α's prior; where the budget is not known, between the two kinds' and wider. */
export function believedExponent(family: OptimizerFamily, budget: Budget): Normal {
  if (budget === "fixedSamples" || budget === "fixedSteps") return batchExponent(family, budget);
  const [samples, steps] = [
    batchExponent(family, "fixedSamples"),
    batchExponent(family, "fixedSteps"),
  ];
  const mean = (samples.mean + steps.mean) / 2;
  return { mean, sd: Math.hypot((samples.sd + steps.sd) / 2, (samples.mean - steps.mean) / 2) };
}
