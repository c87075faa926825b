import { setImmediate } from "node:timers/promises";
import { StorageError } from "../../errors/errors.ts";
import type { Connection, Overlap } from "./connection.ts";
import type { Transaction } from "./transaction.ts";
import { runLast } from "./run-last.ts";

/** Runs one transaction at a time on a connection; writes of the same moment share one. */
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
  /**
   * As `write`, in a transaction of its own: `work` runs once, so it may have other effects. It may
   * be called while earlier writes are under way: it awaits `ahead`, their commit, before all else.
   */
  alone<T>(
    work: (transaction: Transaction, ahead: Promise<void>) => Promise<T>,
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

/**
 * Runs a transaction of its own. If `ahead` rejects, the writes before it are run again, and then
 * so is this.
 */
type Other = (ahead: Promise<void>) => Promise<void>;

export function takeTurns(connection: Connection): Turns {
  let writes: Write[] = [];
  /** Reads and transactions of their own, which run after `writes`. */
  let others: Other[] = [];
  let scheduled = false;
  let open = true;
  let idle = Promise.resolve();

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    idle = (async () => {
      await setImmediate();
      // Calls that follow from a trial's end come one turn of the event loop later, and are waited
      // for.
      await setImmediate();
      await work();
    })();
  };
  const work = async (): Promise<void> => {
    while (writes.length > 0 || others.length > 0) {
      const [group, [next, ...rest]] = [writes, others];
      [writes, others] = [[], []];
      if (group.length > 0 && next) await commitBefore(connection, group, next);
      else if (next) await next(DONE);
      else await commitTogether(connection, group);
      for (const run of rest) await run(DONE);
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
        const run = async (ahead: Promise<void>) => {
          const result = await connection.writeOnce((tx) => work(tx, ahead));
          committed(result);
          return result;
        };
        others.push(async (ahead) => {
          const done = run(ahead);
          await done.catch(() => ahead);
          await done.then(resolve, reject);
        });
        schedule();
      }),
    read: (work) =>
      new Promise((resolve, reject) => {
        checkOpen();
        others.push(async (ahead) => {
          await ahead;
          await connection.read(work).then(resolve, reject);
        });
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

const DONE = Promise.resolve();

/** Commits the writes, and sends `next` before a server has answered the commit. */
async function commitBefore(
  connection: Connection,
  group: readonly Write[],
  next: Other,
): Promise<void> {
  let sent = (): void => {};
  let repeat = (_: Error): void => {};
  let nextIsOver = (): void => {};
  const isSent = new Promise<void>((resolve) => (sent = resolve));
  const isRepeated = new Promise<never>((_, reject) => (repeat = reject));
  const isFree = new Promise<void>((resolve) => (nextIsOver = resolve));
  const free = (): Promise<void> => {
    repeat(new Error("The writes before have to be run again."));
    return isFree;
  };
  const committed = commitTogether(connection, group, { sent, free });
  const ahead = Promise.race([committed, isRepeated]);
  const wasRun = await Promise.race([isSent, ahead])
    .then(() => next(ahead))
    .then(() => true)
    .catch(() => false);
  nextIsOver();
  await committed;
  if (!wasRun) await next(DONE);
}

/** Commits all in one transaction; if one of several fails, each is tried on its own. */
async function commitTogether(
  connection: Connection,
  group: readonly Write[],
  overlap?: Overlap,
): Promise<void> {
  try {
    const results = await connection.write(async (transaction) => {
      const results: unknown[] = [];
      const last = runLast(
        (query) => transaction.all(query),
        (query) => transaction.lock(query),
      );
      const amid = { ...transaction, last };
      for (const { work } of group.slice(0, -1)) results.push(await work(amid));
      results.push(await group.at(-1)!.work(transaction));
      return results;
    }, overlap);
    group.forEach(({ committed }, index) => committed(results[index]));
  } catch (error) {
    if (group.length === 1 || error instanceof StorageError) {
      for (const { failed } of group) failed(error);
      return;
    }
    await overlap?.free();
    for (const write of group) await commitTogether(connection, [write]);
  }
}
