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
/** Any number that other programs hardly lock: "hpo" in ASCII. */
const TABLES_LOCK = 0x68706f;

/** Sequences give no id twice, so that none need be remembered. */
export const postgresDialect: SqlDialect = {
  builder: new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
  schema: POSTGRES_SCHEMA,
  lockTables: { sql: "select pg_advisory_xact_lock($1)", parameters: [TABLES_LOCK] },
  // Tables of other programs are in nobody's way, unless they have our names.
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
