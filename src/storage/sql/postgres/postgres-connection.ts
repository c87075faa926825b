import { TurnLostError } from "../../../errors/errors.ts";
import type { Connection } from "../connection.ts";
import type { Transaction } from "../transaction.ts";
import { runLast } from "../run-last.ts";
import { postgresDialect } from "./postgres-dialect.ts";
import { postgresConnector } from "./postgres-driver.ts";
import { LostError, RacedTransactionError } from "./postgres-errors.ts";
import { postgresLink, type PostgresLink } from "./postgres-link.ts";
import { stampKeeper } from "./postgres-stamp.ts";
import { openTransaction, SNAPSHOT } from "./postgres-transaction.ts";
import { shownPostgresUrl } from "./postgres-url.ts";

/** How often a transaction is run again after a conflict with others. */
const MAX_RACES = 20;

/**
 * Opens the database of a libpq URL such as `postgres://user@host/database`.
 * @param waiting waits for a server until this is aborted; without it, none to reach is an error
 * @throws StorageError naming the server, the cause and the remedy; HpoError without the package pg
 */
export async function connectPostgres(
  connectionString: string,
  waiting?: AbortSignal,
): Promise<Connection> {
  const url = shownPostgresUrl(connectionString);
  const link = await postgresLink(await postgresConnector(connectionString, url), url, waiting);
  const stamps = stampKeeper();
  link.onLoss(() => stamps.forget());
  const read: Connection["read"] = async (work) => {
    for (;;) {
      await link.connected();
      try {
        const [, [{ snapshot }]] = (await link.script(
          "begin isolation level repeatable read read only",
          SNAPSHOT.sql,
        )) as [unknown, [{ snapshot: string }]];
        const stampOf = async (snapshot: string) => stamps.stamp(snapshot);
        const stamp = () => stampOf(snapshot);
        const all: Transaction["all"] = (query) => link.all(query);
        const result = await work({ all, lock: all, stamp, stampOf, last: runLast(all) });
        await link.script("commit");
        return result;
      } catch (error) {
        await rollBack(link);
        if (!(error instanceof LostError)) throw error;
      }
    }
  };
  const tryWrite = async <T>(
    work: (tx: Transaction) => Promise<T>,
    attempt: Parameters<typeof openTransaction>[3] = { isAgain: false },
  ): Promise<T> => {
    await link.connected();
    const transaction = openTransaction(link, stamps, url, attempt);
    try {
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      if (!transaction.isOver) await rollBack(link);
      throw error;
    }
  };
  return {
    url,
    dialect: postgresDialect,
    read,
    write: async (work, overlap) => {
      let isAgain = false;
      for (let races = 0; ;) {
        try {
          const sent = isAgain ? undefined : overlap?.sent;
          return await tryWrite(work, { isAgain, sent });
        } catch (error) {
          const isRaced = error instanceof RacedTransactionError && races++ < MAX_RACES;
          if (!isRaced && !(error instanceof LostError)) throw error;
          isAgain = true;
          await overlap?.free();
        }
      }
    },
    writeOnce: async (work) => {
      try {
        return await tryWrite(work);
      } catch (error) {
        if (!(error instanceof LostError || error instanceof RacedTransactionError)) throw error;
        throw new TurnLostError(error.message, { cause: error });
      }
    },
    close: () => link.close(),
  };
}

/** Rolls back after a failure. An error is ignored: a lost server has nothing to roll back. */
const rollBack = async (link: PostgresLink): Promise<void> => {
  await link.script("rollback").catch(() => undefined);
};
