import test from "ava";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openStorage } from "../../storage/open-storage.ts";
import { viewStudy } from "../../study/study-view.ts";
import { newFolder, STUDY } from "../fixtures/bowl-study.ts";
import { hpoHere as hpo } from "../fixtures/hpo-here.ts";
import { requireKept } from "./require-kept.ts";

test.serial(
  "a run whose database is overwritten in place says so instead of where it is kept",
  async (t) => {
    const folder = newFolder();
    writeFileSync(join(folder, "bowl.mjs"), STUDY);
    t.is((await hpo(folder, "study run bowl.mjs")).code, 0);
    const damaging = STUDY.replace(
      "objective: (trial) => {",
      `objective: (trial) => {
        const file = openSync("hpo.db", "r+");
        writeSync(file, Buffer.alloc(4096 * 4, 7), 0, 4096 * 4, 4096 * 4);`,
    );
    const program = `import { openSync, writeSync } from "node:fs";\n${damaging}`;
    writeFileSync(join(folder, "bowl.mjs"), program);
    const { code, out, err } = await hpo(folder, "study run bowl.mjs --trials 7");
    t.is(code, 1, out);
    t.regex(err, /hpo\.db.*damaged/);
    t.notRegex(out, /Kept in/);
  },
);

test.serial("a study that an older copy of its database replaced is told as lost", async (t) => {
  const folder = newFolder();
  writeFileSync(join(folder, "bowl.mjs"), STUDY);
  await hpo(folder, "study run bowl.mjs --trials 3");
  const [path, older] = [join(folder, "hpo.db"), join(folder, "older.db")];
  copyFileSync(path, older);
  await hpo(folder, "study run bowl.mjs");
  const storage = await openStorage(path);
  t.teardown(() => storage.close());
  const study = await viewStudy("bowl", storage);
  await requireKept(study, path);
  await t.throwsAsync(requireKept(study, older), {
    message: /older\.db does not hold study "bowl" as it ran.*Trial 3 is not in it/,
  });
});
