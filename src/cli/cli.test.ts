import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { createProgram } from "./program.ts";
import { allCommands } from "./root-command.ts";
import { hpoHere as hpo } from "./fixtures/hpo-here.ts";
import { newFolder, STUDY, folderWithBowl } from "./fixtures/bowl-study.ts";

test.serial(
  "a study file runs, and its result tells what was found and how to go on",
  async (t) => {
    const folder = newFolder();
    writeFileSync(join(folder, "bowl.mjs"), STUDY);
    const { code, out, err } = await hpo(folder, "study run bowl.mjs");
    t.is(code, 0);
    t.is(err, "");
    t.regex(out, /^Study "bowl": 6 trials in all, 2 at once\n/);
    t.is(out.match(/^trial \d+ {2}/gm)?.length, 6);
    t.regex(out, /Best: trial \d, [\d.]+\n\{\n {2}x: -?[\d.e-]+,\n {2}n: \d,\n\}/);
    t.regex(out, /Go on: {2}npx hpo study resume bowl --trials 26/);
    t.regex(out, /Kept in sqlite:hpo\.db as "bowl"/);
    t.notRegex(out, /trying/, "what trials print stays with them");
  },
);

test.serial("run again, it has its trials; resume goes on from the remembered file", async (t) => {
  const folder = await folderWithBowl();
  t.regex((await hpo(folder, "study run bowl.mjs")).out, /the study has its 6 trials/);
  const resumed = await hpo(folder, "study resume bowl --trials 9");
  t.is(resumed.code, 0);
  t.regex(resumed.out, /Trials: 9 complete/);
});

test.serial("list --json is an array of studies, trials --json one of trials", async (t) => {
  const folder = await folderWithBowl();
  const studies = JSON.parse((await hpo(folder, "study list --json")).out) as Record<
    string,
    unknown
  >[];
  t.is(studies.length, 1);
  t.like(studies[0], { name: "bowl", directions: ["minimize"] });
  const trials = JSON.parse((await hpo(folder, "study trials bowl --json")).out) as Record<
    string,
    unknown
  >[];
  t.is(trials.length, 6);
  t.deepEqual(Object.keys(trials[0]).sort(), [
    "completedAt",
    "intermediateValues",
    "number",
    "params",
    "provenance",
    "startedAt",
    "state",
    "userAttrs",
    "values",
  ]);
  t.like(trials[0], { number: 0, state: "complete", intermediateValues: { 0: 1 } });
});

test.serial("every command answers in text and in JSON", async (t) => {
  const folder = await folderWithBowl();
  for (const words of [
    "study list",
    "study show bowl",
    "study show bowl 2",
    "study trials bowl",
    "study best bowl",
    "study export bowl",
    "study replay bowl",
    "study enqueue bowl x=0.25 n=2",
    "study ask bowl",
    "study copy bowl bowl2",
    "study rename bowl2 bowl3",
    "study delete bowl3 --yes",
  ]) {
    const text = await hpo(folder, words);
    t.is(text.code, 0, `${words}: ${text.err}`);
    t.true(text.out.length > 0, words);
    const twice = words.replace("bowl2 bowl3", "bowl4 bowl5").replace("bowl bowl2", "bowl bowl4");
    const json = await hpo(folder, `${twice.replace("delete bowl3", "delete bowl5")} --json`);
    t.is(json.code, 0, `${words} --json: ${json.err}`);
    t.notThrows(() => JSON.parse(json.out) as unknown, `${words} --json`);
  }
});

test.serial("a trial that was not told in time is shown as overdue", async (t) => {
  const folder = await folderWithBowl();
  const { err } = await hpo(folder, "study ask bowl --trials 9 --expires 0.001s");
  t.is(err, "");
  t.regex((await hpo(folder, "study trials bowl")).out, /^6 +overdue /m);
  const overdue =
    /^Overdue: trial 6, which was not told in time and fails when the study goes on$/m;
  t.regex((await hpo(folder, "study show bowl")).out, overdue);
  await hpo(folder, "study ask bowl --trials 9");
  t.regex((await hpo(folder, "study trials bowl")).out, /^7 +running /m);
});

test.serial("what is asked from outside is told from outside, negative numbers too", async (t) => {
  const folder = await folderWithBowl();
  const asked = JSON.parse((await hpo(folder, "study ask bowl --trials 9 --json")).out) as {
    number: number;
  };
  t.is(asked.number, 6);
  const none = await hpo(folder, "study ask bowl --trials 1");
  t.regex(
    none.out,
    /^The study has 7 trials, and its total is 1: --trials above 7 lets more be asked for\.$/m,
  );
  const told = await hpo(folder, "study tell bowl 6 -2.5");
  t.is(told.code, 0, told.err);
  t.regex(told.out, /Trial 6: -2\.5/);
  const again = await hpo(folder, "study tell bowl 6 1");
  t.is(again.code, 1);
  t.regex(again.err, /trial 6 is already complete/);
  await hpo(folder, "study ask bowl --trials 9");
  const failed = await hpo(folder, "study tell bowl 7 nan --json");
  t.like(JSON.parse(failed.out), { state: "failed", failure: { reason: "diverged" } });
});

test.serial("an asked trial that is not told in time counts as lost", async (t) => {
  const folder = await folderWithBowl();
  await hpo(folder, "study ask bowl --trials 9 --expires 1s");
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await hpo(folder, "study ask bowl --trials 9");
  const trials = JSON.parse(
    (await hpo(folder, "study trials bowl --state failed --json")).out,
  ) as unknown[];
  t.is(trials.length, 1);
  t.like(trials[0], { number: 6, failure: { reason: "lost" } });
});

test.serial("what a trial printed and reported is kept with it", async (t) => {
  const folder = await folderWithBowl();
  const { out } = await hpo(folder, "study show bowl 3");
  t.regex(out, /Trial 3 of "bowl": [\d.]+\n\{\n {2}x: /);
  t.regex(out, /Reports {2}0: 1/);
  t.regex(out, /Printed\ntrying -?[\d.]+/);
});

test("every command takes --storage and --json", (t) => {
  // What hpo launch prints is a script or a manifest, of no study that is kept here.
  const commands = allCommands(createProgram()).filter(
    (command) => command.commands.length === 0 && command.parent?.name() !== "launch",
  );
  t.true(commands.length > 20);
  for (const command of commands) {
    const flags = command.options.map(({ long }) => long);
    // A worker knows a URL alone; what a report gives is its page, what is served its messages, and roles SQL.
    const name = command.name();
    if (!["work", "roles"].includes(name)) t.true(flags.includes("--storage"), name);
    if (!["report", "serve", "roles"].includes(name)) t.true(flags.includes("--json"), name);
  }
});

test.serial("a study in memory is not said to be kept", async (t) => {
  const folder = newFolder();
  writeFileSync(join(folder, "study.mjs"), STUDY);
  const { out } = await hpo(folder, "study run study.mjs --storage memory:");
  t.regex(out, /Not kept: memory: ends with this process/);
  t.notRegex(out, /resume/);
});

test.serial("files that are not in UTF-8 are refused by each command that reads one", async (t) => {
  const folder = newFolder();
  const files = {
    "study.yaml": 'name: d\nspace:\n  x: { type: categorical, choices: ["café"] }\n',
    "study.mjs": "// é\n" + STUDY,
    "sweep.yaml": "# é\nmethod: grid\nprogram: train.py\nparameters:\n  x: { values: [1, 2] }\n",
    "trials.csv": "lr,batch_size,value,é\n0.1,8,1,1\n",
    "study.journal": "é\n",
  };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), Buffer.from(text, "latin1"));
  }
  for (const words of [
    "study run study.yaml",
    "study check study.mjs",
    "init --from sweep.yaml",
    "scale --from-csv trials.csv --batch 64",
    "study list --storage journal:study.journal",
  ]) {
    const { code, err } = await hpo(folder, words);
    t.not(code, 0, words);
    t.regex(err, /:\d: this line is not in UTF-8/, words);
  }
});
