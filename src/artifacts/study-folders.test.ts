import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import test from "ava";
import { ATTRIBUTE } from "../contracts/attributes.ts";
import { HpoError } from "../errors/errors.ts";
import { copyStudy, renameStudy } from "../study/manage-studies.ts";
import { loadStudy } from "../study/load-study.ts";
import { createStudy, openStudy } from "../study/open-study.ts";
import { float } from "../space/parameter.ts";
import { searchSpace } from "../space/search-space.ts";
import { folderName } from "./study-folders.ts";
import { workerPlace } from "./study-mark.ts";

const newFolder = (): string => mkdtempSync(join(tmpdir(), "hpo-folders-"));
const space = searchSpace({ x: float(0, 1) });

test("a folder's name is one that file systems take, however long and in whichever script", (t) => {
  const names = [
    "a".repeat(100),
    "a".repeat(101),
    "日".repeat(78),
    "日".repeat(86),
    "🙂".repeat(60),
    "é/".repeat(80),
  ];
  const folders = names.map(folderName);
  for (const name of folders) t.true(Buffer.byteLength(name) <= 250 && name.length <= 113, name);
  t.deepEqual([folders[0], folders[2]], [names[0], names[2]]);
  t.regex(folders[3], /^日{78}~[0-9a-f]{12}$/);
  t.regex(folders[1], /^a{100}~/);
  t.not(folderName("日".repeat(87)), folders[3]);
});

test("a trial's folder lies beside the database, is made when asked for, and keeps files", async (t) => {
  const folder = newFolder();
  const storage = `sqlite:${join(folder, "hpo.db")}`;
  const study = await createStudy({ name: "a/b c", space }, { storage });
  await study.optimize(
    (trial) => {
      if (trial.number === 0) return trial.params.x;
      t.is(relative(folder, trial.directory), join("hpo-trials", "a%2fb c", "1"));
      const path = trial.saveArtifact("plots/model.json", '{"w": 1}');
      t.is(readFileSync(path, "utf8"), '{"w": 1}');
      t.is(trial.saveArtifact(path), join(trial.directory, "model.json"));
      return trial.params.x;
    },
    { trials: 2 },
  );
  t.false(existsSync(study.directoryOf(0)), "a trial that keeps nothing leaves no folder");
  t.deepEqual(readdirSync(study.directoryOf(1)).sort(), ["model.json", "plots"]);
  const again = await loadStudy("a/b c", { storage });
  t.is(again.directoryOf(1), study.directoryOf(1));
});

test("a worker's trial has the same folder", async (t) => {
  const folder = newFolder();
  writeFileSync(
    join(folder, "objective.mjs"),
    `export default (trial) => { trial.saveArtifact("a.bin", new Uint8Array([1, 2])); trial.setUserAttr("at", trial.directory); return 1; };`,
  );
  const storage = `sqlite:${join(folder, "other.sqlite3")}`;
  const study = await createStudy({ name: "s", space }, { storage });
  const module = new URL(`file://${join(folder, "objective.mjs")}`);
  await study.optimize(module, { trials: 1, workers: 2 });
  t.is(study.best.userAttrs["at"], study.directoryOf(0));
  t.is(study.directoryOf(0), join(folder, "other.sqlite3-trials", "s", "0"));
  t.deepEqual([...readFileSync(join(study.directoryOf(0), "a.bin"))], [1, 2]);
});

test("a new study never takes over the files of one whose database is gone", async (t) => {
  const folder = newFolder();
  const path = join(folder, "hpo.db");
  const storage = `sqlite:${path}`;
  const first = await createStudy({ name: "s", space }, { storage });
  (await first.ask())!.saveArtifact("model", "old");
  await first.storage.close();
  for (const file of readdirSync(folder)) if (file.startsWith("hpo.db")) rmSync(join(folder, file));
  const second = await createStudy({ name: "s", space }, { storage });
  t.not(second.directoryOf(0), first.directoryOf(0));
  t.is((await openStudy({ name: "s", space }, { storage })).directoryOf(0), second.directoryOf(0));
  t.is(readFileSync(join(first.directoryOf(0), "model"), "utf8"), "old");
});

test("files stay with a study that is renamed, and with the original of a copy", async (t) => {
  const storage = `sqlite:${join(newFolder(), "hpo.db")}`;
  const study = await createStudy({ name: "s", space }, { storage });
  (await study.ask())!.saveArtifact("model", "1");
  await renameStudy("s", "t", { storage });
  const renamed = await loadStudy("t", { storage });
  t.is(renamed.directoryOf(0), study.directoryOf(0));
  await copyStudy("t", "u", { storage });
  t.is(basename((await loadStudy("u", { storage })).folders[0]), "u");
});

test("artifacts says where; a study that is given another place finds its earlier files", async (t) => {
  const folder = newFolder();
  const storage = `sqlite:${join(folder, "hpo.db")}`;
  const study = await createStudy({ name: "s", space }, { storage });
  (await study.ask())!.saveArtifact("model", "1");
  const artifacts = join(folder, "big disk");
  const moved = await openStudy({ name: "s", space, artifacts }, { storage });
  t.is(moved.directoryOf(1), join(artifacts, "s", "1"));
  t.is(moved.directoryOf(0), study.directoryOf(0));
  const loaded = await loadStudy("s", { storage });
  t.deepEqual(loaded.folders, moved.folders);
  await t.throwsAsync(createStudy({ name: "z", space, artifacts: "" }), {
    instanceOf: HpoError,
    message: /artifacts="" must be a folder's path/,
  });
});

test("an artefact's name stays within the folder, and what is missing is told", async (t) => {
  const study = await createStudy({ name: "s", space });
  const trial = (await study.ask())!;
  for (const name of ["../x", "/etc/x", "", ".", "a/../../x"]) {
    t.throws(() => trial.saveArtifact(name, "1"), { message: /no name within the trial's folder/ });
  }
  t.throws(() => trial.saveArtifact("/no/such/file"), { message: /there is no file/ });
  t.is(basename(trial.saveArtifact("a..b", "1")), "a..b");
  rmSync(trial.directory, { recursive: true });
});

test("a place that an earlier study of the name has on this machine is not taken for the study's own", async (t) => {
  const root = newFolder();
  const storage = `sqlite:${join(root, "hpo.db")}`;
  const study = await createStudy({ name: "s", space }, { storage });
  // Other machines have the same path, and their own files in it.
  const [place] = study.folders;
  t.is(workerPlace(place, "earlier"), place);
  mkdirSync(join(place, "0"));
  writeFileSync(join(place, "0", "model"), "of an earlier study");
  const system = { [ATTRIBUTE.key]: "this one" };
  await study.storage.setStudyAttributes(1, { system });
  const loaded = await loadStudy("s", { storage });
  t.deepEqual(loaded.folders, [`${place}~2`]);
  t.is(workerPlace(place, "this one"), `${place}~2`);
  t.is(workerPlace(place, "earlier"), place);
  // What a run of this machine alone left has no mark.
  const local = join(root, "local");
  mkdirSync(join(local, "0"), { recursive: true });
  t.is(workerPlace(local, "this one"), `${local}~2`);
  t.is(workerPlace(local, "this one"), `${local}~2`, "again");
  // As a full disk leaves it.
  const full = join(root, "full");
  mkdirSync(full);
  writeFileSync(join(full, ".hpo-study"), "");
  t.is(workerPlace(full, "this one"), `${full}~2`);
  writeFileSync(join(root, "file"), "no folder");
  t.throws(() => workerPlace(join(root, "file", "s"), "this one"), {
    message: /can't be written.*Make room/,
  });
});
