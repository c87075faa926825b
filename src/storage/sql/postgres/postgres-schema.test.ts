import test from "ava";
import { execFile } from "node:child_process";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Storage } from "../../../contracts/storage.ts";
import { HpoError, StorageError } from "../../../errors/errors.ts";
import { runSql } from "../../../testing/postgres/run-sql.ts";
import { withPostgres } from "../../../testing/postgres/with-postgres.ts";
import { completedAt, completeTrial, startedAt } from "../../../testing/storage-samples.ts";
import { tempFolder } from "../../../testing/temp-folder.ts";
import { copyStudy } from "../../../study/manage-studies.ts";
import { openStorage } from "../../open-storage.ts";

const postgres = withPostgres(test);

postgres.test("programs that open an empty database at once create its tables once", async (t) => {
  const url = await postgres.database("bare");
  const storages = await Promise.all(Array.from({ length: 6 }, () => openStorage(url)));
  await storages[0].createStudy({ name: "s", directions: ["minimize"] });
  for (const storage of storages) {
    t.is((await storage.listStudies()).length, 1);
    await storage.close();
  }
  t.deepEqual(await runSql(url, "select * from version_info"), [
    { version_info_id: 1, schema_version: 12, library_version: "5.0.0" },
  ]);
  t.deepEqual(await runSql(url, "select * from alembic_version"), [{ version_num: "v3.2.0.a" }]);
  const states = "select unnest(enum_range(null::trialstate))::text as state";
  t.deepEqual(
    (await runSql(url, states)).map(({ state }) => state),
    ["RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING"],
  );
});

postgres.test("dates and numbers do not depend on the server's settings", async (t) => {
  const url = await postgres.database();
  const name = new URL(url).pathname.slice(1);
  await runSql(
    url,
    `alter database ${name} set datestyle to 'German'; alter database ${name} set timezone to
      'Asia/Tokyo'; alter database ${name} set extra_float_digits to -10`,
  );
  const storage = await openStorage(url);
  t.teardown(() => storage.close());
  const { id } = await storage.createStudy({ name: "s", directions: ["minimize"] });
  const [added] = await storage.createTrials(id, [completeTrial(0.1 + 0.2)]);
  const [read] = (await storage.readTrials(id)).trials;
  t.deepEqual([read.startedAt, read.completedAt], [startedAt, completedAt]);
  t.deepEqual(read, added);
  t.deepEqual(await runSql(url, "set datestyle to iso; select datetime_start::text from trials"), [
    { datetime_start: "2026-01-02 03:04:05.678" },
  ]);
});

postgres.test("tables of other programs stay; those with our names are not touched", async (t) => {
  const beside = await postgres.database("bare");
  await runSql(beside, "create table customers (id int)");
  await (await openStorage(beside)).close();
  t.deepEqual(await runSql(beside, "select * from customers"), []);

  const taken = await postgres.database("bare");
  await runSql(taken, "create table studies (id int)");
  await t.throwsAsync(openStorage(taken), {
    instanceOf: StorageError,
    message: /something else: it holds studies/,
  });
  const newer = await postgres.database();
  await runSql(newer, "update alembic_version set version_num = 'v9'");
  await t.throwsAsync(openStorage(newer), { message: /revision v9 .*v3\.2\.0\.a/s });
});

postgres.test("a schema of the search path holds a set of tables of its own", async (t) => {
  const url = await postgres.database();
  await runSql(url, "create schema team");
  const storage = await openStorage(`${url}&options=-csearch_path%3Dteam`);
  t.teardown(() => storage.close());
  await storage.createStudy({ name: "s", directions: ["minimize"] });
  t.deepEqual(await runSql(url, "select study_name from team.studies"), [{ study_name: "s" }]);
  t.deepEqual(await runSql(url, "select study_name from public.studies"), []);
});

postgres.test("a value that a column can't hold spoils no other write", async (t) => {
  const storage = await openStorage(await postgres.database());
  t.teardown(() => storage.close());
  const results = await Promise.allSettled(
    ["a", "x".repeat(513), "b"].map((name) =>
      storage.createStudy({ name, directions: ["minimize"] }),
    ),
  );
  t.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  const reason = (results[1] as PromiseRejectedResult).reason as Error;
  t.true(reason instanceof HpoError);
  t.regex(reason.message, /too long.*Shorten/s);
});

postgres.test("studies of another database, by Optuna, are copied whole", async (t) => {
  const path = join(await tempFolder(t), "optuna.db");
  await copyFile("src/testing/golden/optuna-5.0.0.sqlite3", path);
  const from = await openStorage(path);
  const to = await openStorage(await postgres.database());
  t.teardown(() => Promise.all([from.close(), to.close()]));
  for (const { id, name } of await from.listStudies()) {
    await from.indexFinished(id);
    await copyStudy(name, name, { storage: from, to });
    const copy = await to.findStudy(name);
    const read = async (storage: Storage, study: number) =>
      (await storage.readTrials(study)).trials.map(({ id: _id, ...trial }) => trial);
    t.deepEqual(await read(to, copy!.id), await read(from, id), name);
    t.deepEqual(copy!.userAttrs, (await from.findStudy(name))!.userAttrs);
  }
});

test("a server that is not there is told of at once, without the password", async (t) => {
  for (const url of [
    "postgres://me:s3cret@127.0.0.1:1/db",
    "postgresql+psycopg2://me@127.0.0.1:1/db?password=s3cret",
  ]) {
    const error = await t.throwsAsync(openStorage(url), {
      instanceOf: StorageError,
      message: /postgres:\/\/me@127\.0\.0\.1:1\/db: no server answers there.*port/,
    });
    t.notRegex(String(error?.stack), /s3cret/);
  }
  await t.throwsAsync(openStorage("postgres:hpo"), { message: /names no server.*postgres:\/\// });
});

test("without the package pg it is said what to install", async (t) => {
  const hook = `export async function resolve(name, context, next) {
    if (name !== "pg") return next(name, context);
    throw Object.assign(new Error("not found"), { code: "ERR_MODULE_NOT_FOUND" });
  }`;
  const register = `import { register } from "node:module"; register(${JSON.stringify(
    `data:text/javascript,${encodeURIComponent(hook)}`,
  )})`;
  const program = `import { openStorage } from ${JSON.stringify(
    new URL("../../open-storage.js", import.meta.url).href,
  )};
    await openStorage("postgres://127.0.0.1/db").catch((error) => console.log(error.message));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...["--import", `data:text/javascript,${encodeURIComponent(register)}`],
    ...["--input-type=module", "--eval", program],
  ]);
  t.regex(stdout, /npm install pg/);
});
