import type { Query } from "./prepared.ts";

/** Runs statements inside a transaction. */
export interface Transaction {
  all<Row>(query: Query<Row>): Promise<Row[]>;
  /**
   * As `all`, for a lock with integers as parameters. Where it is the transaction's first
   * statement, a server gets it in one message with the transaction's beginning.
   */
  lock<Row>(query: Query<Row>): Promise<Row[]>;
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
  /** The same, of a snapshot that a statement of this transaction gave. */
  stampOf(snapshot: string): Promise<number | string>;
}

/** How a transaction ends. */
export interface LastStatements<Row> {
  /** A lock that is taken before, where the transaction has already written. */
  readonly lock?: Query<unknown>;
  /** Gives the result's rows: none if it wrote nothing. */
  readonly query: Query<Row>;
  /** Finds the same rows after the commit, where the server's answer was lost. */
  readonly again: Query<Row>;
  /** Whether `query` writes once however often it is run, so that it need not wait for BEGIN. */
  readonly isFenced?: boolean;
}
