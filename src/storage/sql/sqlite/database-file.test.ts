import test from "ava";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { StorageError } from "../../../errors/errors.ts";
import { tempFolder } from "../../../testing/temp-folder.ts";
import { openStorage } from "../../open-storage.ts";
import { connectSqlite } from "./sqlite-connection.ts";
import { loadSqlite } from "./sqlite-driver.ts";

const study = { name: "s", directions: ["minimize"] } as const;

/** What may happen to an open database's files, with the error that tells it. */
const accidents: Readonly<Record<string, readonly [(path: string) => void, RegExp]>> = {
  moved: [(path) => renameSync(path, `${path}.old`), /hpo\.db was moved or deleted.*Put it back/],
  deleted: [(path) => rmSync(path), /hpo\.db was moved or deleted/],
  "in a folder that is removed": [
    (path) => rmSync(join(path, ".."), { recursive: true }),
    /hpo\.db was moved or deleted/,
  ],
  "in a folder that is moved": [
    (path) => renameSync(join(path, ".."), `${join(path, "..")}-old`),
    /hpo\.db was moved or deleted/,
  ],
  replaced: [
    (path) => {
      copyFileSync(path, `${path}.copy`);
      renameSync(`${path}.copy`, path);
    },
    /hpo\.db was replaced by another file/,
  ],
  emptied: [(path) => truncateSync(path), /hpo\.db was emptied or overwritten.*and has 0/],
  "cut short": [(path) => truncateSync(path, 3 * 4096), /hpo\.db was emptied or overwritten/],
  "overwritten by an older and shorter one": [
    (path) => writeFileSync(path, "no database"),
    /hpo\.db was emptied or overwritten/,
  ],
  "without its log": [(path) => rmSync(`${path}-wal`), /hpo\.db-wal was moved or deleted/],
};

/** Moves what the write-ahead log holds into the database, as SQLite does from time to time. */
async function intoTheFile(path: string): Promise<void> {
  const other = await connectSqlite(path);
  await other.close();
}

for (const [what, [happens, told]] of Object.entries(accidents)) {
  test(`a database ${what} in mid-run is noticed at the next write`, async (t) => {
    const folder = join(await tempFolder(t), "studies");
    mkdirSync(folder);
    const path = join(folder, "hpo.db");
    const storage = await openStorage(path);
    t.teardown(() => storage.close());
    const { id } = await storage.createStudy(study);
    await intoTheFile(path);
    await storage.setStudyAttributes(id, { user: { a: 0 } });
    happens(path);
    const gone = { instanceOf: StorageError, message: told };
    await t.throwsAsync(storage.setStudyAttributes(id, { user: { a: 1 } }), gone);
    await t.throwsAsync(
      storage.inTurn(id, async () => t.fail("no turn is taken")),
      gone,
    );
    await t.throwsAsync(storage.beat("w"), gone);
  });
}

test("a database that another program made shorter goes on", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const storage = await openStorage(path);
  t.teardown(() => storage.close());
  const { id } = await storage.createStudy(study);
  await storage.setStudyAttributes(id, { user: { long: "x".repeat(100_000) } });
  await intoTheFile(path);
  await storage.setStudyAttributes(id, { user: { long: "short" } });
  const before = statSync(path).size;
  const database = (await loadSqlite())(path, { timeout: 1000 });
  database.exec("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  t.true(statSync(path).size < before);
  await storage.setStudyAttributes(id, { user: { long: "and on" } });
  t.deepEqual((await storage.findStudy("s"))?.userAttrs, { long: "and on" });
});

test("a database that was put back goes on", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const storage = await openStorage(path);
  t.teardown(() => storage.close());
  const { id } = await storage.createStudy(study);
  renameSync(path, `${path}.old`);
  await t.throwsAsync(storage.setStudyAttributes(id, { user: { a: 1 } }));
  renameSync(`${path}.old`, path);
  await storage.setStudyAttributes(id, { user: { a: 2 } });
  t.deepEqual((await storage.findStudy("s"))?.userAttrs, { a: 2 });
});

const modesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [
      name,
      (statSync(join(folder, name)).mode & 0o777).toString(8),
    ]),
  );

test("its files are its owner's alone, unless told otherwise or there before", async (t) => {
  const expected = { private: "600", shared: "664", "there before": "640" };
  for (const [how, mode] of Object.entries(expected)) {
    const folder = await tempFolder(t);
    const path = join(folder, "hpo.db");
    if (how === "there before") {
      writeFileSync(path, "");
      chmodSync(path, 0o640);
    }
    const storage = await openStorage(path, how === "shared" ? { mode: 0o664 } : {});
    await storage.createStudy(study);
    t.deepEqual(modesIn(folder), { "hpo.db": mode, "hpo.db-wal": mode, "hpo.db-shm": mode }, how);
    await storage.close();
  }
});

test("what is acknowledged is on the disk, unless told otherwise", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  for (const [options, level] of [
    [{}, 2],
    [{ synchronous: "full" }, 2],
    [{ synchronous: "normal" }, 1],
  ] as const) {
    const connection = await connectSqlite(path, options);
    const query = { sql: "PRAGMA synchronous", parameters: [] };
    const [row] = await connection.read((tx) => tx.all<{ synchronous: number }>(query));
    t.is(row.synchronous, level, JSON.stringify(options));
    await connection.close();
  }
});

test("the file of a closed storage has all in itself, for who copies it", async (t) => {
  const path = join(await tempFolder(t), "hpo.db");
  const storage = await openStorage(path);
  await storage.createStudy(study);
  await storage.close();
  copyFileSync(path, `${path}.copy`);
  const copy = await openStorage(`${path}.copy`);
  t.is((await copy.findStudy("s"))?.name, "s");
  await copy.close();
});
