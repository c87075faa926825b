import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from "../../../vendor/kysely.ts";
import type { SqlDialect } from "../connection.ts";
import { SIGN_TABLE } from "../signs.ts";
import { STUDY_PARTS, TRIAL_PARTS, type Tables } from "../tables.ts";
import { POSTGRES_SCHEMA } from "./postgres-schema.ts";
import { postgresSigns } from "./postgres-signs.ts";
import { postgresTrialRows } from "./postgres-trial-rows.ts";
import { postgresWholeTrials } from "./postgres-whole-trials.ts";

const OURS = [
  ...["studies", "trials", ...STUDY_PARTS, ...TRIAL_PARTS],
  ...["version_info", "alembic_version", SIGN_TABLE],
];
/** The key of an advisory lock that other programs hardly use: "hpo" in ASCII. */
const TABLES_LOCK = 0x68706f;

const builder = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** PostgreSQL. It needs no `removedIds`, as its sequences give no id twice. */
export const postgresDialect: SqlDialect = {
  builder: () => builder,
  ifEmpty: "hpo study run FILE, or createStudy, creates them.",
  schema: POSTGRES_SCHEMA,
  lockTables: { sql: "select pg_advisory_xact_lock($1)", parameters: [TABLES_LOCK] },
  // Other programs may have tables in the schema; only tables with our names are in our way.
  tableNames: {
    sql: `select tablename::text as name from pg_catalog.pg_tables
      where schemaname = current_schema() and tablename = any($1::text[])`,
    parameters: [OURS],
  },
  rowLock: sql`for update`,
  partLock: sql`for no key update`,
  trialRows: postgresTrialRows,
  signs: postgresSigns,
  idSet: (ids) => ids,
  wholeTrials: postgresWholeTrials,
  idIn: (column, ids) => sql<boolean>`${sql.ref(column)} = any(${ids}::int[])`,
};
