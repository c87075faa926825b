import type { Expression, Kysely } from "../../vendor/kysely.ts";
import type { Query, Statements } from "./prepared.ts";
import type { Tables } from "./tables.ts";
import type { Transaction } from "./transaction.ts";
import type { TrialRows } from "./trial-rows.ts";
import type { ParamList, WholeTrials } from "./whole-trials.ts";

/** What differs between the databases that can hold Optuna's schema. */
export interface SqlDialect {
  /** Builds and compiles queries in this dialect; it runs none. Made by the first call. */
  readonly builder: () => Kysely<Tables>;
  /** What `createQueries` would compile, where that was done before. */
  readonly statements?: Statements;
  /** A sentence that says what to do if studies are looked for in a database without tables. */
  readonly ifEmpty: string;
  /** The statements that create the empty tables. */
  readonly schema: readonly string[];
  /** Locks the creation of tables for this transaction; left out where one writes at a time. */
  readonly lockTables?: Query<unknown>;
  /** Names of existing tables: ours, and those that could be in their way. */
  readonly tableNames: Query<{ name: string }>;
  /**
   * SQL at the end of a query that locks the rows that it reads until the transaction ends (`for
   * update`); left out where only one transaction at a time writes to the database.
   */
  readonly rowLock?: Expression<unknown>;
  /** A weaker `rowLock`, under which others may still insert rows that refer to the locked ones. */
  readonly partLock?: Expression<unknown>;
  /**
   * Replaces the common writes of `general` by fewer statements, where each statement costs a round
   * trip to a server.
   */
  readonly trialRows?: (general: TrialRows) => TrialRows;
  /** Left out where the database itself never gives an id twice. */
  readonly removedIds?: RemovedIds;
  readonly signs: SignStatements;
  /** Encodes ids as the one parameter that `idIn` takes. */
  idSet(ids: readonly number[]): IdSet;
  /** SQL of "column is among the ids of the parameter". */
  idIn: IdIn;
  readonly wholeTrials?: WholeTrials;
  /** Parameters of many trials as lists, where rows cost more: without it, each value is one. */
  readonly paramLists?: (ids: IdSet) => Query<ParamList>;
}

/** Remembers the highest ids that were deleted, where the database would give them again. */
export interface RemovedIds {
  /** SQL of the highest id that any study has or had; 0 if there was none. */
  readonly study: Expression<number>;
  readonly trial: Expression<number>;
  /** Keeps the ids of a study and of its last trial, which are about to be deleted. */
  remember(tx: Transaction, study: number, trial: number): Promise<void>;
}

/** The statements that keep heartbeats, timed by a clock that all workers share. */
export interface SignStatements {
  /** Creates the table. */
  readonly create: Query<unknown>;
  /** Stores a heartbeat of `worker`; to be run in this order. */
  put(worker: string): readonly Query<unknown>[];
  read(
    workers: readonly string[],
  ): Query<{ readonly holder: string; readonly mark: string; readonly age_ms: number | null }>;
}

export type IdSet = string | readonly number[];
export type IdIn = (column: string, ids: IdSet) => Expression<boolean>;

/** Lets the next transaction be sent before the answer to this one has come. */
export interface Overlap {
  /** Called once all statements of this transaction were sent. */
  readonly sent: () => void;
  /** Called before this transaction is run again; resolves when the next one has given way. */
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
  /** Runs `work` in a transaction that reads from one snapshot. */
  read<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
