import type { DatabaseSyncInstance } from "@photostructure/sqlite";

/** Opens the file at `path` by the API of node:sqlite, which both drivers have. */
export type OpenDatabase = (path: string, options: OpenOptions) => DatabaseSyncInstance;

interface OpenOptions {
  readonly timeout: number;
  readonly readOnly?: boolean;
}

/**
 * `node:sqlite` where the running Node has it (from 22.13), else `@photostructure/sqlite`, which
 * is the same SQLite behind the same API.
 */
export async function loadSqlite(): Promise<OpenDatabase> {
  const builtin = builtinSqlite();
  if (builtin) return (path, options) => new builtin.DatabaseSync(path, options);
  const { DatabaseSync } = await import("@photostructure/sqlite");
  return (path, options) => new DatabaseSync(path, options);
}

interface SqliteModule {
  readonly DatabaseSync: new (path: string, options: OpenOptions) => DatabaseSyncInstance;
}

/** Node warns that its SQLite is experimental; that warning alone is kept from the user. */
function builtinSqlite(): SqliteModule | undefined {
  const { emitWarning } = process as { emitWarning: (this: void, ...all: unknown[]) => void };
  process.emitWarning = (...all: unknown[]) => {
    const [warning, type] = all;
    if (type === "ExperimentalWarning" && String(warning).includes("SQLite")) return;
    Reflect.apply(emitWarning, process, all);
  };
  try {
    return process.getBuiltinModule("node:sqlite") as SqliteModule | undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}
