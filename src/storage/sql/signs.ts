import type { SignOfLife } from "../../contracts/trial-lease.ts";
import type { SqlDialect } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

/** Workers' heartbeats, in a table of our own beside Optuna's: one row for each worker. */
export interface Signs {
  beat(tx: Transaction, worker: string): Promise<void>;
  read(tx: Transaction, workers: readonly string[]): Promise<ReadonlyMap<string, SignOfLife>>;
}

export const SIGN_TABLE = "hpo_holders";

export function signTable({ signs, tableNames, lockTables }: SqlDialect): Signs {
  /** Whether the table is there: the first heartbeat creates it. */
  const isThere = async (tx: Transaction): Promise<boolean> =>
    (await tx.all(tableNames)).some(({ name }) => name === SIGN_TABLE);
  const make = async (tx: Transaction): Promise<void> => {
    if (lockTables) await tx.all(lockTables);
    if (!(await isThere(tx))) await tx.all(signs.create);
  };
  return {
    beat: async (tx, worker) => {
      if (!(await isThere(tx))) await make(tx);
      for (const query of signs.put(worker)) await tx.all(query);
    },
    read: async (tx, workers) => {
      const found = new Map<string, SignOfLife>();
      if (workers.length === 0 || !(await isThere(tx))) return found;
      for (const { holder, mark, age_ms: age } of await tx.all(signs.read(workers))) {
        found.set(holder, { mark, ...(age !== null && { ageMs: age }) });
      }
      return found;
    },
  };
}
