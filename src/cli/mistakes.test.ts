import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { TERMINAL_CONTROLS } from "../errors/control-characters.ts";
import { hpoHere as hpo } from "./fixtures/hpo-here.ts";
import { newFolder, STUDY, folderWithBowl } from "./fixtures/bowl-study.ts";

test.serial("names and values reach no terminal raw, and hints can be pasted", async (t) => {
  const folder = newFolder();
  const name = "it's \u001b[2J\u202e $(x)";
  writeFileSync(
    join(folder, "evil.mjs"),
    STUDY.replace('"bowl"', JSON.stringify(name))
      .replace("trials: 6", "trials: 2")
      .replace("workers: 2", "workers: 1")
      .replace(
        "console.log(",
        'if (trial.number === 1) throw new Error("\\u001b]0;owned\\u0007"); console.log("\\u001b[31m", ',
      ),
  );
  const ran = await hpo(folder, "study run evil.mjs");
  t.is(ran.code, 0, ran.err);
  t.true(ran.out.includes("resume $'it\\'s \\x1b[2J\\u202e $(x)' --trials"), ran.out);
  for (const words of [
    ["list"],
    ["show", name],
    ["trials", name],
    ["show", name, "1"],
    ["logs", name, "0"],
    ["list", "--json"],
  ]) {
    const { code, out, err } = await hpo(folder, ["study", ...words]);
    t.is(code, 0, err);
    t.notRegex(out + err, TERMINAL_CONTROLS, words.join(" "));
  }
  // What goes on into a file is data: as they are, with the ends of lines that CSV has.
  const { out: csv } = await hpo(folder, ["study", "export", name]);
  t.regex(csv, /^number,state,[^\r\n]*\r\n0,complete,(?:.*\r\n)+$/);
});

test.serial("mistakes get an answer that helps", async (t) => {
  const folder = await folderWithBowl();
  const cases: [string, number, RegExp][] = [
    ["study show bwl", 1, /has no study "bwl"\. Did you mean "bowl"\?/],
    ["study run nothing.ts", 1, /There is no file nothing\.ts/],
    ["study run bowl.mjs#other", 1, /exports no study "other"/],
    ["study run bowl.mjs --strategy randm", 2, /--strategy randm: .* Did you mean "random"\?/],
    ["study run bowl.mjs --strategy bayes", 2, /Did you mean "bayesian"\?/],
    ["study run bowl.mjs --memory-limit much", 2, /much/],
    ["study run bowl.mjs --devices nonsense", 2, /nonsense/],
    ["study run bowl.mjs --trials many", 2, /It must be an integer ≥ 0/],
    ["study run bowl.mjs --timeout 5", 2, /90s, 10m/],
    ["study rnu bowl.mjs", 2, /Did you mean run\?/],
    ["study rnu --help", 2, /Did you mean run\?/],
    [
      "run bowl.mjs --trials 3",
      2,
      /no command "hpo run"\. Write: hpo study run bowl\.mjs --trials 3$/m,
    ],
    ["work --help", 2, /no command "hpo work"\. Write: hpo study work --help$/m],
    ["study show bowl 77", 1, /has no trial 77; it has 6, counted from 0/],
    ["study export bowl --out /nowhere/x.csv", 1, /--out \/nowhere\/x\.csv can't be written/],
    ["study tell bowl 0 1", 1, /already complete.*--skip-if-finished/],
    ["study enqueue bowl y=1", 1, /no parameter "y"/],
    ["study enqueue bowl x", 1, /Write name=value/],
    ["study tell bowl 99 1", 1, /has no trial 99/],
    ["study tell bowl 0x1 1", 2, /must be an integer ≥ 0, in digits/],
    ["study tell bowl 1e0 1", 2, /must be an integer ≥ 0, in digits/],
    ["study tell bowl 0 0x1F", 1, /value="0x1F" must be a number/],
    ["study tell bowl 0 abc", 1, /value="abc" must be a number/],
    ["study tell bowl 0 -- -1e400", 1, /value="-1e400" must be a finite number\. Write inf/],
    [
      "study show bowl 1 2",
      2,
      /too many arguments.*\(hpo study show --help shows what there is\)/s,
    ],
    ["study show bowl --jsn", 2, /Did you mean --json\?\)\n\(hpo study show --help/],
    [
      "study serve bowl",
      1,
      /"bowl" is the name of a stored study.* hpo study serve \S*bowl\.mjs\./,
    ],
    ["study delete bowl", 1, /pass --yes/],
    [
      "study plot bowl",
      2,
      /hpo study plot bowl KIND\. There are .*history.*study report bowl draws/,
    ],
    ["study plot", 2, /hpo study plot NAME KIND\. There are /],
    ["study rename bowl bowl", 0, /./],
    [
      "study copy bowl bowl",
      1,
      /already .* "bowl".* another name, or rename or delete that study first\.$/m,
    ],
    ["study copy bowl x --to memory:", 2, /memory: ends with this process/],
    ["study enqueue bowl x=1 x=2", 1, /"x" is given twice/],
    ["study copy bowl", 2, /another name.*--to/],
    ["study list --storage postgresql://host/db", 1, /postgres/i],
    ["study list --storage /nowhere/at/all.db", 1, /\/nowhere\/at/],
  ];
  for (const [words, code, message] of cases) {
    const ran = await hpo(folder, words);
    t.is(ran.code, code, `${words}: ${ran.err}${ran.out}`);
    t.regex(ran.err + ran.out, message, words);
    t.notRegex(ran.err, /\n {4}at /, `${words} shows no stack`);
  }
});

test.serial(
  "the objective's own error keeps its message and stack, and stops a study at once",
  async (t) => {
    const folder = newFolder();
    writeFileSync(
      join(folder, "broken.mjs"),
      // One trial at a time: of two, the second might be the first to end.
      STUDY.replace("workers: 2", "workers: 1").replace(
        "console.log(",
        "throw new RangeError('no such layer'); console.log(",
      ),
    );
    const ran = await hpo(folder, "study run broken.mjs");
    t.is(ran.code, 1);
    t.regex(ran.err, /no such layer/);
    t.regex(ran.err, /broken\.mjs/);
    t.regex(
      ran.err,
      /The first trial that ended erred, so the study stopped: .* hpo study show bowl 0/,
    );
    const [first] = JSON.parse((await hpo(folder, "study trials bowl --json")).out) as {
      failure: object;
    }[];
    t.like(first.failure, { reason: "error" });
    t.regex((await hpo(folder, "study show bowl 0")).out, /no such layer\n {4}at .*broken\.mjs/);
  },
);

test.serial("a YAML study's mistakes are placed by line and column", async (t) => {
  const folder = newFolder();
  await hpo(folder, "init python");
  const yaml = readFileSync(join(folder, "study.yaml"), "utf8");
  writeFileSync(join(folder, "wrong.yaml"), yaml.replace("high: 1,", "hihg: 1,"));
  t.regex((await hpo(folder, "study run wrong.yaml")).err, /wrong\.yaml:7:\d+: space\.lr/);
  writeFileSync(join(folder, "torn.yaml"), "name: [");
  t.regex((await hpo(folder, "study run torn.yaml")).err, /torn\.yaml:1:8: /);
  writeFileSync(join(folder, "colon.yaml"), 'name: a\ncommand: node -e "f({value: 1})" {lr}\n');
  t.regex((await hpo(folder, "study run colon.yaml")).err, /colon\.yaml:2:10: .* in quotes\./);
});

test.serial(
  "an empty name for a study's copy is a wrong use, and so is one of a rename",
  async (t) => {
    for (const command of ["copy", "rename"]) {
      const { code, err } = await hpo(newFolder(), ["study", command, "s", ""]);
      t.is(code, 2, err);
      t.regex(err, /name is empty\. Give one/);
    }
  },
);
