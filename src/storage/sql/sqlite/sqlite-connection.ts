import type { DatabaseSyncInstance, StatementSyncInstance } from "@photostructure/sqlite";
import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isMainThread } from "node:worker_threads";
import { StorageError, StorageNotFoundError } from "../../../errors/errors.ts";
import type { Connection } from "../connection.ts";
import type { Transaction } from "../transaction.ts";
import type { Query } from "../prepared.ts";
import { runLast } from "../run-last.ts";
import { damageIn } from "./damage.ts";
import { createDatabaseFile, fileWatch } from "./database-file.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import { openDatabase } from "./open-database.ts";
import { loadSqlite, type OpenDatabase } from "./sqlite-driver.ts";
import { explained, isBusy, noDatabase } from "./sqlite-errors.ts";
import type { SqliteOptions } from "./sqlite-options.ts";
import type { StorageOptions } from "../../storage-scheme.ts";
import { whenFree } from "./when-free.ts";

/**
 * Opens or, unless `create` is false, creates the file at `path`; it is used by this connection's thread alone. One that this user
 * may only read is opened for reading, and the first write is an error that says so.
 * @throws StorageError naming the file, the cause and the remedy; StorageNotFoundError if it is not there, and
 * not to be created.
 */
export async function connectSqlite(
  path: string,
  options: SqliteOptions & Pick<StorageOptions, "create"> = {},
): Promise<Connection> {
  const { synchronous = "full", busyTimeoutMs = 15_000, mode, create = true } = options;
  const url = `sqlite:${path}`;
  checkPlace(url, path);
  if (create) createDatabaseFile(path, mode);
  else if (!existsSync(path)) throw notThere(url, path);
  const open = await loadSqlite();
  const checkFiles = fileWatch(url, resolve(path), () => isWhole(open, path));
  const failure = (error: unknown): Error => explained(error, url, path, busyTimeoutMs);
  const failed = (error: unknown): never => {
    throw failure(error);
  };
  const database = await openDatabase(open, url, path, synchronous, busyTimeoutMs).catch(failed);
  checkFiles();
  const statements = statementsOf(database);

  const explaining = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw failure(error);
    }
  };
  const all: Transaction["all"] = async (query) => explaining(() => statements.all(query));
  const transaction: Transaction = {
    all,
    lock: all,
    last: runLast(all),
    stamp: async () => explaining(() => statements.all(DATA_VERSION)[0].data_version),
    stampOf: async (snapshot) => snapshot,
  };
  const within = async <T>(work: (transaction: Transaction) => Promise<T>): Promise<T> => {
    try {
      const result = await work(transaction);
      explaining(() => statements.run("COMMIT"));
      return result;
    } catch (error) {
      // Some errors (a full disk) have already rolled back.
      if (database.isTransaction) statements.run("ROLLBACK");
      throw error;
    }
  };
  const write: Connection["write"] = async (work) => {
    checkFiles();
    await whenFree(busyTimeoutMs, () => statements.run("BEGIN IMMEDIATE")).catch(failed);
    const result = await within(work);
    checkFiles();
    return result;
  };
  return {
    url,
    dialect: sqliteDialect,
    write,
    writeOnce: write,
    read: (work) =>
      // Reading may be busy only while another process opens or closes the file.
      whenFree(busyTimeoutMs, () => {
        explaining(() => statements.run("BEGIN"));
        return within(work);
      }),
    close: async () => {
      intoTheFile(statements.run);
      statements.clear();
      database.close();
    },
  };
}

const DATA_VERSION: Query<{ data_version: number }> = {
  sql: "PRAGMA data_version",
  parameters: [],
};

function checkPlace(url: string, path: string): void {
  if (!isMainThread) {
    throw new StorageError(
      `${url}: a database is opened in the main thread only; a thread that ends amid a write ` +
        "takes the process with it. Open it there, and pass on what the worker needs.",
    );
  }
  const folder = dirname(resolve(path));
  if (!look(url, folder)) {
    throw new StorageError(
      `${url}: the folder ${folder} does not exist. Create it, or choose another path.`,
    );
  }
  const found = look(url, path);
  if (!found) return;
  if (!found.isFile()) {
    throw new StorageError(`${url}: ${path} is no file. Give the path of a file in it, or beside.`);
  }
  // SQLite takes a file of one byte for an empty one, and would overwrite it.
  if (found.size === 1) throw noDatabase(url, path);
}

/** What is at the path; undefined if nothing is. @throws StorageError if this user can't see */
function look(url: string, path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new StorageError(
      `${url}: what is at ${path} can't be seen (${(error as Error).message}). Give this user ` +
        "permission to enter its folder, or choose another path.",
      { cause: error },
    );
  }
}

function isWhole(open: OpenDatabase, path: string): boolean {
  try {
    return damageIn(open, path) === undefined;
  } catch (error) {
    // Who has it locked will find out.
    return isBusy(error);
  }
}

const notThere = (url: string, path: string): StorageNotFoundError =>
  new StorageNotFoundError(
    `${url}: there is no file ${resolve(path)}. Name one that there is (--storage, HPO_STORAGE, or \`storage\` in ` +
      "a program), or begin one: hpo study run FILE.",
  );

/**
 * Moves the write-ahead log into the file. On closing, SQLite does so only once the statements are
 * garbage-collected; a copy of the file made before would hold next to nothing.
 */
function intoTheFile(run: (sql: string) => void): void {
  try {
    run("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // Others use it, the disk is full, or the file is gone: all that was committed stays in the log.
  }
}

function statementsOf(database: DatabaseSyncInstance) {
  const cache = new Map<string, Statement>();
  const statement = (sql: string): Statement => {
    const known = cache.get(sql);
    if (known) return known;
    const fresh = statementOf(database.prepare(sql));
    cache.set(sql, fresh);
    return fresh;
  };
  return {
    all: <Row>({ sql, parameters }: Query<Row>): Row[] =>
      statement(sql)(parameters.map(bindable)) as Row[],
    run: (sql: string): void => void statement(sql)([]),
    clear: (): void => {
      cache.clear();
    },
  };
}

type Statement = (parameters: (string | number | null)[]) => unknown[];

/** Takes rows as lists and names their values here: the driver takes half as long for a list. */
function statementOf(prepared: StatementSyncInstance): Statement {
  const names = prepared.columns().map(({ name }) => name);
  // node:sqlite has no `setReturnArrays` before 22.16.
  if (!("setReturnArrays" in prepared) || names.length === 0) {
    return (parameters) => prepared.all(...parameters) as unknown[];
  }
  prepared.setReturnArrays(true);
  return (parameters) => {
    const rows = prepared.all(...parameters) as unknown[][];
    return rows.map((values) => {
      const row: Record<string, unknown> = {};
      for (let i = 0; i < names.length; i++) row[names[i]] = values[i];
      return row;
    });
  };
}

/**
 * @photostructure/sqlite 1.2.1 takes a positive number below 2^-52 for the integer 0. As text it
 * is stored in a column of numbers as exactly that number.
 */
const bindable = (parameter: unknown): string | number | null =>
  typeof parameter === "number" && parameter > 0 && parameter < Number.EPSILON
    ? String(parameter)
    : (parameter as string | number | null);
