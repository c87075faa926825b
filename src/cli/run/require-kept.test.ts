import test from "ava";
import { closeSync, copyFileSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { openStorage } from "../../storage/open-storage.ts";
import { loadSqlite } from "../../storage/sql/sqlite/sqlite-driver.ts";
import { loadStudy } from "../../study/load-study.ts";
import { renameStudy } from "../../study/manage-studies.ts";
import { folderWithBowl, newFolder, STUDY } from "../fixtures/bowl-study.ts";
import { hpoHere as hpo } from "../fixtures/hpo-here.ts";
import { requireKept } from "./require-kept.ts";

const DAMAGING = `import { openSync, writeSync } from "node:fs";
${STUDY.replace(
  "objective: (trial) => {",
  `objective: (trial) => {
    const file = openSync("hpo.db", "r+");
    writeSync(file, Buffer.alloc(4096 * 4, 7), 0, 4096 * 4, 4096 * 4);`,
)}`;

test.serial(
  "a run whose database is overwritten in place says so, and not where it is kept",
  async (t) => {
    const folder = newFolder();
    writeFileSync(join(folder, "bowl.mjs"), STUDY);
    t.is((await hpo(folder, "study run bowl.mjs")).code, 0);
    writeFileSync(join(folder, "bowl.mjs"), DAMAGING);
    const { code, out, err } = await hpo(folder, "study run bowl.mjs --trials 7");
    t.is(code, 1, out);
    t.regex(err, /hpo\.db.*damaged/);
    t.notRegex(out, /Kept in/);
  },
);

/** Overwrites a page that no run reads. */
async function damage(path: string): Promise<void> {
  const database = (await loadSqlite())(path, { timeout: 1000 });
  const { rootpage } = database
    .prepare("select rootpage from sqlite_master where name = 'version_info'")
    .get() as { rootpage: number };
  database.close();
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(4096, 7), 0, 4096, (rootpage - 1) * 4096);
  closeSync(file);
}

for (const command of [
  "study confirm bowl --top 1 --seeds 1",
  "study serve bowl.mjs --trials 6 --until-done --listen 127.0.0.1:0",
  "study work sqlite:hpo.db --file bowl.mjs",
]) {
  test.serial(`hpo ${command} looks at its end whether its database is whole`, async (t) => {
    const folder = await folderWithBowl();
    await damage(join(folder, "hpo.db"));
    const { code, err } = await hpo(folder, command);
    t.is(code, 1);
    t.regex(err, /does not hold study .* damaged or overwritten/);
  });
}

test.serial("a study that an older copy of its database replaced is told as lost", async (t) => {
  const folder = newFolder();
  writeFileSync(join(folder, "bowl.mjs"), STUDY);
  await hpo(folder, "study run bowl.mjs --trials 3");
  const [path, older] = [join(folder, "hpo.db"), join(folder, "older.db")];
  copyFileSync(path, older);
  await hpo(folder, "study run bowl.mjs");
  const storage = await openStorage(path);
  t.teardown(() => storage.close());
  const study = await loadStudy("bowl", { storage });
  await study.refresh();
  await requireKept(study, path);
  await renameStudy("bowl", "renamed", { storage });
  await requireKept(study, path);
  await t.throwsAsync(requireKept(study, older), {
    message: /older\.db does not hold study "bowl" as it ran.*Trial 3 is not in it/,
  });
});
