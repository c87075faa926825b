import { HpoError } from "../errors/errors.ts";
import { memoryStorage } from "./memory.ts";
import { sqlStorage } from "./sql/sql-storage.ts";
import { connectSqlite } from "./sql/sqlite/sqlite-connection.ts";
import type { SqliteOptions } from "./sql/sqlite/sqlite-options.ts";
import { libpqUrl, shownPostgresUrl } from "./sql/postgres/postgres-url.ts";
import type { Storage } from "../contracts/storage.ts";

export type StorageOptions = SqliteOptions;

/**
 * Opens what `url` names, and creates it where it is not there yet: `sqlite:hpo.db` or just the
 * path `hpo.db`, Optuna's `sqlite:///hpo.db` (absolute: `sqlite:////data/hpo.db`),
 * `postgres://user@host/database` (tables are created in a database that is there; needs the package
 * `pg`), or `memory:`, which lives as long as the process. `journal:FILE` reads a journal of Optuna's,
 * and writes nothing.
 * @throws StorageError if file or server can't be used; HpoError if `url` is none of these.
 *
 * @example
 * ```ts
 * import { listStudies, openStorage } from "hpo";
 *
 * const storage = await openStorage("sqlite:hpo.db");
 * try {
 *   console.log(await listStudies({ storage }));
 * } finally {
 *   await storage.close();
 * }
 * ```
 */
export async function openStorage(url: string, options: StorageOptions = {}): Promise<Storage> {
  const location = parseUrl(url);
  switch (location.kind) {
    case "memory":
      return memoryStorage();
    case "sqlite":
      return sqlStorage(await connectSqlite(location.path, options));
    case "journal": {
      const { journalStorage } = await import("./journal/journal-storage.ts");
      return journalStorage(location.path);
    }
    case "postgres": {
      // Who keeps studies in a file needs none of it.
      const { connectPostgres } = await import("./sql/postgres/postgres-connection.ts");
      return sqlStorage(await connectPostgres(location.url));
    }
  }
}

/** Whether what is stored there is gone when the process ends. */
export const endsWithProcess = (url: string): boolean => parseUrl(url).kind === "memory";

/** The URL of a storage as it may be shown: without a password. */
export const shownStorage = (url: string): string =>
  /^postgres/i.test(url) ? shownPostgresUrl(url) : url;

/** What a URL names. */
type StorageLocation =
  | { readonly kind: "memory" }
  | { readonly kind: "sqlite"; readonly path: string }
  | { readonly kind: "journal"; readonly path: string }
  | { readonly kind: "postgres"; readonly url: string };

const FORMS = "Give sqlite:hpo.db, the path of a file, postgres://user@host/database, or memory:.";

function parseUrl(url: string): StorageLocation {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]+):(.*)$/is.exec(url) ?? [];
  switch (scheme?.toLowerCase()) {
    case undefined:
      return sqliteLocation(url, url);
    case "memory":
      return { kind: "memory" };
    case "sqlite":
      return sqliteLocation(url, rest.startsWith("///") ? rest.slice(3) : rest);
    case "journal":
      return { kind: "journal", path: rest };
    case "postgres":
    case "postgresql":
    case "postgresql+psycopg2":
    case "postgresql+psycopg":
      if (rest.startsWith("//")) return { kind: "postgres", url: libpqUrl(url) };
      throw new HpoError(
        `Storage "${shownPostgresUrl(url)}" names no server. Give postgres://user@host/database.`,
      );
    default:
      throw new HpoError(`Storage "${url}": ${scheme}: is no storage that is known here. ${FORMS}`);
  }
}

function sqliteLocation(url: string, path: string): StorageLocation {
  if (path === ":memory:") {
    throw new HpoError(`Storage "${url}": an SQLite database is a file here. ${FORMS}`);
  }
  if (path === "memory") {
    throw new HpoError(
      `Storage "${url}" may mean two things. Give memory: for one that ends with the process, or ` +
        "./memory for a file of that name.",
    );
  }
  if (path === "" || path.startsWith("//")) {
    throw new HpoError(`Storage "${url}" names no file. ${FORMS}`);
  }
  return { kind: "sqlite", path };
}
