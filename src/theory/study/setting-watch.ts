import { densityAt, toUnit, type DensityTable, type SearchSpace } from "../../space/index.ts";
import type { Observation } from "../../contracts/strategy.ts";
import { settingTable, type SettingBelief } from "../prior/setting-belief.ts";

/** Fewer trials tell nothing of a setting that matters less than the learning rate. */
const FIRST_CHECK = 12;
const LEAST_TOP = 3;
const TOP_SHARE = 0.15;

/** Judges the beliefs about the settings beside the learning rate by the trials. */
export interface SettingWatch {
  /** Those in force. */
  readonly beliefs: readonly SettingBelief[];
  /** Takes in the next finished trial. @returns what changed by it, as a sentence */
  observe(trial: Observation): string | undefined;
}

interface Judged {
  readonly belief: SettingBelief;
  readonly logDensity: (trial: Observation) => number | undefined;
  readonly seen: { readonly value: number; readonly logDensity: number }[];
}

/**
 * From 12 complete trials on a belief is dropped for good once the best of them (3, or 15 %) lie where
 * it is thinner than uniform in the geometric mean.
 */
export function watchSettings(
  space: SearchSpace,
  given: readonly SettingBelief[],
  metric: number,
): SettingWatch {
  let left = given.flatMap((belief) => judgedOf(space, belief));
  return {
    get beliefs() {
      return left.map(({ belief }) => belief);
    },
    observe(trial) {
      const value = trial.values[metric];
      if (trial.outcome !== "complete" || !Number.isFinite(value)) return undefined;
      for (const { seen, logDensity } of left) {
        const density = logDensity(trial);
        if (density !== undefined) seen.push({ value, logDensity: density });
      }
      const dropped = left.filter(isContradicted);
      if (dropped.length === 0) return undefined;
      left = left.filter((one) => !dropped.includes(one));
      const names = dropped.map(({ belief }) => belief.parameter).join(" and ");
      return (
        `Theory's prior on ${names} was dropped after trial ${trial.number}: ` +
        "the best trials lie where it is thin."
      );
    },
  };
}

function judgedOf(space: SearchSpace, belief: SettingBelief): Judged[] {
  const parameter = space.parameters.find(({ name }) => name === belief.parameter);
  const table: DensityTable | undefined = parameter && settingTable(parameter, [belief]);
  // A user's own prior stands in its place, and is judged elsewhere.
  if (!parameter || !table || parameter.prior) return [];
  const logDensity = ({ params }: Observation): number | undefined => {
    const value = params[belief.parameter];
    if (value === undefined) return undefined;
    return Math.log(densityAt(table, toUnit(parameter.distribution, value)));
  };
  return [{ belief, logDensity, seen: [] }];
}

function isContradicted({ seen }: Judged): boolean {
  if (seen.length < FIRST_CHECK) return false;
  const top = [...seen]
    .sort((a, b) => a.value - b.value)
    .slice(0, Math.max(LEAST_TOP, Math.ceil(TOP_SHARE * seen.length)));
  return top.reduce((sum, { logDensity }) => sum + logDensity, 0) < 0;
}
