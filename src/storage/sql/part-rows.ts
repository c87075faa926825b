import { distributionToJson } from "../../space/distribution-json.ts";
import type { Distribution } from "../../space/distribution.ts";
import type { Attributes, Report } from "../../contracts/trial.ts";
import type { TrialChange } from "../../contracts/storage.ts";
import { internalValue } from "../internal-value.ts";
import { toJson } from "../json.ts";
import { sqlNumber } from "./encoding.ts";
import type { ReportType, ValueType } from "./tables.ts";

/** Makes rows of a trial's parts, for whichever statement writes them. */
export function partRows() {
  const distributionText = distributionTexts();
  return {
    params: ({ params = {}, distributions = {} }: TrialChange) =>
      Object.entries(params).map(([name, value]) => ({
        name,
        value: internalValue(name, value, distributions[name]),
        distribution: distributionText(distributions[name]),
      })),
    reports: (
      added: readonly Report[] = [],
    ): { step: number; value: number | null; type: ReportType }[] =>
      added.map(({ step, value }) => ({ step, ...sqlNumber(value) })),
    values: (
      values: readonly number[] = [],
    ): { objective: number; value: number | null; type: ValueType }[] =>
      values.map((each, objective) => {
        const { value, type } = sqlNumber(each);
        return { objective, value, type: type as ValueType };
      }),
    /** Splits a change into the attributes to write and the names of those to remove. */
    attributes: (change: Attributes = {}) => {
      const entries = Object.entries(change);
      return {
        kept: entries
          .filter(([, value]) => value !== undefined)
          .map(([key, value]) => ({ key, json: toJson(value, `Attribute "${key}"`) })),
        gone: entries.filter(([, value]) => value === undefined).map(([key]) => key),
      };
    },
  };
}

/** Keeps the JSON of each distribution, as a study draws from few, thousands of times. */
function distributionTexts(): (distribution: Distribution) => string {
  const texts = new WeakMap<Distribution, string>();
  return (distribution) => {
    const known = texts.get(distribution);
    if (known !== undefined) return known;
    const text = distribution.foreign?.json ?? JSON.stringify(distributionToJson(distribution));
    texts.set(distribution, text);
    return text;
  };
}
