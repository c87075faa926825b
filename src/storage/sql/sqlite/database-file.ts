import { closeSync, fchmodSync, openSync, statSync } from "node:fs";
import { StorageError } from "../../../errors/errors.ts";

/** Only its owner may read and write it, as it holds what trials print. */
const MODE = 0o600;

/**
 * Creates an empty file for a database where there is none; SQLite gives its side files the same
 * mode. A file that is there keeps its own.
 * @param mode set as it is, whatever the umask
 */
export function createDatabaseFile(path: string, mode = MODE): void {
  let file: number;
  try {
    file = openSync(path, "wx", mode);
  } catch {
    // It is there already; or it can't be created, which SQLite tells with its reason.
    return;
  }
  try {
    fchmodSync(file, mode);
  } finally {
    closeSync(file);
  }
}

/**
 * Watches that the files of an open database stay what they are: SQLite goes on writing to files that were moved,
 * deleted or emptied, and what it acknowledges then is lost to everybody else.
 * @param path absolute
 * @param isWhole whether the database can be read whole by a connection of its own; asked where the file shrank,
 * as it also does by a VACUUM
 * @returns a check, to be called before a transaction that writes and after it
 */
export function fileWatch(url: string, path: string, isWhole: () => boolean): () => void {
  const log = `${path}-wal`;
  const known = new Map<string, string>();
  let size = 0n;
  const look = (name: string): bigint => {
    const found = statSync(name, { throwIfNoEntry: false, bigint: true });
    const now = found && `${found.dev}:${found.ino}`;
    const before = known.get(name);
    if (before !== now) {
      // The -wal file appears with the first transaction.
      if (before !== undefined || now === undefined) throw gone(url, name, now !== undefined);
      known.set(name, now);
    }
    return found?.size ?? 0n;
  };
  return () => {
    const now = look(path);
    if (now < size && (now === 0n || !isWhole())) throw overwritten(url, path, size, now);
    size = now;
    look(log);
  };
}

const gone = (url: string, name: string, isReplaced: boolean): StorageError =>
  new StorageError(
    `${url}: ${name} was ${isReplaced ? "replaced by another file" : "moved or deleted"} while it ` +
      "was in use, so nothing more can be kept there. Put it back with its -wal file and resume, or " +
      "start anew; nothing was acknowledged since.",
  );

const overwritten = (url: string, path: string, before: bigint, now: bigint): StorageError =>
  new StorageError(
    `${url}: ${path} was emptied or overwritten while it was in use: it had ${before} bytes, and has ${now}. Its ` +
      "-wal file may still hold the study: see what hpo study list says. If the file is damaged, move both out of " +
      "the way, put a copy in their place and resume, or start anew.",
  );
