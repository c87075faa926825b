import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from "../../../vendor/kysely.ts";
import type { SqlDialect } from "../connection.ts";
import { SQLITE_SCHEMA } from "./sqlite-schema.ts";
import { sqliteParamLists } from "./sqlite-param-lists.ts";
import { sqliteRemovedIds } from "./sqlite-removed-ids.ts";
import { sqliteStatements } from "./sqlite-statements.ts";
import { sqliteSigns } from "./sqlite-signs.ts";
import type { Tables } from "../tables.ts";

let builder: Kysely<Tables> | undefined;

export const sqliteDialect: SqlDialect = {
  builder: () =>
    (builder ??= new Kysely<Tables>({
      dialect: {
        createAdapter: () => new SqliteAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: (db) => new SqliteIntrospector(db),
        createQueryCompiler: () => new SqliteQueryCompiler(),
      },
    })),
  statements: sqliteStatements,
  ifEmpty:
    "If it is a copy, its -wal file was left behind, which holds what is not in the file yet: copy both. " +
    "hpo study run FILE begins a study in it.",
  schema: SQLITE_SCHEMA,
  tableNames: {
    sql: "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'",
    parameters: [],
  },
  removedIds: sqliteRemovedIds,
  signs: sqliteSigns,
  paramLists: sqliteParamLists,
  idSet: (ids) => JSON.stringify(ids),
  idIn: (column, ids) => sql<boolean>`${sql.ref(column)} in (select value from json_each(${ids}))`,
};
