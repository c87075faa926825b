import type { ProbeMeasurement } from "./measurement.ts";
import { PRIOR_BUDGET, type ProbeOptions } from "./probe.ts";
import type { ProbeProblem } from "./problem.ts";
import type { GradientStatistics } from "./statistics.ts";

/** What the batches at hand can't tell. */
export function warningsOf(problem: ProbeProblem, { count }: GradientStatistics): string[] {
  const { batches, step } = problem;
  if (batches === 1) return ["One batch: nothing is known of noise, and Adam's P is |g|."];
  return [
    ...(step === 0
      ? ["Measured at initialisation: the noise scale there is not the critical batch size."]
      : []),
    ...(batches < count
      ? [`Only ${batches} batches have no example in common: noise scales rest on those.`]
      : []),
  ];
}

/** What the budget did not reach. */
export function shortfalls(
  parts: Partial<ProbeMeasurement>,
  { crossChecks = false, budget = PRIOR_BUDGET }: ProbeOptions,
): string[] {
  const measured = parts.optimizers ?? [];
  const lacks = (what: string, names: readonly string[]): string[] =>
    names.length > 0
      ? [`The budget of ${budget} gradients left out ${what} of ${names.join(", ")}.`]
      : [];
  const unsettled = measured.filter(
    ({ stability }) => stability.kind === "threshold" && stability.sharpness?.converged === false,
  );
  const left = [
    ...(parts.simpleNoise && !parts.weightedNoise ? ["B_noise"] : []),
    ...(crossChecks && !parts.trace ? ["tr H"] : []),
    ...(crossChecks && !parts.powerIteration ? ["power iteration"] : []),
  ];
  return [
    ...lacks(
      "η_c",
      measured.filter((one) => !one.directionalEdge).map((one) => one.name),
    ),
    ...lacks(
      "the stability threshold",
      measured
        .filter(({ stability }) => stability.kind === "threshold" && !stability.sharpness)
        .map((one) => one.name),
    ),
    ...(unsettled.length > 0
      ? [
          `λ_max had not settled when the budget or 20 products were spent: ` +
            `${unsettled.map((one) => one.name).join(", ")}. The edge may be lower.`,
        ]
      : []),
    ...(left.length > 0
      ? [`The budget of ${budget} gradients left out ${left.join(" and ")}.`]
      : []),
  ];
}
