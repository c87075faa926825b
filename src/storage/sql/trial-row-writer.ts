import type { Attributes } from "../../contracts/trial.ts";
import type { TrialChange } from "../../contracts/storage.ts";
import type { Transaction } from "./transaction.ts";
import { sqlDate } from "./encoding.ts";
import type { Query } from "./prepared.ts";
import type { Queries } from "./queries/queries.ts";
import { together } from "./together.ts";
import { partRows } from "./part-rows.ts";

/** Writes the rows of a trial's parts, once its state was checked and written. */
export interface TrialRowWriter {
  change(transaction: Transaction, trial: number, change: TrialChange): Promise<void>;
  values(transaction: Transaction, trial: number, values: readonly number[]): Promise<void>;
}

export function trialRowWriter(queries: Queries): TrialRowWriter {
  const shape = partRows();
  const all = async (tx: Transaction, statements: readonly Query<unknown>[]): Promise<void> => {
    await together(statements.map((statement) => tx.all(statement)));
  };
  const attributes = (kind: "user" | "system", change: Attributes | undefined, trial: number) => {
    const { put, remove } = queries.trialAttribute[kind];
    const { kept, gone } = shape.attributes(change);
    return [
      ...gone.map((key) => remove({ trial, key })),
      ...put(kept.map((row) => ({ trial, ...row }))),
    ];
  };

  return {
    change: (tx, trial, change) => {
      const { startedAt, clearReports, attributes: { user, system } = {} } = change;
      const own = <Row extends object>(rows: readonly Row[]) =>
        rows.map((row) => ({ trial, ...row }));
      return all(tx, [
        ...(startedAt ? [queries.setStart({ trial, start: sqlDate(startedAt) })] : []),
        ...queries.putParams(own(shape.params(change))),
        ...(clearReports ? [queries.clearReports({ trial })] : []),
        ...queries.addReports(own(shape.reports(change.reports))),
        ...attributes("user", user, trial),
        ...attributes("system", system, trial),
      ]);
    },
    values: (tx, trial, values) =>
      all(tx, queries.addValues(shape.values(values).map((row) => ({ trial, ...row })))),
  };
}
