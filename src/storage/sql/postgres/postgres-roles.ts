import { SIGN_TABLE } from "../signs.ts";
import { postgresSigns } from "./postgres-signs.ts";

const WORKER = "hpo_worker";
const READER = "hpo_reader";

/** The rights of a worker on each table, besides reading it. */
const OF_WORKER: Readonly<Record<string, string>> = {
  // Every turn locks the study's row, for which PostgreSQL asks the right to update one of its
  // columns: `study_id`, which the foreign keys of its trials keep from changing.
  studies: "INSERT, UPDATE (study_id)",
  study_directions: "INSERT",
  study_user_attributes: "INSERT, UPDATE",
  study_system_attributes: "INSERT, UPDATE, DELETE",
  trials: "INSERT, UPDATE (number, state, datetime_start, datetime_complete)",
  trial_params: "INSERT, UPDATE",
  trial_values: "INSERT, UPDATE",
  // A trial that starts again loses its reports.
  trial_intermediate_values: "INSERT, UPDATE, DELETE",
  trial_user_attributes: "INSERT, UPDATE, DELETE",
  trial_system_attributes: "INSERT, UPDATE, DELETE",
  // Only Optuna's workers on the same study write these.
  trial_heartbeats: "INSERT, UPDATE, DELETE",
  [SIGN_TABLE]: "INSERT, UPDATE, DELETE",
  version_info: "",
  alembic_version: "",
};

/**
 * SQL that gives two roles what they need and no more: `hpo_worker` runs and coordinates trials, and
 * creates studies, but removes, renames and alters none; `hpo_reader` reads. The owner of the
 * tables runs it in their schema, and again after an update of hpo.
 */
export function postgresRoles(): string {
  const tables = Object.keys(OF_WORKER);
  return `\
-- Two roles without a login. Who runs this owns the tables, and may create roles. Then, for each user:
--   CREATE USER gpu1 PASSWORD '…' IN ROLE ${WORKER};
BEGIN;
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${WORKER}') THEN CREATE ROLE ${WORKER} NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${READER}') THEN CREATE ROLE ${READER} NOLOGIN; END IF;
  -- Before version 15 everybody may create tables in the schema public.
  EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema());
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO ${WORKER}, ${READER}', current_schema());
END $$;
${postgresSigns.create.sql.replace("create table", "create table if not exists")};
REVOKE ALL ON ${tables.join(", ")} FROM PUBLIC, ${WORKER}, ${READER};
GRANT SELECT ON ${tables.join(", ")} TO ${WORKER}, ${READER};
${Object.entries(OF_WORKER)
  .filter(([, rights]) => rights !== "")
  .map(([table, rights]) => `GRANT ${rights} ON ${table} TO ${WORKER};`)
  .join("\n")}
-- What numbers studies, trials and their parts.
DO $$ DECLARE own text; BEGIN
  FOR own IN SELECT pg_get_serial_sequence(format('%I.%I', table_schema, table_name), column_name)
    FROM information_schema.columns WHERE table_schema = current_schema()
    AND table_name = ANY ('{${tables.join(",")}}') AND column_default LIKE 'nextval(%' LOOP
    EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM PUBLIC, ${READER}', own);
    EXECUTE format('GRANT USAGE ON SEQUENCE %s TO ${WORKER}', own);
  END LOOP;
END $$;
COMMIT;`;
}
