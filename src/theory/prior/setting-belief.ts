import {
  densityTable,
  fromUnit,
  priorTable,
  type DensityTable,
  type Parameter,
} from "../../space/index.ts";
import { oneMinusBetaPrior } from "./coordinates.ts";
import type { BudgetKind } from "./prior-knowledge.ts";

// What theory believes of the settings beside the learning rate: they take trials to find as well.
//   batch size  a share 1/(1 + B_c/B) of a step's possible progress is made at B, so that a run makes
//               1/(1 + B_c/B) of what it can at a fixed number of steps, and 1/(1 + B/B_c) at a fixed
//               number of samples (McCandlish et al. 2018); the density is its square
//   momentum    ln(1 − β) ~ N(ln .1, .8²)
// The square and the normal are engineering choices.

/** Plain data, kept with a study. */
export type SettingBelief =
  | {
      readonly kind: "batchSize";
      readonly parameter: string;
      /** B_c, for which B_simple stands. */
      readonly noiseScale: number;
      readonly budget: BudgetKind;
    }
  | {
      readonly kind: "momentum";
      readonly parameter: string;
      /** Whether the parameter is 1 − β rather than β. */
      readonly isComplement: boolean;
    };

/** The share of its possible progress that a run makes at a batch size, in (0, 1). */
export function progressShare(batchSize: number, noiseScale: number, budget: BudgetKind): number {
  return budget === "fixedSteps"
    ? batchSize / (batchSize + noiseScale)
    : noiseScale / (batchSize + noiseScale);
}

/** An unnormalised density per unit of the logarithm: of B, or of 1 − β. */
function weightOf(belief: SettingBelief, value: number): number {
  if (belief.kind === "batchSize") {
    if (!(value > 0)) return 0;
    const share = progressShare(value, belief.noiseScale, belief.budget);
    return share * share;
  }
  const rest = belief.isComplement ? value : 1 - value;
  if (!(rest > 0)) return 0;
  const z = (Math.log(rest) - oneMinusBetaPrior.mean) / oneMinusBetaPrior.sd;
  return Math.exp(-0.5 * z * z);
}

/** |d ln(B or 1 − β)/d unit|, up to a factor. */
function jacobian({ distribution }: Parameter, belief: SettingBelief, value: number): number {
  if (distribution.kind === "categorical") return 1;
  const isOnBeta = belief.kind === "momentum" && !belief.isComplement;
  if (isOnBeta) return distribution.log ? value / (1 - value) : 1 / (1 - value);
  return distribution.log ? 1 : 1 / value;
}

/**
 * A parameter's prior over its unit coordinate: the user's own where there is one, else what is
 * believed of it; undefined where nothing is, or its range has no weight.
 */
export function settingTable(
  parameter: Parameter,
  beliefs: readonly SettingBelief[],
): DensityTable | undefined {
  const { name, distribution, prior } = parameter;
  if (prior) return priorTable(name, distribution, prior);
  const belief = beliefs.find((one) => one.parameter === name);
  if (!belief) return undefined;
  const table = densityTable((unit) => {
    const value = Number(fromUnit(distribution, unit));
    const weight = weightOf(belief, value);
    return weight > 0 ? weight * jacobian(parameter, belief, value) : 0;
  });
  return Number.isFinite(table.density[0]) ? table : undefined;
}

/** For people. */
export function settingText(belief: SettingBelief): string {
  if (belief.kind === "momentum") return `${belief.parameter}: β around .9`;
  const { parameter, noiseScale, budget } = belief;
  const [which, what] =
    budget === "fixedSteps" ? ["larger", "updates"] : ["smaller", "passes over the data"];
  const scale = Number(noiseScale.toPrecision(3));
  return `${parameter}: ${which} are likelier at a fixed number of ${what}, by B_simple ${scale}`;
}
