import type { SignStatements } from "../connection.ts";
import { SIGN_TABLE } from "../signs.ts";

/** Signs of life in PostgreSQL. Their clock is the server's; no worker's own is compared. */
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
    // Who was silent for so long holds nothing that one could wait for.
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
