import type { DatabaseSyncInstance } from "@photostructure/sqlite";
import { statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { StorageError } from "../../../errors/errors.ts";
import type { OpenDatabase } from "./sqlite-driver.ts";
import { isReadOnlyHere } from "./sqlite-errors.ts";
import { whenFree } from "./when-free.ts";

/** Opens the file for reading and writing, or for reading alone if this user may not write it. */
export async function openDatabase(
  open: OpenDatabase,
  url: string,
  path: string,
  synchronous: "full" | "normal",
  timeout: number,
): Promise<DatabaseSyncInstance> {
  // While others open or close the file, SQLite may say at once that it is busy.
  return whenFree(timeout, () => {
    try {
      return openForWriting(open, path, synchronous, timeout);
    } catch (error) {
      if (!isReadOnlyHere(error, path)) throw error;
      return openForReading(open, url, path, timeout, error);
    }
  });
}

function openForWriting(
  open: OpenDatabase,
  path: string,
  synchronous: "full" | "normal",
  timeout: number,
): DatabaseSyncInstance {
  return configured(
    open(path, { timeout }),
    `PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};` +
      // Writes, so that a read-only file fails here: BEGIN IMMEDIATE alone does not.
      // From then on SQLite itself does not wait for locks: see whenFree.
      "BEGIN IMMEDIATE; PRAGMA user_version = 1; ROLLBACK; PRAGMA busy_timeout = 0",
  );
}

/**
 * Even to read a file with a write-ahead log, SQLite must write beside it. Where this user may not,
 * the file is opened as one that never changes, unless a log with others' writes is beside it.
 */
function openForReading(
  open: OpenDatabase,
  url: string,
  path: string,
  timeout: number,
  cause: unknown,
): DatabaseSyncInstance {
  const toRead = "PRAGMA schema_version; PRAGMA busy_timeout = 0";
  try {
    return configured(open(path, { timeout, readOnly: true }), toRead);
  } catch (error) {
    if (!isReadOnlyHere(error, path)) throw error;
  }
  const log = `${path}-wal`;
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > 0) {
    throw new StorageError(
      `${url}: ${log} holds what is not in the file yet, and this user may not write beside it, as ` +
        "SQLite must to read both. Copy the two to a folder of your own and name the copy, or let who " +
        "owns them run hpo study list on them.",
      { cause },
    );
  }
  const asItStands = `${pathToFileURL(path).href}?immutable=1`;
  return configured(open(asItStands, { timeout, readOnly: true }), toRead);
}

function configured(database: DatabaseSyncInstance, sql: string): DatabaseSyncInstance {
  try {
    database.exec(sql);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
