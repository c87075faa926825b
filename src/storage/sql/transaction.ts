import type { Query } from "./prepared.ts";

/** Runs statements inside a transaction. */
export interface Transaction {
  all<Row>(query: Query<Row>): Promise<Row[]>;
  /**
   * Runs the last statements of the transaction, which a server is told together with its commit:
   * others wait no longer than it takes the server to run them.
   */
  last<Row>(ending: LastStatements<Row>): Promise<Row[]>;
  /**
   * Another one when another connection has committed since.
   * To be asked for before anything else is read, so that what is read is not newer.
   */
  stamp(): Promise<number | string>;
}

/** How a transaction ends. */
export interface LastStatements<Row> {
  /** What comes before `query`. */
  readonly first?: readonly Query<unknown>[];
  /** Gives the rows that are asked for: none if it wrote nothing. */
  readonly query: Query<Row>;
  /** Gives the same rows once they are committed, where the server's answer was lost. */
  readonly again: Query<Row>;
  /** Whether `query` writes once however often it is run: then it need not wait for a server. */
  readonly isFenced?: boolean;
}
