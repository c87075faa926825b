import type { Storage } from "../../contracts/storage.ts";
import { changesReader } from "./changes.ts";
import type { Connection } from "./connection.ts";
import { ensureSchema } from "./ensure-schema.ts";
import { ownChanges } from "./own-changes.ts";
import { createQueries } from "./queries.ts";
import { studyStorage } from "./studies.ts";
import { trialStorage } from "./trials.ts";
import { takeTurns } from "./turns.ts";

/**
 * Keeps studies in a database with Optuna's schema; what is written by either is read by both.
 * Closes `connection` when it is closed itself.
 * @throws StorageError if the database holds something else, or another version of the schema.
 */
export async function sqlStorage(connection: Connection): Promise<Storage> {
  try {
    await ensureSchema(connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
  const { url } = connection;
  const turns = takeTurns(connection);
  const queries = createQueries(connection.dialect);
  const own = ownChanges();
  return {
    url,
    ...studyStorage(url, turns, queries, own.forget),
    ...trialStorage(connection, turns, queries, own),
    readTrials: changesReader(connection, turns, queries, own),
    close: () => turns.close(),
  };
}
