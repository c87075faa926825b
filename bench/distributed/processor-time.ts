import { readFileSync } from "node:fs";
import { runSql } from "../../src/testing/postgres/run-sql.ts";

/** Linux counts processor time in ticks of this length for every program (USER_HZ). */
const TICK_MS = 10;

/**
 * The processor time that these processes have used so far, in ms; NaN where there is no /proc, or one of
 * them has ended.
 */
export function processorMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + usedBy(pid), 0);
}

function usedBy(pid: number): number {
  try {
    // Fields 14 and 15; the second one, the command, may hold spaces and brackets.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\)\s/s, "")
      .split(" ");
    return TICK_MS * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return NaN;
  }
}

/** The server's processes that serve hpo's connections to the database. */
export async function backendsOf(url: string): Promise<readonly number[]> {
  const rows = await runSql(
    url,
    `select pid from pg_stat_activity
     where application_name = 'hpo' and datname = current_database()`,
  );
  return rows.map(({ pid }) => Number(pid));
}
