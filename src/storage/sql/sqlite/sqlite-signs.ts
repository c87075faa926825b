import { thisProcess } from "../../../system/process-identity.ts";
import type { SignStatements } from "../connection.ts";
import { SIGN_TABLE } from "../signs.ts";

/*
 * Heartbeats in SQLite, timed by the kernel's monotonic clock: it is common to all processes and
 * containers of a machine, and nobody sets it. `boot` says which kernel's clock it was.
 */

const CREATE = `create table ${SIGN_TABLE} (
  holder TEXT NOT NULL PRIMARY KEY,
  boot TEXT NOT NULL,
  beat_ms REAL NOT NULL,
  seen DATETIME NOT NULL
)`;
/** A worker that was silent for so long has lost its leases. */
const KEPT = "-7 days";

const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

export const sqliteSigns: SignStatements = {
  create: { sql: CREATE, parameters: [] },
  put: (worker) => [
    {
      sql: `insert into ${SIGN_TABLE} (holder, boot, beat_ms, seen)
        values (?, ?, ?, strftime('%Y-%m-%d %H:%M:%f', 'now'))
        on conflict (holder) do update
        set boot = excluded.boot, beat_ms = excluded.beat_ms, seen = excluded.seen`,
      parameters: [worker, thisProcess().boot, monotonicMs()],
    },
    { sql: `delete from ${SIGN_TABLE} where seen < datetime('now', '${KEPT}')`, parameters: [] },
  ],
  read: (workers) => ({
    sql: `select holder, boot || ' ' || beat_ms as mark,
      case when boot <> '' and boot = ? then ? - beat_ms end as age_ms
      from ${SIGN_TABLE} where holder in (select value from json_each(?))`,
    parameters: [thisProcess().boot, monotonicMs(), JSON.stringify(workers)],
  }),
};
