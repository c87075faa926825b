import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { HpoError, StorageError } from "../../../errors/errors.ts";

// https://www.sqlite.org/rescode.html; the low byte of an extended code.
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/**
 * Codes by SQLite's texts: @photostructure/sqlite 1.2.1 gives no code where rows were asked for.
 */
const CODES = new Map([
  ["database is locked", BUSY],
  ["database table is locked", LOCKED],
  ["attempt to write a readonly database", READONLY],
  ["disk I/O error", IOERR],
  ["database disk image is malformed", CORRUPT],
  ["database or disk is full", FULL],
  ["unable to open database file", CANTOPEN],
  ["file is not a database", NOTADB],
]);

/** SQLite's result code without its extension; undefined if the error is not SQLite's. */
function sqliteCode(error: unknown): number | undefined {
  const { errcode, message } = (error ?? {}) as { errcode?: unknown; message?: string };
  return typeof errcode === "number" ? errcode & 0xff : CODES.get(message ?? "");
}

export const isBusy = (error: unknown): boolean =>
  sqliteCode(error instanceof StorageError ? error.cause : error) === BUSY;

/** Whether the error means that the file exists and this user may not write it, or beside it. */
export function isReadOnlyHere(error: unknown, path: string): boolean {
  const code = sqliteCode(error);
  if (!existsSync(path)) return false;
  return code === READONLY || (code === CANTOPEN && [path, dirname(path)].some(isReadOnly));
}

/** What went wrong with the file at `path`, why, and what to do; our own errors pass. */
export function explained(error: unknown, url: string, path: string, timeoutMs: number): Error {
  if (error instanceof HpoError) return error;
  const cause = (error as Error).message;
  const say = (what: string, remedy: string) =>
    new StorageError(`${url}: ${what} (SQLite: ${cause}). ${remedy}`, { cause: error });
  if (/too large to be represented as a JavaScript number/.test(cause)) {
    return say(
      "a number in it is beyond 2^53 and can't be read exactly, as a step of a report may be",
      "Go on with the program that wrote it, or copy the study's other trials to a new one.",
    );
  }
  const code = sqliteCode(error) ?? 0;
  // SQLite can't open the -wal file beside a database that this user may only read.
  switch (code === CANTOPEN && isReadOnly(path) ? READONLY : code) {
    case BUSY:
    case LOCKED:
      return say(
        `another process kept ${path} locked for more than ${timeoutMs / 1000} s`,
        "End the process that holds it (`fuser -v` shows it), or open with a larger busyTimeoutMs.",
      );
    case READONLY:
      return say(
        `${path} can't be written; the file or its folder is read-only`,
        "Give this user write permission for both, or choose another path.",
      );
    case FULL:
      return say(
        `the disk of ${path} is full; what was acknowledged before is safe`,
        "Free some space and resume, or copy the file to a larger disk.",
      );
    case IOERR:
      return say(
        `${path} could not be read or written`,
        "See whether the disk is full or failing; SQLite needs a local disk, no network share.",
      );
    case CORRUPT:
      return say(
        `${path} is damaged`,
        "Restore a backup, or save what can be read with `sqlite3 FILE .recover`.",
      );
    case NOTADB:
      return noDatabase(url, path, error as Error);
    case CANTOPEN:
      return say(
        `${path} can't be opened`,
        "See that it is a file, and that this user may read and write it and its folder.",
      );
    default:
      return say(`a statement failed`, "This is a fault of hpo; please report it.");
  }
}

export const noDatabase = (url: string, path: string, cause?: Error): StorageError =>
  new StorageError(
    `${url}: ${path} is no SQLite database${cause ? ` (SQLite: ${cause.message})` : ""}. ` +
      "Choose another path, or move that file out of the way.",
    { cause },
  );

function isReadOnly(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
}
