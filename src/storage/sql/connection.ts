import type { Expression, Kysely } from "../../vendor/kysely.ts";
import type { Query } from "./prepared.ts";
import type { Tables } from "./tables.ts";

/** What differs between the databases that can hold Optuna's schema. */
export interface SqlDialect {
  /** Builds and compiles queries in this dialect; it runs none. */
  readonly builder: Kysely<Tables>;
  /** The statements that create the empty tables. */
  readonly schema: readonly string[];
  /** The tables that are there. */
  readonly tableNames: Query<{ name: string }>;
  /** A set of ids as the one parameter that `idIn` of the query takes. */
  idSet(ids: readonly number[]): IdSet;
  /** SQL of "column is among the ids of the parameter". */
  idIn: IdIn;
}

export type IdSet = string | readonly number[];
export type IdIn = (column: string, ids: IdSet) => Expression<boolean>;

/** Runs statements inside a transaction. */
export interface Transaction {
  all<Row>(query: Query<Row>): Promise<Row[]>;
}

/** One open database. Its users take turns: never two transactions at a time (`turns.ts`). */
export interface Connection {
  readonly url: string;
  readonly dialect: SqlDialect;
  /** Takes the lock for writing at once; commits what `work` wrote, or rolls back if it throws. */
  write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /**
   * One snapshot. `stamp` changes when another connection has committed since; undefined where
   * the database can't tell.
   */
  read<T>(work: (transaction: Transaction, stamp: number | undefined) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
