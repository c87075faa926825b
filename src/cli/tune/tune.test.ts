import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { folderWith } from "../fixtures/hpo.ts";
import { hpoHere } from "../fixtures/hpo-here.ts";

const PROGRAM = `
const value = (name) => Number(process.argv[process.argv.indexOf(name) + 1]);
const off = process.argv.includes("--amp") ? 0 : 1;
for (let epoch = 1; epoch <= 3; epoch++) {
  console.log("Epoch %d/3 loss: 9 - val_loss: %d", epoch, value("--lr") + off + 1 / epoch);
}
`;
const COMMAND = `${process.execPath} train.mjs --lr {lr:1e-3..1:log} {amp?--amp}`;
const tuned = (command: string, ...flags: string[]) => [
  ...["tune", command, "--minimize", "val_loss", "--strategy", "random"],
  ...flags,
];

test.serial(
  "one line runs a study, goes on with it, and is the study file that it saves",
  async (t) => {
    const folder = folderWith({ "train.mjs": PROGRAM });
    const first = await hpoHere(folder, tuned(COMMAND, "--trials", "3"));
    t.is(first.code, 0, first.err);
    t.regex(first.out, / {2}lr {3}float 0\.001 … 1, log\n {2}amp {2}one of \[true,false\]\n/);
    t.regex(
      first.out,
      /Trial 0: val_loss is read from text, its step from "epoch": "Epoch 1\/3 loss: 9/,
    );
    t.regex(first.out, /Trials: 3 complete/);

    const resumed = await hpoHere(folder, "study resume train --trials 4");
    t.regex(resumed.out, /Trials: 4 complete/, resumed.err);

    const saved = await hpoHere(folder, tuned(COMMAND, "--trials", "5", "--save", "study.yaml"));
    t.regex(saved.out, /4 of them there[^]*Trials: 5 complete/, saved.err);
    const file = await hpoHere(folder, "study run study.yaml");
    t.regex(file.out, /5 of them there[^]*the study has its 5 trials/, file.err);
    t.notRegex(file.out, /note:/);
    t.notThrows(() => readFileSync(join(folder, "study.yaml")));

    const trials = JSON.parse((await hpoHere(folder, "study trials train --json")).out) as {
      params: { lr: number; amp: boolean };
      values: number[];
      intermediateValues: Record<string, number>;
    }[];
    for (const { params, values, intermediateValues } of trials) {
      const last = params.lr + (params.amp ? 0 : 1) + 1 / 3;
      t.true(Math.abs(values[0] - last) < 1e-9);
      t.deepEqual(Object.keys(intermediateValues), ["1", "2", "3"]);
    }

    const other = await hpoHere(folder, tuned(`${COMMAND} --more`, "--trials", "5"));
    t.is(other.code, 1);
    t.regex(other.err, /a study "train" already, of another command, .*--name train-2/);
  },
);

test.serial("what is wrong in the line is told before anything runs or is written", async (t) => {
  const folder = folderWith({});
  const wrong = await hpoHere(folder, tuned("train {lr:1..x}"));
  t.is(wrong.code, 2);
  t.regex(wrong.err, /"x" is no number\.[^]*\n {2}train \{lr:1\.\.x\}\n {15}\^/);
  const nothing = await hpoHere(folder, ["tune", "train {lr:0..1}"]);
  t.is(nothing.code, 2);
  t.regex(nothing.err, /--minimize val_loss/);
  const pruner = await hpoHere(folder, tuned("train {lr:0..1}", "--pruner", "medain"));
  t.is(pruner.code, 2);
  t.regex(pruner.err, /^hpo: pruner: there is no "medain"\. Did you mean "median"\?/);
  const flags = ["--pruner", "{ name: median, warmupSteps: -1 }", "--save", "s.yaml"];
  const option = await hpoHere(folder, tuned("train {lr:0..1}", ...flags));
  t.regex(option.err, /warmupSteps=-1/);
  const twice = ["tune", "train {lr:0..1}", "--minimize", "loss", "--maximize", "loss"];
  t.regex((await hpoHere(folder, twice)).err, /The metric "loss" is given twice/);
  for (const flags of [
    ["--until", "maxTrials=0"],
    ["--devices", "cuda,nonsense"],
    ["--name", ""],
  ]) {
    const { code, err } = await hpoHere(folder, tuned("train {lr:0..1}", ...flags));
    t.is(code, 2, err);
    t.notRegex(err, /devices: devices/);
  }
  t.throws(() => readFileSync(join(folder, "s.yaml")));
});

test.serial("every flag that a study has of its own stands in the study file", async (t) => {
  const flags = ["--notify", "./tell", "--keep-best", "3", "--artifacts-limit", "1GiB", "--no-run"];
  const { out, err } = await hpoHere(folderWith({}), tuned("train {lr:0..1}", ...flags));
  for (const line of ["notify: ./tell", "keepBest: 3", "artifactsLimit: 1GiB"]) {
    t.true(out.split("\n").includes(line), `${out}${err}`);
  }
});

test.serial("words behind -- are the command, and --no-run prints the study file", async (t) => {
  const words = ["--", "python3", "a b.py", "--lr", "{lr:0..1}"];
  const { out } = await hpoHere(folderWith({}), [
    "tune",
    "--maximize",
    "acc",
    "--no-run",
    ...words,
  ]);
  t.regex(out, /^name: a b\nmetrics: \{ acc: maximize \}\n[^]* {2}- a b\.py\n/);
});
