import { sql } from "../../../vendor/kysely.ts";
import type { RemovedIds } from "../connection.ts";

/*
 * Optuna's tables have no AUTOINCREMENT, so that SQLite gives the highest id again once its row is
 * deleted. The two numbers that the header of an SQLite file keeps for applications remember the
 * highest removed ids: they need no table, change with the transaction, and Optuna uses neither.
 */
const STUDY = "user_version";
const TRIAL = "application_id";

const highest = (column: string, table: string, pragma: string) =>
  sql<number>`max(coalesce((select max(${sql.ref(column)}) from ${sql.table(table)}), 0),
    (select ${sql.ref(pragma)} from ${sql.table(`pragma_${pragma}`)}))`;

export const sqliteRemovedIds: RemovedIds = {
  get study() {
    return highest("study_id", "studies", STUDY);
  },
  get trial() {
    return highest("trial_id", "trials", TRIAL);
  },
  remember: async (tx, study, trial) => {
    for (const [pragma, id] of [
      [STUDY, study],
      [TRIAL, trial],
    ] as const) {
      const [before] = await tx.all<Record<string, number>>({
        sql: `PRAGMA ${pragma}`,
        parameters: [],
      });
      if (before[pragma] < id) await tx.all({ sql: `PRAGMA ${pragma} = ${id}`, parameters: [] });
    }
  },
};
