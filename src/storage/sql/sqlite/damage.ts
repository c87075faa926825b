import { statSync } from "node:fs";
import { StorageError } from "../../../errors/errors.ts";
import { loadSqlite, type OpenDatabase } from "./sqlite-driver.ts";
import { explained } from "./sqlite-errors.ts";
import { whenFree } from "./when-free.ts";

/** Some 0.2 s of reading. */
const READ_WHOLE_BYTES = 64 * 2 ** 20;
const BUSY_TIMEOUT_MS = 15_000;

/**
 * What a connection of its own finds damaged in the file at `path`, which may be in use here: it shares nothing
 * of what others keep in memory. It takes some 3 ms per MiB.
 * @returns SQLite's words; undefined if the database is whole
 * @throws SQLite's error if the file can't be opened or read
 */
export function damageIn(open: OpenDatabase, path: string): string | undefined {
  const database = open(path, { timeout: 0, readOnly: true });
  try {
    const [first] = database.prepare("PRAGMA quick_check(1)").all() as { quick_check: string }[];
    return first.quick_check === "ok" ? undefined : first.quick_check;
  } finally {
    database.close();
  }
}

/** Reads the file at `path` from its disk, unless it is large. @throws StorageError if it is damaged, or gone */
export async function checkDatabase(path: string, url: string): Promise<void> {
  const open = await loadSqlite();
  let damage: string | undefined;
  try {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > READ_WHOLE_BYTES) return;
    damage = await whenFree(BUSY_TIMEOUT_MS, () => damageIn(open, path));
  } catch (error) {
    throw explained(error, url, path, BUSY_TIMEOUT_MS);
  }
  if (damage === undefined) return;
  throw new StorageError(
    `${url}: ${path} is damaged (SQLite: ${damage.replaceAll("\n", " ")}). Restore a backup, or save what can be ` +
      "read with `sqlite3 FILE .recover`.",
  );
}
