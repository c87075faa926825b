import { execFile } from "node:child_process";
import { chownSync, existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { thisProcess } from "../../system/process-identity.ts";
import { postgresBinaries } from "./postgres-binaries.ts";
import { OWNER, PREFIX, removeStale, watchedBy } from "./stale-clusters.ts";

const run = promisify(execFile);
/** PostgreSQL refuses to run as root; this user need not have a name. */
const NOBODY = 65534;

/** Nothing is kept beyond a test: what a disk would have to confirm, none is asked to. */
const SETTINGS = {
  listen_addresses: "",
  fsync: "off",
  full_page_writes: "off",
  autovacuum: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_connections: "200",
  shared_buffers: "32MB",
  jit: "off",
};

/**
 * A server of its own, in a temporary folder, reached by a socket there. It ends with this process,
 * however that ends.
 */
export interface PostgresCluster {
  /** Of one of its databases. */
  url(database: string): string;
  /** The path of its socket. */
  readonly socket: string;
  /** As after a power cut: what was committed is there again. */
  restart(): Promise<void>;
  /** Its first half: clients are cut off, and nobody answers. */
  pause(): Promise<void>;
  /** Its second half. */
  start(): Promise<void>;
  /** Ends it, and removes all it kept. */
  stop(): Promise<void>;
}

/** @throws Error if there is no PostgreSQL, or if it does not start */
export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresCluster> {
  const binaries = postgresBinaries();
  if (binaries === undefined) throw new Error("There is no PostgreSQL here. PG_BIN names one.");
  await removeStale(tmpdir());
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  await writeFile(join(folder, OWNER), JSON.stringify(thisProcess()));
  const watch = watchedBy(folder);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  const data = join(folder, "data");
  const log = join(folder, "log");
  const env = { PATH: process.env["PATH"], HOME: folder, LC_ALL: "C" };
  const call = async (program: string, ...words: string[]): Promise<void> => {
    const command = [join(binaries, program), ...words];
    const user = ["--reuid", String(NOBODY), "--regid", String(NOBODY), "--clear-groups", "--"];
    const [file, ...all] = isRoot ? ["setpriv", ...user, ...command] : command;
    try {
      await run(file, all, { cwd: folder, env });
    } catch (error) {
      const said = await readFile(log, "utf8").catch(() => "");
      throw new Error(`${program}: ${(error as Error).message}\n${said}`, { cause: error });
    }
  };
  const options = Object.entries({ ...SETTINGS, ...settings, unix_socket_directories: folder })
    .map(([name, value]) => `-c ${name}='${value}'`)
    .join(" ");
  const start = () => call("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start");
  const end = () => call("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop");
  const remove = async (): Promise<void> => {
    watch.end();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const how = ["-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"];
    await call("initdb", "-D", data, "-U", "hpo", ...how);
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    url: (database) => `postgres://hpo@localhost/${database}?host=${encodeURIComponent(folder)}`,
    socket: join(folder, ".s.PGSQL.5432"),
    restart: async () => {
      await end();
      await start();
    },
    pause: end,
    start,
    stop: async () => {
      // It may be paused.
      if (existsSync(join(data, "postmaster.pid"))) await end();
      await remove();
    },
  };
}
