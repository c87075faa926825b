import { distributionToJson } from "../../space/distribution-json.ts";
import type { Distribution } from "../../space/distribution.ts";
import type { Attributes, Report } from "../../contracts/trial.ts";
import { internalValue } from "../internal-value.ts";
import { toJson } from "../json.ts";
import type { TrialChange } from "../../contracts/storage.ts";
import type { Transaction } from "./connection.ts";
import { sqlDate, sqlNumber } from "./encoding.ts";
import type { Query } from "./prepared.ts";
import type { Queries } from "./queries/queries.ts";
import { together } from "./together.ts";
import type { ValueType } from "./tables.ts";

/** Writes the rows that hold the parts of a trial, whose state was seen to. */
export interface TrialRowWriter {
  change(transaction: Transaction, trial: number, change: TrialChange): Promise<void>;
  values(transaction: Transaction, trial: number, values: readonly number[]): Promise<void>;
}

export function trialRowWriter(queries: Queries): TrialRowWriter {
  const distributionText = distributionTexts();

  const all = async (tx: Transaction, statements: readonly Query<unknown>[]): Promise<void> => {
    await together(statements.map((statement) => tx.all(statement)));
  };
  const params = ({ params = {}, distributions = {} }: TrialChange, trial: number) =>
    queries.putParams(
      Object.entries(params).map(([name, value]) => ({
        trial,
        name,
        value: internalValue(name, value, distributions[name]),
        distribution: distributionText(distributions[name]),
      })),
    );
  const reports = (added: readonly Report[], trial: number) =>
    queries.addReports(added.map(({ step, value }) => ({ trial, step, ...sqlNumber(value) })));
  const attributes = (kind: "user" | "system", change: Attributes = {}, trial: number) => {
    const { put, remove } = queries.trialAttribute[kind];
    const entries = Object.entries(change);
    const kept = entries.filter(([, value]) => value !== undefined);
    const gone = entries.filter(([, value]) => value === undefined);
    return [
      ...gone.map(([key]) => remove({ trial, key })),
      ...put(
        kept.map(([key, value]) => ({ trial, key, json: toJson(value, `Attribute "${key}"`) })),
      ),
    ];
  };

  return {
    change: (tx, trial, change) => {
      const { startedAt, clearReports, attributes: { user, system } = {} } = change;
      return all(tx, [
        ...(startedAt ? [queries.setStart({ trial, start: sqlDate(startedAt) })] : []),
        ...params(change, trial),
        ...(clearReports ? [queries.clearReports({ trial })] : []),
        ...reports(change.reports ?? [], trial),
        ...attributes("user", user, trial),
        ...attributes("system", system, trial),
      ]);
    },
    values: (tx, trial, values) =>
      all(
        tx,
        queries.addValues(
          values.map((each, objective) => {
            const { value, type } = sqlNumber(each);
            return { trial, objective, value, type: type as ValueType };
          }),
        ),
      ),
  };
}

/** A study draws from few distributions, thousands of times. */
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
