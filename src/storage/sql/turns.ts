import { StorageError } from "../../errors/errors.ts";
import type { Connection } from "./connection.ts";
import type { Transaction } from "./transaction.ts";
import { runLast } from "./run-last.ts";

/** Lets the users of a connection take turns, and commits together what is written together. */
export interface Turns {
  /**
   * Runs `work` in a transaction, which it shares with all other writes called in this turn of the
   * event loop. `committed` is called after the commit, before anybody else reads. As a
   * transaction may have to be repeated, `work` has no other effect than on its transaction.
   */
  write<T>(
    work: (transaction: Transaction) => Promise<T>,
    committed?: (result: T) => void,
  ): Promise<T>;
  /** As `write`, in a transaction of its own: `work` may have other effects, as it runs once. */
  alone<T>(
    work: (transaction: Transaction) => Promise<T>,
    committed?: (result: T) => void,
  ): Promise<T>;
  /** Runs `work` in one snapshot, after all writes called before. */
  read<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Does what is waiting, then closes the connection. */
  close(): Promise<void>;
}

interface Write {
  readonly work: (transaction: Transaction) => Promise<unknown>;
  readonly committed: (result: unknown) => void;
  readonly failed: (error: unknown) => void;
}

export function takeTurns(connection: Connection): Turns {
  let writes: Write[] = [];
  /** Each with a transaction of its own; after the writes. */
  let others: (() => Promise<void>)[] = [];
  let scheduled = false;
  let open = true;
  let idle = Promise.resolve();

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    idle = new Promise((done) => {
      setImmediate(() => {
        void work().then(done);
      });
    });
  };
  const work = async (): Promise<void> => {
    while (writes.length > 0 || others.length > 0) {
      const [group, rest] = [writes, others];
      [writes, others] = [[], []];
      await commitTogether(connection, group);
      for (const run of rest) await run();
    }
    scheduled = false;
  };
  const checkOpen = (): void => {
    if (open) return;
    throw new StorageError(`${connection.url}: it was closed. Open it again to read or write.`);
  };

  return {
    write: <T>(work: (transaction: Transaction) => Promise<T>, committed?: (result: T) => void) =>
      new Promise<T>((resolve, reject) => {
        checkOpen();
        const done = (result: unknown): void => {
          committed?.(result as T);
          resolve(result as T);
        };
        writes.push({ work, committed: done, failed: reject });
        schedule();
      }),
    alone: (work, committed = () => {}) =>
      new Promise((resolve, reject) => {
        checkOpen();
        const run = async () => {
          const result = await connection.writeOnce(work);
          committed(result);
          return result;
        };
        others.push(() => run().then(resolve, reject));
        schedule();
      }),
    read: (work) =>
      new Promise((resolve, reject) => {
        checkOpen();
        others.push(() => connection.read(work).then(resolve, reject));
        schedule();
      }),
    close: async () => {
      if (!open) return;
      open = false;
      await idle;
      await connection.close();
    },
  };
}

/** All or none; if one of several fails, each is tried on its own, so that it harms no other. */
async function commitTogether(connection: Connection, group: readonly Write[]): Promise<void> {
  if (group.length === 0) return;
  try {
    const results = await connection.write(async (transaction) => {
      const results: unknown[] = [];
      const amid = { ...transaction, last: runLast((query) => transaction.all(query)) };
      for (const { work } of group.slice(0, -1)) results.push(await work(amid));
      results.push(await group.at(-1)!.work(transaction));
      return results;
    });
    group.forEach(({ committed }, index) => committed(results[index]));
  } catch (error) {
    if (group.length === 1 || error instanceof StorageError) {
      for (const { failed } of group) failed(error);
      return;
    }
    for (const write of group) await commitTogether(connection, [write]);
  }
}
