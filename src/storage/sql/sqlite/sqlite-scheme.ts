import { HpoError } from "../../../errors/errors.ts";
import type { StorageScheme } from "../../storage-scheme.ts";
import { sqlStorage } from "../sql-storage.ts";
import { checkDatabase } from "./damage.ts";
import { connectSqlite } from "./sqlite-connection.ts";

const REMEDY = "Give sqlite:hpo.db, or the path of a file.";

/** `sqlite:hpo.db`; as Optuna writes it, `sqlite:///hpo.db`, and absolute `sqlite:////data/hpo.db`. */
export const sqliteScheme: StorageScheme = {
  form: "sqlite:hpo.db, or the path of a file",
  ifNoStudy: "If it is a copy, its -wal file may hold some: copy both.",
  locate(url, rest) {
    const path = rest.startsWith("///") ? rest.slice(3) : rest;
    if (path === ":memory:") {
      throw new HpoError(`Storage "${url}": an SQLite database is a file here. Give memory:.`);
    }
    if (path === "memory") {
      throw new HpoError(
        `Storage "${url}" may mean two things. Give memory: for one that ends with the process, or ` +
          "./memory for a file of that name.",
      );
    }
    if (path.trim() === "" || path.startsWith("//")) {
      throw new HpoError(`Storage "${url}" names no file. ${REMEDY}`);
    }
    return path;
  },
  check: checkDatabase,
  open: async (path, options) => sqlStorage(await connectSqlite(path, options), options),
};
