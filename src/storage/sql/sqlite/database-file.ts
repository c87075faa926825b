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
 * Watches that the files of an open database stay where they are: SQLite goes on writing to files
 * that were moved or deleted, and what it acknowledges then is lost to everybody else.
 * @param path absolute
 * @returns a check, to be called before a transaction that writes and after it
 */
export function fileWatch(url: string, path: string): () => void {
  const names = [path, `${path}-wal`];
  const known = new Map<string, string>();
  return () => {
    for (const name of names) {
      const now = identityOf(name);
      const before = known.get(name);
      if (before === now) continue;
      // The -wal file appears with the first transaction.
      if (before === undefined && now !== undefined) known.set(name, now);
      else throw gone(url, name, now !== undefined);
    }
  };
}

function identityOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found && `${found.dev}:${found.ino}`;
}

const gone = (url: string, name: string, isReplaced: boolean): StorageError =>
  new StorageError(
    `${url}: ${name} was ${isReplaced ? "replaced by another file" : "moved or deleted"} while it ` +
      "was in use, so nothing more can be kept there. Put it back with its -wal file and resume, or " +
      "start anew; nothing was acknowledged since.",
  );
