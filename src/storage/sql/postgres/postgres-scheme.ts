import { HpoError } from "../../../errors/errors.ts";
import type { StorageScheme } from "../../storage-scheme.ts";
import { sqlStorage } from "../sql-storage.ts";
import { libpqUrl, shownPostgresUrl } from "./postgres-url.ts";

/** `postgres://user@host/database`, also as SQLAlchemy writes it; needs the package `pg`. */
export const postgresScheme: StorageScheme = {
  form: "postgres://user@host/database",
  aliases: ["postgresql", "postgresql+psycopg2", "postgresql+psycopg"],
  shown: shownPostgresUrl,
  locate(url, rest) {
    if (rest.startsWith("//")) return libpqUrl(url);
    throw new HpoError(
      `Storage "${shownPostgresUrl(url)}" names no server. Give postgres://user@host/database.`,
    );
  },
  open: async (url, options) => {
    // Imported here, so that users of SQLite don't load it.
    const { connectPostgres } = await import("./postgres-connection.ts");
    return sqlStorage(await connectPostgres(url, options.waiting), options);
  },
};
