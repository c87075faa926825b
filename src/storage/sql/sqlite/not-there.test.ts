import test from "ava";
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  createStudy,
  float,
  listStudies,
  loadStudy,
  openStorage,
  searchSpace,
  StorageError,
  StorageNotFoundError,
} from "../../../index.ts";
import { hpoHere } from "../../../cli/fixtures/hpo-here.ts";
import { tempFolder } from "../../../testing/temp-folder.ts";

// A user would miss: the study that a typo in a path hides behind an empty database of that name.

test.serial(
  "who looks for a study in a file that is not there is told so, and no file is made",
  async (t) => {
    const folder = await tempFolder(t);
    const path = join(folder, "typo.db");
    const storage = `sqlite:${path}`;
    const expected = {
      instanceOf: StorageNotFoundError,
      message: /there is no file .*typo\.db\. .*--storage/,
    };
    await t.throwsAsync(loadStudy("a", { storage }), expected);
    await t.throwsAsync(loadStudy(null as never), {
      message: /A study's name=null must be a text/,
    });
    await t.throwsAsync(listStudies({ storage }), expected);
    await t.throwsAsync(openStorage(storage, { create: false }), expected);
    const list = await hpoHere(folder, ["study", "list", "--storage", storage]);
    t.regex(list.err, /there is no file .*typo\.db/);
    t.deepEqual(readdirSync(folder), []);

    await (await openStorage(storage)).close();
    t.true(existsSync(path), "whoever writes begins one");
    t.deepEqual(await listStudies({ storage }), []);
  },
);

// A user would miss: why a database in another user's folder, which root may enter, is not opened.
test("a place that can't be seen is told of with its remedy", async (t) => {
  const folder = await tempFolder(t);
  const loop = join(folder, "loop");
  symlinkSync(loop, loop);
  for (const path of [loop, join(loop, "x.db"), join(folder, "x".repeat(300))]) {
    await t.throwsAsync(openStorage(path), {
      instanceOf: StorageError,
      message: /can't be seen \(E(LOOP|NAMETOOLONG): .*permission to enter its folder, or choose/,
    });
  }
});

test("a file of one byte, which SQLite takes for an empty one, is not overwritten", async (t) => {
  const path = join(await tempFolder(t), "note.txt");
  writeFileSync(path, "x");
  await t.throwsAsync(openStorage(path), { message: /note\.txt is no SQLite database/ });
  t.is(readFileSync(path, "utf8"), "x");
});

test.serial("a copy without its -wal file is not taken for an empty storage", async (t) => {
  const folder = await tempFolder(t);
  const path = join(folder, "hpo.db");
  const storage = await openStorage(path);
  await createStudy({ name: "a", space: searchSpace({ x: float(0, 1) }) }, { storage });
  t.true(existsSync(`${path}-wal`));
  const copy = join(folder, "copy.db");
  copyFileSync(path, copy);
  await storage.close();
  await t.throwsAsync(loadStudy("a", { storage: copy }), {
    instanceOf: StorageNotFoundError,
    message: /copy\.db is empty: .*its -wal file/,
  });
  const list = await hpoHere(folder, ["study", "list", "--storage", copy, "--json"]);
  t.regex(list.err, /copy\.db is empty: .*its -wal file/);
  t.deepEqual(JSON.parse(list.out), []);
});

test.serial("a copy whose studies stand in the -wal file alone is told of as that", async (t) => {
  const folder = await tempFolder(t);
  const [path, copy] = [join(folder, "a.db"), join(folder, "copy.db")];
  await (await openStorage(path)).close();
  const storage = await openStorage(path);
  await createStudy({ name: "s" }, { storage });
  copyFileSync(path, copy);
  await storage.close();
  const { out } = await hpoHere(folder, "study list --storage sqlite:copy.db");
  t.regex(
    out,
    /copy\.db has no study yet\. If it is a copy, its -wal file may hold some: copy both\./,
  );
  await t.throwsAsync(loadStudy("s", { storage: `sqlite:${copy}` }), {
    message: /has no study "s"\. There are none\. If it is a copy, its -wal file may/,
  });
});
