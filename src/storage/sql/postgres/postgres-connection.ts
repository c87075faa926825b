import { setTimeout as sleep } from "node:timers/promises";
import { StorageError, TurnLostError } from "../../../errors/errors.ts";
import type { Connection, Transaction } from "../connection.ts";
import type { Query } from "../prepared.ts";
import { postgresDialect } from "./postgres-dialect.ts";
import { postgresConnector } from "./postgres-driver.ts";
import { LostError, RacedTransactionError } from "./postgres-errors.ts";
import { postgresLink, type PostgresLink } from "./postgres-link.ts";
import { stampKeeper } from "./postgres-stamp.ts";
import { shownPostgresUrl } from "./postgres-url.ts";

/** How often a transaction is run again that others came before. */
const MAX_RACES = 20;

/**
 * Opens the database that a URL names: `postgres://user@host/database`, as libpq's.
 * @throws StorageError naming the server, the cause and the remedy; HpoError without the package pg
 */
export async function connectPostgres(connectionString: string): Promise<Connection> {
  const url = shownPostgresUrl(connectionString);
  const link = await postgresLink(await postgresConnector(connectionString, url), url);
  const stamps = stampKeeper();
  link.onLoss(() => stamps.forget());
  const transaction: Transaction = {
    all: (query) => link.all(query),
    stamp: async () => stamps.stamp((await link.all(SNAPSHOT))[0].snapshot),
  };

  const read: Connection["read"] = async (work) => {
    for (;;) {
      await link.connected();
      try {
        const [{ snapshot }] = await link.script<{ snapshot: string }>(
          `begin isolation level repeatable read read only; ${SNAPSHOT.sql}`,
        );
        const stamp = async () => stamps.stamp(snapshot);
        const result = await work({ ...transaction, stamp });
        await link.script("commit");
        return result;
      } catch (error) {
        await rollBack(link);
        if (!(error instanceof LostError)) throw error;
      }
    }
  };
  const tryWrite = async <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
    await link.connected();
    try {
      const id = await begin(link);
      stamps.begun(id);
      const result = await work(transaction);
      await commit(link, id, url);
      return result;
    } catch (error) {
      await rollBack(link);
      throw error;
    } finally {
      stamps.ended();
    }
  };
  return {
    url,
    dialect: postgresDialect,
    read,
    write: async (work) => {
      for (let races = 0; ;) {
        try {
          return await tryWrite(work);
        } catch (error) {
          const isRaced = error instanceof RacedTransactionError && races++ < MAX_RACES;
          if (!isRaced && !(error instanceof LostError)) throw error;
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

const SNAPSHOT: Query<{ snapshot: string }> = {
  sql: "select pg_current_snapshot()::text as snapshot",
  parameters: [],
};

/** @returns by what the server knows the transaction for good */
async function begin(link: PostgresLink): Promise<string> {
  // Each statement sees what was committed before it: after the study's lock, all that others did.
  const [{ id }] = await link.script<{ id: string }>(
    "begin isolation level read committed; select pg_current_xact_id()::text as id",
  );
  return id;
}

/** @throws LostError if nothing was written: it is looked up where the answer got lost. */
async function commit(link: PostgresLink, id: string, url: string): Promise<void> {
  try {
    await link.script("commit");
  } catch (error) {
    if (!(error instanceof LostError) || !(await wasCommitted(link, id, url))) throw error;
  }
}

async function wasCommitted(link: PostgresLink, id: string, url: string): Promise<boolean> {
  for (;;) {
    await link.connected();
    try {
      const [{ status }] = await link.all<{ status: string | null }>({
        sql: "select pg_xact_status($1::xid8) as status",
        parameters: [id],
      });
      if (status === "committed" || status === "aborted") return status === "committed";
      if (status === null) {
        throw new StorageError(
          `${url}: the server was lost as it committed transaction ${id}, and knows nothing of it ` +
            "any more. See by `hpo study show` what was kept, then resume.",
        );
      }
    } catch (error) {
      if (!(error instanceof LostError)) throw error;
    }
    // Its old process has yet to see that nobody listens.
    await sleep(100);
  }
}

/** After a failure; where the server was lost, there is nothing to roll back. */
const rollBack = async (link: PostgresLink): Promise<void> => {
  await link.script("rollback").catch(() => undefined);
};
