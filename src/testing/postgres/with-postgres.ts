import type { ExecutionContext, TestFn } from "ava";
import { openStorage } from "../../storage/open-storage.ts";
import { postgresBinaries } from "./postgres-binaries.ts";
import { runSql } from "./run-sql.ts";
import { startPostgres, type PostgresCluster } from "./postgres-cluster.ts";

type Declare = (title: string, body: (t: ExecutionContext) => Promise<void>) => void;

/** A real server for the tests of a file; `.ci/run` fails where it is not there. */
export interface TestPostgres {
  /** As ava's; each test is skipped where there is no server. */
  readonly test: Declare;
  readonly serial: Declare;
  readonly cluster: PostgresCluster;
  /** The URL of a database of one's own; with Optuna's tables, unless it is to be `bare`. */
  database(kind?: "bare"): Promise<string>;
}

const TEMPLATE = "hpo_template";

export function withPostgres(
  ava: TestFn,
  settings?: Readonly<Record<string, string>>,
): TestPostgres {
  const isThere = postgresBinaries() !== undefined;
  if (!isThere) {
    console.error("SKIPPED: no PostgreSQL. npm ci installs one; PG_BIN names another's programs.");
  }
  let cluster: PostgresCluster;
  let count = 0;
  let last: Promise<unknown> = Promise.resolve();

  const create = async (name: string, template?: string): Promise<string> => {
    const like = template === undefined ? "" : ` template ${template} strategy file_copy`;
    await runSql(cluster.url("postgres"), `create database ${name}${like}`);
    return cluster.url(name);
  };
  if (isThere) {
    ava.before("a server starts", async () => {
      cluster = await startPostgres(settings);
      await (await openStorage(await create(TEMPLATE))).close();
    });
    ava.after.always("the server ends", () => cluster?.stop());
  }
  return {
    test: (title, body) => (isThere ? ava : ava.skip)(title, body),
    serial: (title, body) => (isThere ? ava.serial : ava.skip)(title, body),
    get cluster() {
      return cluster;
    },
    database: (kind) => {
      const name = `test${count++}`;
      // One after the other: nobody else may use the template meanwhile.
      const made = last.then(() => create(name, kind === "bare" ? undefined : TEMPLATE));
      last = made;
      return made;
    },
  };
}
