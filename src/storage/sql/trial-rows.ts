import type { NewTrial, TrialChange, TrialEnd, TrialRecord } from "../../contracts/storage.ts";
import type { Held } from "../../contracts/trial-lease.ts";
import type { Transaction } from "./transaction.ts";

/** The study of a trial that was written to. */
interface Written {
  readonly study: number;
}
interface Finished extends Written {
  readonly index: number;
}

/**
 * Writes trials inside a transaction. Whoever adds or starts trials holds their study's lock: so ids
 * ascend in the order of commits, on which cursors rely. Ends are put in order by the study's count of
 * finished trials, whose row is locked until the commit. Undefined: nothing was written.
 */
export interface TrialRows {
  /** @param isLast whether the transaction ends with it */
  create(
    tx: Transaction,
    study: number,
    trials: readonly NewTrial[],
    isLast?: boolean,
  ): Promise<readonly TrialRecord[]>;
  /** waiting → running. */
  start(tx: Transaction, trial: number, change: TrialChange): Promise<Written | undefined>;
  /** Writes to an unfinished trial, whose row alone is locked. */
  update(
    tx: Transaction,
    trial: number,
    change: TrialChange,
    held?: Held,
  ): Promise<Written | undefined>;
  finish(tx: Transaction, trial: number, end: TrialEnd, held?: Held): Promise<Finished | undefined>;
  /**
   * As `finish`, where the study is not locked; the transaction's last call. It locks the study where it has to: after
   * other writes, whose locks could be those that a turn waits for.
   */
  end(tx: Transaction, trial: number, end: TrialEnd, held?: Held): Promise<Finished | undefined>;
  /** @returns the ids of the trials that got an index */
  indexFinished(tx: Transaction, study: number): Promise<readonly number[]>;
}
