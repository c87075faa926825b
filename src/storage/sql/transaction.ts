import type { Query } from "./prepared.ts";

/** Runs statements inside a transaction. */
export interface Transaction {
  all<Row>(query: Query<Row>): Promise<Row[]>;
  /**
   * Runs the last statements of the transaction. A server gets the commit with them, so that others
   * wait for its locks no longer than it takes to run them.
   */
  last<Row>(ending: LastStatements<Row>): Promise<Row[]>;
  /**
   * A value that changes once another connection has committed. To be asked for before anything
   * else is read, so that a commit in between shows as a change the next time.
   */
  stamp(): Promise<number | string>;
}

/** How a transaction ends. */
export interface LastStatements<Row> {
  /** Statements that are run before `query`. */
  readonly first?: readonly Query<unknown>[];
  /** Gives the result's rows: none if it wrote nothing. */
  readonly query: Query<Row>;
  /** Finds the same rows after the commit, where the server's answer was lost. */
  readonly again: Query<Row>;
  /** Whether `query` writes once however often it is run, so that it need not wait for BEGIN. */
  readonly isFenced?: boolean;
}
