import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { folderWith, hpo } from "../cli/fixtures/hpo.ts";
import type { LiveTrial } from "../contracts/objective.ts";
import { openStorage } from "../storage/open-storage.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { createStudy } from "./open-study.ts";
import { bestDirectories, studyArtifacts } from "./trial-artifacts.ts";

const PROGRAM = `import { writeFileSync } from "node:fs";
import { join } from "node:path";
const x = Number(process.argv[2]);
writeFileSync(join(process.env.HPO_CHECKPOINT_DIR, "model.pt"), "model " + x);
console.log(JSON.stringify({ value: x }));`;

const YAML = `name: kept
trials: 4
seed: 3
space: { x: { type: float, low: 0, high: 1 } }
command: ["${process.execPath}", train.mjs, "{x}"]
`;

function ranStudy(): string {
  const folder = folderWith({ "study.yaml": YAML, "train.mjs": PROGRAM });
  const { code, err } = hpo(folder, "study run study.yaml --quiet");
  if (code !== 0) throw new Error(err);
  return folder;
}

test("the best trial's files are found by one command, cleaned with a look first, and deleted only if so told", (t) => {
  const folder = ranStudy();
  const best = hpo(folder, "study artifacts kept --best").out.trim();
  const value = (JSON.parse(hpo(folder, "study best kept --json").out) as { values: number[] })
    .values[0];
  t.is(readFileSync(join(best, "checkpoints", "model.pt"), "utf8"), `model ${value}`);
  t.regex(hpo(folder, "study artifacts kept").out, /trial +result +files +size\n0 .* 2 +\d+ B/);
  t.regex(hpo(folder, "study artifacts kept 2").out, /checkpoints\/model\.pt +\d+ B\nstdout\.log/);

  const dry = hpo(folder, "study artifacts kept --clean --keep-best 1");
  t.regex(dry.out, /Would remove \d+ B of 3 trials.*\nRemove it: the same with --yes/);
  const models = (): number[] =>
    [0, 1, 2, 3].filter((n) =>
      existsSync(join(folder, `hpo-trials/kept/${n}/checkpoints/model.pt`)),
    );
  t.is(models().length, 4, "a dry run removes nothing");
  const { removed, trials } = JSON.parse(
    hpo(folder, "study artifacts kept --clean --keep-best 1 --yes --json").out,
  ) as { removed: boolean; trials: unknown[] };
  t.true(removed);
  t.is(trials.length, 3);
  t.deepEqual(models(), [Number(best.split("/").at(-1))]);
  t.true(existsSync(join(folder, "hpo-trials/kept/0/stdout.log")), "what was printed stays");
  t.regex(hpo(folder, "study artifacts kept --clean --keep-best 1").out, /nothing to remove/);

  t.regex(hpo(folder, "study delete kept").err, /Its files, .* in \S+\/hpo-trials\/kept, stay/);
  t.regex(hpo(folder, "study delete kept --yes --files").out, /are removed/);
  t.false(existsSync(join(folder, "hpo-trials", "kept")));
});

test("the best trial's checkpoint is found by one command: its files, the newest last", (t) => {
  const program = PROGRAM.replace(
    'writeFileSync(join(process.env.HPO_CHECKPOINT_DIR, "model.pt"), "model " + x);',
    `import { utimesSync } from "node:fs";
for (const [i, name] of ["b.pt", "a.pt"].entries()) {
  const path = join(process.env.HPO_CHECKPOINT_DIR, name);
  writeFileSync(path, name + x);
  utimesSync(path, 1000 + i, 1000 + i);
}
writeFileSync(join(process.env.HPO_TRIAL_DIR, "notes.txt"), "");`,
  );
  const folder = folderWith({ "study.yaml": YAML, "train.mjs": program });
  t.is(hpo(folder, "study run study.yaml --quiet").code, 0);
  const best = JSON.parse(hpo(folder, "study best kept --json").out) as {
    number: number;
    values: number[];
  };
  const paths = hpo(folder, "study artifacts kept --checkpoint").out.trim().split("\n");
  t.deepEqual(
    paths.map((path) => readFileSync(path, "utf8")),
    [`b.pt${best.values[0]}`, `a.pt${best.values[0]}`],
  );
  const [told] = JSON.parse(hpo(folder, "study artifacts kept --checkpoint --json").out) as {
    number: number;
    values: number[];
    files: string[];
  }[];
  t.is(told.number, best.number);
  t.deepEqual([told.values, told.files], [best.values, paths]);

  rmSync(join(paths[0], ".."), { recursive: true });
  t.regex(hpo(folder, "study artifacts kept --checkpoint").out, /notes\.txt\n$/);
  rmSync(join(paths[0], "..", "..", "notes.txt"));
  const none = hpo(folder, "study artifacts kept --checkpoint");
  t.is(none.code, 1);
  t.regex(none.err, /The best trial, \d, keeps no checkpoint in .* HPO_CHECKPOINT_DIR/);
});

test("without files, that is said", (t) => {
  const folder = folderWith({
    "study.yaml": `${YAML}outputLimitMiB: 0\n`,
    "train.mjs": "console.log(JSON.stringify({ value: 1 }))",
  });
  hpo(folder, "study run study.yaml --quiet --trials 1");
  t.regex(hpo(folder, "study artifacts kept").out, /keep no files/);
  t.is(hpo(folder, "study artifacts kept 0 --json").code, 0);
  t.regex(hpo(folder, "study artifacts nothing --best").err, /has no study "nothing"/);
});

test("trials that keep nothing are no artifacts of their study", async (t) => {
  const folder = await tempFolder(t);
  const storage = await openStorage(join(folder, "hpo.db"));
  t.teardown(() => storage.close());
  const study = await createStudy({ name: "s", artifacts: join(folder, "files") }, { storage });
  const objective = (trial: LiveTrial) => {
    const { number } = trial;
    if (number === 1) trial.saveArtifact("model.pt", "12345");
    return number;
  };
  await study.optimize(objective, { trials: 3 });
  const kept = studyArtifacts(study).map(({ trial, bytes }) => [trial.number, bytes]);
  t.deepEqual(kept, [[1, 5]]);
});

test("the best trial has one folder, the first of equal ones; a front has that of each", async (t) => {
  const folder = await tempFolder(t);
  const storage = await openStorage(join(folder, "hpo.db"));
  t.teardown(() => storage.close());
  const numbersOf = async (names: readonly string[], values: readonly number[]) => {
    const metrics = Object.fromEntries(names.map((name) => [name, "minimize"] as const));
    const name = names.join("-");
    const study = await createStudy({ name, metrics, artifacts: join(folder, name) }, { storage });
    const objective = (trial: LiveTrial) => {
      trial.saveArtifact("model.pt", "weights");
      const value = values[trial.number];
      return Object.fromEntries(names.map((metric, i) => [metric, i === 0 ? value : -value]));
    };
    await study.optimize(objective, { trials: values.length });
    return bestDirectories(study).map((directory) => Number(directory.split("/").at(-1)));
  };
  t.deepEqual(await numbersOf(["loss"], [2, 1, 1]), [1]);
  t.deepEqual(await numbersOf(["loss", "cost"], [2, 1, 3]), [0, 1, 2]);
});
