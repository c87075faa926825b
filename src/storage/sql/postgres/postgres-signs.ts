import type { SignStatements } from "../connection.ts";
import { SIGN_TABLE } from "../signs.ts";

/** Heartbeats in PostgreSQL, timed by the server's clock, as workers' clocks may differ. */
export const postgresSigns: SignStatements = {
  create: {
    sql: `create table ${SIGN_TABLE} (
      holder text not null primary key,
      seen timestamp with time zone not null
    )`,
    parameters: [],
  },
  put: (worker) => [
    {
      sql: `insert into ${SIGN_TABLE} (holder, seen) values ($1, clock_timestamp())
        on conflict (holder) do update set seen = excluded.seen`,
      parameters: [worker],
    },
    // A worker that was silent for a week has long lost its leases.
    {
      sql: `delete from ${SIGN_TABLE} where holder in (
        select holder from ${SIGN_TABLE}
        where seen < clock_timestamp() - interval '7 days' for update skip locked)`,
      parameters: [],
    },
  ],
  read: (workers) => ({
    sql: `select holder, seen::text as mark,
      (1000 * extract(epoch from clock_timestamp() - seen))::float8 as age_ms
      from ${SIGN_TABLE} where holder = any($1::text[])`,
    parameters: [workers],
  }),
};
