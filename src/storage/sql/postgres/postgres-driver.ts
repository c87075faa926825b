import type pg from "pg";
import { HpoError } from "../../../errors/errors.ts";
import type { SqlDate } from "../tables.ts";

const BIGINT = 20;
const TIMESTAMP = 1114;

/** Loads pg, which users of PostgreSQL install themselves: SQLite needs none of it. */
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

/** Pads a time to microseconds, as all dates are stored here, and gives it no time zone. */
const asSqlDate = (text: string): SqlDate =>
  (text.includes(".") ? text : `${text}.`).padEnd(26, "0");

/**
 * Parsers of this connection alone: pg would read times as local Dates and bigints as text. pg's
 * own parsers stay as they are, as everything in this process that uses pg shares them.
 */
const typesOf = ({ types }: typeof pg): pg.CustomTypesConfig => ({
  getTypeParser: (oid: number, format?: "text" | "binary"): ((text: string) => unknown) => {
    if (oid === BIGINT) return Number;
    if (oid === TIMESTAMP) return asSqlDate;
    return types.getTypeParser(oid, format) as (text: string) => unknown;
  },
});

/*
 * Dates come as ISO 8601 and numbers exactly, whatever the server's defaults. A worker that stops
 * amid a transaction holds its study's lock: the server ends the transaction after two minutes, and
 * finds by keepalives, in less than a minute, that the worker's machine is gone.
 */
const SETTINGS = `
  set datestyle to iso, ymd;
  set extra_float_digits to 1;
  set idle_in_transaction_session_timeout to '120s';
  set tcp_keepalives_idle to 15;
  set tcp_keepalives_interval to 5;
  set tcp_keepalives_count to 4`;

/** Makes pg read `sslmode` as libpq does: pg alone takes `require` for `verify-full`. */
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
      // Queries are sent without waiting for the answers to those before.
      pipeline: true,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 15_000,
      fallback_application_name: "hpo",
    });
    // The next query reports the error; without a listener it would end the process.
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
