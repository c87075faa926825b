import { distributionToJson } from "../../space/distribution-json.ts";
import type { Distribution } from "../../space/distribution.ts";
import type { Attributes, Report } from "../../trial.ts";
import { internalValue } from "../internal-value.ts";
import { toJson } from "../json.ts";
import type { TrialChange } from "../storage.ts";
import type { Transaction } from "./connection.ts";
import { sqlDate, sqlNumber } from "./encoding.ts";
import type { Queries } from "./queries.ts";
import type { ValueType } from "./tables.ts";

/** Writes parts of a trial whose state was seen to. */
export interface TrialWriter {
  change(transaction: Transaction, trial: number, change: TrialChange): Promise<void>;
  values(transaction: Transaction, trial: number, values: readonly number[]): Promise<void>;
}

export function trialWriter(queries: Queries): TrialWriter {
  const distributionText = distributionTexts();

  const params = async (tx: Transaction, trial: number, change: TrialChange) => {
    for (const [name, value] of Object.entries(change.params ?? {})) {
      const distribution = change.distributions?.[name];
      const internal = internalValue(name, value, distribution);
      await tx.all(
        queries.putParam({
          trial,
          name,
          value: internal,
          distribution: distributionText(distribution as Distribution),
        }),
      );
    }
  };
  const reports = async (tx: Transaction, trial: number, added: readonly Report[]) => {
    for (const { step, value } of added) {
      await tx.all(queries.addReport({ trial, step, ...sqlNumber(value) }));
    }
  };
  const attributes = async (
    tx: Transaction,
    trial: number,
    kind: "user" | "system",
    change: Attributes = {},
  ) => {
    const { put, remove } = queries.trialAttribute[kind];
    for (const [key, value] of Object.entries(change)) {
      if (value === undefined) await tx.all(remove({ trial, key }));
      else await tx.all(put({ trial, key, json: toJson(value, `Attribute "${key}"`) }));
    }
  };

  return {
    change: async (tx, trial, change) => {
      if (change.startedAt) {
        await tx.all(queries.setStart({ trial, start: sqlDate(change.startedAt) }));
      }
      await params(tx, trial, change);
      if (change.clearReports) await tx.all(queries.clearReports({ trial }));
      if (change.reports) await reports(tx, trial, change.reports);
      await attributes(tx, trial, "user", change.attributes?.user);
      await attributes(tx, trial, "system", change.attributes?.system);
    },
    values: async (tx, trial, values) => {
      for (const [objective, each] of values.entries()) {
        const { value, type } = sqlNumber(each);
        await tx.all(queries.addValue({ trial, objective, value, type: type as ValueType }));
      }
    },
  };
}

/** A study draws from few distributions, thousands of times. */
function distributionTexts(): (distribution: Distribution) => string {
  const texts = new WeakMap<Distribution, string>();
  return (distribution) => {
    const known = texts.get(distribution);
    if (known !== undefined) return known;
    const text = JSON.stringify(distributionToJson(distribution));
    texts.set(distribution, text);
    return text;
  };
}
