import test from "ava";
import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { HpoError, StorageError } from "../../../errors/errors.ts";
import { tempFolder } from "../../../testing/temp-folder.ts";
import { openStorage } from "../../open-storage.ts";
import { sqlStorage } from "../sql-storage.ts";
import { connectSqlite } from "./sqlite-connection.ts";
import { explained, isBusy, isReadOnlyHere } from "./sqlite-errors.ts";

const study = { name: "s", directions: ["minimize"] } as const;
const query = (sql: string) => ({ sql, parameters: [] });

/** Asserts that the error names the file and the cause, and says what to do. */
const says = (path: string, cause: RegExp, remedy: RegExp) => ({
  instanceOf: StorageError,
  message: (message: string) =>
    message.includes(path) && cause.test(message) && remedy.test(message),
});

test("a file that can't be opened is told as read-only where it is", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  await writeFile(path, "");
  const error = Object.assign(new Error("unable to open database file"), { errcode: 14 });
  const told = () => explained(error, `sqlite://${path}`, path, 1).message;
  t.regex(told(), /can't be opened .*See that it is a file/);
  const other = Object.assign(new Error("database is locked"), { errcode: 5 });
  await chmod(path, 0o400);
  t.regex(explained(other, path, path, 2000).message, /locked for more than 2 s/);
  // Root may write whatever it is.
  if (process.getuid?.() !== 0) t.regex(told(), /is read-only/);
});

test("a missing folder", async (t) => {
  const path = join(await tempFolder(t), "missing", "hpo.db");
  const error = says(path, /folder .*missing does not exist/, /Create it/);
  await t.throwsAsync(openStorage(path), error);
});

test("a folder in place of a file", async (t) => {
  const path = await tempFolder(t);
  await t.throwsAsync(openStorage(path), says(path, /is no file/, /Give the path/));
});

test("a file that is no database", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  await writeFile(path, "number,state,value\n".repeat(100));
  await t.throwsAsync(openStorage(path), says(path, /no SQLite database/, /another path/));
});

test("a database of another program", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const connection = await connectSqlite(path);
  await connection.write((tx) => tx.all(query("create table customers (id integer)")));
  await connection.close();
  const error = says(path, /something else.*customers/, /another place/);
  await t.throwsAsync(openStorage(path), error);
});

test("another version of the schema", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  await (await openStorage(path)).close();
  const connection = await connectSqlite(path);
  const newer = "update alembic_version set version_num = 'v9.0.0.a'";
  await connection.write((tx) => tx.all(query(newer)));
  await connection.close();
  const error = says(path, /v9\.0\.0\.a.*v3\.2\.0\.a/, /optuna storage upgrade.*update hpo/);
  await t.throwsAsync(openStorage(path), error);
});

test("a file that another process keeps locked", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const storage = await openStorage(path, { busyTimeoutMs: 100 });
  const holder = await connectSqlite(path);
  let release = () => {};
  const held = holder.write(() => new Promise<void>((done) => (release = done)));
  const locked = says(path, /locked for more than 0\.1 s/, /busyTimeoutMs/);
  await t.throwsAsync(storage.createStudy(study), locked);
  await t.throwsAsync(openStorage(path, { busyTimeoutMs: 100 }), locked);
  t.deepEqual(await storage.listStudies(), [], "it can be read all the same");
  release();
  await held;
  t.is((await storage.createStudy(study)).name, "s");
  await Promise.all([storage.close(), holder.close()]);
});

test("a full disk: what was acknowledged is kept, and the study goes on once there is space", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const connection = await connectSqlite(path);
  const storage = await sqlStorage(connection);
  t.teardown(() => storage.close());
  const { id } = await storage.createStudy(study);
  const limit = (pages: number) =>
    connection.write((tx) => tx.all(query(`PRAGMA max_page_count = ${pages}`)));
  const [{ page_count: pages }] = await connection.read((tx) =>
    tx.all<{ page_count: number }>(query("PRAGMA page_count")),
  );
  await limit(pages + 3);
  const trial = {
    state: "running",
    params: {},
    distributions: {},
    reports: [],
    userAttrs: { blob: "x".repeat(1000) },
    systemAttrs: {},
  } as const;
  let acknowledged = 0;
  const fill = async () => {
    for (;;) acknowledged += (await storage.createTrials(id, [trial]))?.length ?? 0;
  };
  await t.throwsAsync(fill, says(path, /full/, /Free some space/));
  t.true(acknowledged > 0);
  t.is((await storage.readTrials(id)).trials.length, acknowledged);
  await limit(pages + 1000);
  t.is((await storage.createTrials(id, [trial]))?.[0].number, acknowledged);
});

test("a closed storage", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const storage = await openStorage(path);
  const last = storage.createStudy(study);
  await storage.close();
  await storage.close();
  t.is((await last).name, "s", "what was called before is done");
  const closed = says(path, /was closed/, /Open it again/);
  await t.throwsAsync(storage.createStudy({ ...study, name: "t" }), closed);
  await t.throwsAsync(storage.listStudies(), closed);
});

test("a URL that is no storage", async (t) => {
  const wrong = (url: string, cause: RegExp) =>
    t.throwsAsync(openStorage(url), { instanceOf: HpoError, message: cause });
  await wrong("postgresql:hpo", /names no server.*postgres:/);
  await wrong("mysql://me:secret@localhost/hpo", /^(?!.*secret).*mysql: is no storage.*sqlite:/);
  await wrong("sqlite:", /"sqlite:" names no file/);
  await wrong("sqlite://hpo.db", /names no file/);
  await wrong("", /names no file/);
  await wrong(" ", /names no file/);
  await wrong("memory", /"memory" may mean two things\. Give memory: .* or \.\/memory/);
  await wrong("sqlite:///:memory:", /is a file here/);
});

test("Optuna's URLs open the same file as a path", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const names = [path, `sqlite:${path}`, `sqlite:///${path}`];
  for (const [index, url] of names.entries()) {
    const storage = await openStorage(url);
    t.is(storage.url, `sqlite:${path}`);
    await storage.createStudy({ ...study, name: `s${index}` });
    t.is((await storage.listStudies()).length, index + 1);
    await storage.close();
  }
});

test("a worker thread", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const module = JSON.stringify(new URL("../../open-storage.js", import.meta.url).href);
  const worker = new Worker(
    `import(${module}).then(({ openStorage }) => openStorage(${JSON.stringify(path)})).catch(
      ({ message }) => require("node:worker_threads").parentPort.postMessage(message))`,
    { eval: true },
  );
  const message = await new Promise<string>((resolve) => worker.once("message", resolve));
  t.regex(message, /hpo\.db: a database is opened in the main thread only/);
});

test("what this user may only read is read, and the first write says why it can't be", async (t) => {
  const folder = await tempFolder(t);
  const [locked, open] = [join(folder, "locked"), join(folder, "open")];
  await Promise.all([mkdir(locked), mkdir(open)]);
  const withStudy = async (path: string) => {
    const storage = await openStorage(path);
    await storage.createStudy(study);
    return storage;
  };
  const [file, there] = [join(open, "hpo.db"), join(locked, "there.db")];
  for (const path of [file, there]) await (await withStudy(path)).close();
  const busy = await withStudy(join(locked, "busy.db"));
  // As after a kill: the writes are in the log alone.
  for (const end of ["", "-wal"]) {
    await copyFile(join(locked, `busy.db${end}`), join(locked, `left.db${end}`));
  }
  await busy.close();
  for (const name of await readdir(locked)) {
    // SQLite's index of the log goes by itself, at times amid this.
    if (!name.endsWith("-shm")) await chmod(join(locked, name), 0o644);
  }
  await Promise.all([chmod(file, 0o444), chmod(locked, 0o555), chmod(folder, 0o755)]);
  await chmod(open, 0o777);
  const fixture = fileURLToPath(new URL("../../../testing/open-unprivileged.js", import.meta.url));
  const paths = [file, there, join(locked, "new.db"), join(locked, "left.db")];
  const { stdout } = await promisify(execFile)(process.execPath, [fixture, ...paths]);
  await chmod(locked, 0o755);
  const [onFile, onBoth, onFolder, onLog] = stdout.trim().split("\n");
  const readOnly =
    /^studies \[s\], StorageError: sqlite:.*(hpo|there)\.db.*read-only.*write permission/;
  t.regex(onFile, readOnly);
  t.regex(onBoth, readOnly);
  t.regex(onFolder, /^StorageError: sqlite:.*new\.db.*can't be opened.*read and write/);
  t.regex(
    onLog,
    /^StorageError: sqlite:.*left\.db-wal holds what is not in the file.*Copy the two/,
  );
});

test("each of SQLite's errors is told by its code, or its text, with what to do", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  await writeFile(path, "");
  const errors: readonly (readonly [code: number, text: string, told: RegExp])[] = [
    [5, "database is locked", /locked for more than 2 s .*busyTimeoutMs/],
    [6, "database table is locked", /locked for more than 2 s/],
    [8, "attempt to write a readonly database", /is read-only .*write permission/],
    [10, "disk I/O error", /could not be read or written .*no network share/],
    [11, "database disk image is malformed", /is damaged .*\.recover/],
    [13, "database or disk is full", /is full; what was acknowledged before is safe/],
    [14, "unable to open database file", /can't be opened|is read-only/],
    [26, "file is not a database", /is no SQLite database/],
    [1, "something else", /a statement failed .*fault of hpo/],
  ];
  for (const [code, text, told] of errors) {
    const byCode = Object.assign(new Error("by its code"), { errcode: code | 256 });
    for (const cause of [byCode, new Error(text)]) {
      const error = explained(cause, `sqlite:${path}`, path, 2000);
      t.regex(error.message, told, text);
      t.true(error.message.includes(cause.message) && error.cause === cause);
      t.is(isBusy(cause), code === 5, text);
      t.is(isBusy(error), code === 5, `${text}, explained`);
    }
    t.is(isReadOnlyHere(byCode, path), code === 8, text);
    t.false(isReadOnlyHere(byCode, `${path}.none`));
  }
  const large = new Error("Value is too large to be represented as a JavaScript number: 1e18");
  t.regex(
    explained(large, path, path, 1).message,
    /beyond 2\^53 .*Go on with the program that wrote it/,
  );
  const own = new HpoError("ours");
  t.is(explained(own, path, path, 1), own);
  t.false(isBusy(undefined));
});
