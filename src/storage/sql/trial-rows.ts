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
 * Writes trials inside a transaction. What adds, starts or ends them is done under the lock of their
 * study: ids ascend as commits do, which readers rely on. Undefined says that nothing was written.
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
  /** Locks the trial alone. */
  update(
    tx: Transaction,
    trial: number,
    change: TrialChange,
    held?: Held,
  ): Promise<Written | undefined>;
  finish(tx: Transaction, trial: number, end: TrialEnd, held?: Held): Promise<Finished | undefined>;
  /** As `finish`, of a trial whose study is not locked yet; the transaction's last. */
  end(tx: Transaction, trial: number, end: TrialEnd, held?: Held): Promise<Finished | undefined>;
  /** @returns the ids of the trials that got an index */
  indexFinished(tx: Transaction, study: number): Promise<readonly number[]>;
}
