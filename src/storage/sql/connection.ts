import type { Expression, Kysely } from "../../vendor/kysely.ts";
import type { Query } from "./prepared.ts";
import type { Tables } from "./tables.ts";
import type { Transaction } from "./transaction.ts";
import type { TrialRows } from "./trial-rows.ts";
import type { WholeTrials } from "./whole-trials.ts";

/** What differs between the databases that can hold Optuna's schema. */
export interface SqlDialect {
  /** Builds and compiles queries in this dialect; it runs none. */
  readonly builder: Kysely<Tables>;
  /** The statements that create the empty tables. */
  readonly schema: readonly string[];
  /** Keeps others from creating tables until the transaction ends, where writers are not alone. */
  readonly lockTables?: Query<unknown>;
  /** The tables that are there, and what could be in the way of ours. */
  readonly tableNames: Query<{ name: string }>;
  /**
   * SQL at the end of a query that keeps others from the rows that it reads until the transaction
   * ends; left out where a transaction that writes is alone in the database.
   */
  readonly rowLock?: Expression<unknown>;
  /** As `rowLock`, but others may add to what refers to the rows. */
  readonly partLock?: Expression<unknown>;
  /**
   * Writes trials by fewer statements than the general way, where each costs a way to the server;
   * what is not common goes the general way.
   */
  readonly trialRows?: (general: TrialRows) => TrialRows;
  /** Left out where the database itself never gives an id again. */
  readonly removedIds?: RemovedIds;
  readonly signs: SignStatements;
  /** A set of ids as the one parameter that `idIn` of the query takes. */
  idSet(ids: readonly number[]): IdSet;
  /** SQL of "column is among the ids of the parameter". */
  idIn: IdIn;
  readonly wholeTrials?: WholeTrials;
}

/** Remembers ids whose rows were deleted, where the database would give the highest ones again. */
export interface RemovedIds {
  /** SQL of the highest id that a study has, or a removed one had; 0 if there was none. */
  readonly study: Expression<number>;
  readonly trial: Expression<number>;
  /** These are about to be removed. */
  remember(tx: Transaction, study: number, trial: number): Promise<void>;
}

/** How signs of life are kept, by a clock that the database or the machine has for all. */
export interface SignStatements {
  /** Creates the table. */
  readonly create: Query<unknown>;
  /** In this order. */
  put(worker: string): readonly Query<unknown>[];
  read(
    workers: readonly string[],
  ): Query<{ readonly holder: string; readonly mark: string; readonly age_ms: number | null }>;
}

export type IdSet = string | readonly number[];
export type IdIn = (column: string, ids: IdSet) => Expression<boolean>;

/** How the next transaction may be sent behind one whose answer is yet to come. */
export interface Overlap {
  /** All of this transaction was sent. */
  readonly sent: () => void;
  /** It has to be run again: resolves when the next one is over. */
  readonly free: () => Promise<void>;
}

/** One open database. Its users take turns: never two transactions at a time (`turns.ts`). */
export interface Connection {
  readonly url: string;
  readonly dialect: SqlDialect;
  /**
   * Commits what `work` wrote, or rolls back if it throws; what `work` throws is thrown on as it is.
   * It may be run again where the database was lost meanwhile, and nothing was written.
   */
  write<T>(work: (transaction: Transaction) => Promise<T>, overlap?: Overlap): Promise<T>;
  /** As `write`, but `work` is run once. @throws TurnLostError where it would have to be run again */
  writeOnce<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** One snapshot. */
  read<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
