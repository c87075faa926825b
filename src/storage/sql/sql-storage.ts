import type { Storage } from "../../contracts/storage.ts";
import { changesReader } from "./changes.ts";
import type { Connection, SqlDialect } from "./connection.ts";
import type { StorageOptions } from "../storage-scheme.ts";
import { ensureSchema } from "./ensure-schema.ts";
import { ownChanges } from "./own-changes.ts";
import { createQueries } from "./queries/queries.ts";
import { inTurn } from "./in-turn.ts";
import { trialReader } from "./read-trials.ts";
import { signTable } from "./signs.ts";
import { studyStorage, studyWriter } from "./studies.ts";
import { trialStorage } from "./trials.ts";
import type { TrialRows } from "./trial-rows.ts";
import { trialWriter } from "./trial-writer.ts";
import { takeTurn } from "../take-turn.ts";
import { takeTurns } from "./turns.ts";

const fewerStatements = ({ trialRows }: SqlDialect, general: TrialRows): TrialRows =>
  trialRows ? trialRows(general) : general;

/**
 * Keeps studies in a database with Optuna's schema; what is written by either is read by both.
 * Closes `connection` when it is closed itself.
 * @throws StorageError if the database holds something else, or another version of the schema;
 * StorageNotFoundError if it is empty and no tables are to be created.
 */
export async function sqlStorage(
  connection: Connection,
  { create = true }: Pick<StorageOptions, "create"> = {},
): Promise<Storage> {
  try {
    await ensureSchema(connection, create);
  } catch (error) {
    await connection.close();
    throw error;
  }
  const { url } = connection;
  const turns = takeTurns(connection);
  const queries = createQueries(connection.dialect);
  const own = ownChanges();
  const readTrials = trialReader(connection.url, connection.dialect, queries);
  const changes = changesReader(connection, queries, own, readTrials);
  const studies = studyWriter(connection, queries);
  const trials = fewerStatements(connection.dialect, trialWriter(queries, studies));
  const signs = signTable(connection.dialect);
  return {
    url,
    ...studyStorage(connection, turns, queries, studies, own),
    ...trialStorage(turns, studies, trials, own),
    readTrials: (study, cursor, detail) => turns.read((tx) => changes(tx, study, cursor, detail)),
    readNumbered: (study, numbers) =>
      turns.read(async (tx) => {
        const set = connection.dialect.idSet(numbers);
        const rows = await tx.all(queries.trialsNumbered({ study, numbers: set }));
        return readTrials.byIds(
          tx,
          rows.map((row) => row.trial_id),
        );
      }),
    inTurn: inTurn({ turns, own, changes, studies, trials, signs }),
    // A transaction of its own: one that also waited for a study's lock could deadlock with a turn
    // that beats for the same worker. A heartbeat may be stored twice, so one that got lost is sent again.
    beat: (...workers) =>
      takeTurn(() =>
        turns.alone(async (tx) => {
          for (const worker of workers) await signs.beat(tx, worker);
        }),
      ),
    readSigns: (workers) => turns.read((tx) => signs.read(tx, workers)),
    close: () => turns.close(),
  };
}
