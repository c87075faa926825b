import type pg from "pg";
import { HpoError } from "../../../errors/errors.ts";
import type { SqlDate } from "../tables.ts";

const BIGINT = 20;
const TIMESTAMP = 1114;

/** pg is no dependency: who keeps studies in a file needs none of it. */
async function loadPg(url: string): Promise<typeof pg> {
  try {
    return (await import("pg")).default;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new HpoError(
      `${url}: PostgreSQL needs the package pg, which is not installed here. Run: npm install pg`,
    );
  }
}

/** Microseconds in full, as all dates are written here; no time zone is added to what has none. */
const asSqlDate = (text: string): SqlDate =>
  (text.includes(".") ? text : `${text}.`).padEnd(26, "0");

/**
 * How this connection reads what pg would give as a local Date, or a number as text. Those of pg
 * itself are left alone: they are common to all that use it in this process.
 */
const typesOf = ({ types }: typeof pg): pg.CustomTypesConfig => ({
  getTypeParser: (oid: number, format?: "text" | "binary"): ((text: string) => unknown) => {
    if (oid === BIGINT) return Number;
    if (oid === TIMESTAMP) return asSqlDate;
    return types.getTypeParser(oid, format) as (text: string) => unknown;
  },
});

/*
 * Dates come as ISO 8601 and numbers to the last bit, whatever the server's defaults. A worker whose
 * machine is gone or stopped amid a transaction keeps others from the study: the server gives it
 * two minutes, with which it also hears of a broken network.
 */
const SETTINGS = `
  set datestyle to iso, ymd;
  set extra_float_digits to 1;
  set idle_in_transaction_session_timeout to '120s';
  set tcp_keepalives_idle to 15;
  set tcp_keepalives_interval to 5;
  set tcp_keepalives_count to 4`;

/** `sslmode` as libpq means it, and everybody who writes such URLs; pg alone takes `require` for `verify-full`. */
const withLibpqModes = (url: string): string =>
  /[?&]sslmode=/.test(url) && !/[?&]uselibpqcompat=/.test(url) ? `${url}&uselibpqcompat=true` : url;

/** Opens connections to the server at `connectionString`. @throws HpoError if pg is not there */
export async function postgresConnector(
  connectionString: string,
  url: string,
): Promise<() => Promise<pg.Client>> {
  const driver = await loadPg(url);
  const types = typesOf(driver);
  return async () => {
    const client = new driver.Client({
      connectionString: withLibpqModes(connectionString),
      types,
      // What is asked together is sent together.
      pipeline: true,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 15_000,
      fallback_application_name: "hpo",
    });
    // Told of by the next query; without a listener it would end the process.
    client.on("error", () => {});
    try {
      await client.connect();
      await client.query(SETTINGS);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    return client;
  };
}
