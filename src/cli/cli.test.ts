import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { createProgram } from "./program.ts";
import { allCommands } from "./root-command.ts";
import { TERMINAL_CONTROLS } from "../errors/control-characters.ts";
import { hpoHere as hpo } from "./fixtures/hpo-here.ts";

const main = fileURLToPath(new URL("./main.js", import.meta.url));
const newFolder = (): string => mkdtempSync(join(tmpdir(), "hpo-cli-"));

const STUDY = `
export default {
  name: "bowl",
  trials: 6,
  workers: 2,
  space: { parameters: [
    { name: "x", distribution: { kind: "float", low: -1, high: 1, log: false }, conditions: [] },
    { name: "n", distribution: { kind: "int", low: 1, high: 9, log: false, step: 1 }, conditions: [] },
  ] },
  objective: (trial) => {
    console.log("trying", trial.params.x);
    trial.report(1, 0);
    return trial.params.x ** 2 + trial.params.n;
  },
};
`;

let original: string | undefined;

/** A folder with a study that was run. */
async function withStudy(): Promise<string> {
  if (original === undefined) {
    original = newFolder();
    writeFileSync(join(original, "bowl.mjs"), STUDY);
    const ran = await hpo(original, "study run bowl.mjs");
    if (ran.code !== 0) throw new Error(ran.err + ran.out);
  }
  const folder = newFolder();
  cpSync(original, folder, { recursive: true });
  return folder;
}

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
  const folder = await withStudy();
  t.regex((await hpo(folder, "study run bowl.mjs")).out, /the study has its 6 trials/);
  const resumed = await hpo(folder, "study resume bowl --trials 9");
  t.is(resumed.code, 0);
  t.regex(resumed.out, /Trials: 9 complete/);
});

test.serial("list --json is an array of studies, trials --json one of trials", async (t) => {
  const folder = await withStudy();
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
  const folder = await withStudy();
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

test.serial("what is asked from outside is told from outside, negative numbers too", async (t) => {
  const folder = await withStudy();
  const asked = JSON.parse((await hpo(folder, "study ask bowl --trials 9 --json")).out) as {
    number: number;
  };
  t.is(asked.number, 6);
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
  const folder = await withStudy();
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
  const folder = await withStudy();
  const { out } = await hpo(folder, "study show bowl 3");
  t.regex(out, /Trial 3 of "bowl": [\d.]+\n\{\n {2}x: /);
  t.regex(out, /Reports {2}0: 1/);
  t.regex(out, /Printed\ntrying -?[\d.]+/);
});

test.serial("a reader that goes away ends what only tells, and no run", async (t) => {
  const folder = await withStudy();
  const hpoWords = `"${process.execPath}" "${main}" study`;
  const script = `
    { sleep 0.1; ${hpoWords} trials bowl; echo "$?" > told; } | true
    { sleep 0.1; ${hpoWords} run bowl.mjs --trials 8; echo "$?" > ran; } | true
    { sleep 0.1; ${hpoWords} run bowl.mjs --trials 9 2>&1; echo "$?" > both; } | true`;
  const { stderr } = spawnSync("bash", ["-c", script], { cwd: folder, encoding: "utf8" });
  for (const file of ["told", "ran", "both"]) {
    t.is(readFileSync(join(folder, file), "utf8"), "0\n", file);
  }
  t.is(
    stderr,
    "hpo: stdout takes no more (its reader closed it): the command goes on without it.\n",
  );
  const { out } = await hpo(folder, "study list --json");
  t.like(JSON.parse(out), [{ trials: { complete: 9, running: 0 } }]);
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
  t.true(ran.out.includes("resume 'it'\\''s \\x1b[2J\\u202e $(x)' --trials"), ran.out);
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
  const folder = await withStudy();
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
    ["study show bowl 77", 1, /has no trial 77; it has 6, counted from 0/],
    ["study export bowl --out /nowhere/x.csv", 1, /--out \/nowhere\/x\.csv can't be written/],
    ["study tell bowl 0 1", 1, /already complete.*--skip-if-finished/],
    ["study enqueue bowl y=1", 1, /no parameter "y"/],
    ["study enqueue bowl x", 1, /Write name=value/],
    ["study tell bowl 99 1", 1, /has no trial 99/],
    ["study tell bowl 0 abc", 1, /value="abc" must be a number/],
    ["study delete bowl", 1, /pass --yes/],
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

test.serial("the starters run, in TypeScript and as a Python command", async (t) => {
  const folder = newFolder();
  t.is((await hpo(folder, "init ts")).code, 0);
  t.regex((await hpo(folder, "init ts")).err, /study\.ts exist\(s\) already\. Pass --force/);
  t.is((await hpo(folder, "init python")).code, 0);
  const ran = await hpo(folder, "study run study.yaml --trials 3");
  t.is(ran.code, 0, ran.err);
  t.regex(ran.out, /Best: trial \d/);
  t.regex(readFileSync(join(folder, "study.ts"), "utf8"), /from "hpo"/);
});

test.serial("a study file that is written from a stored study goes on with it", async (t) => {
  const folder = await withStudy();
  const wrote = await hpo(folder, "init --from-study bowl");
  t.is(wrote.code, 0, wrote.err);
  t.regex(wrote.out, /Wrote study\.yaml\n.*study check study\.yaml/);
  const checked = await hpo(folder, "study check study.yaml --no-run");
  t.regex(checked.out, /Study "bowl": minimize, 2 parameter\(s\), 56 trials/);
  t.regex((await hpo(folder, "init --from-study bowl")).err, /study\.yaml exist\(s\) already/);
  t.is((await hpo(folder, "init")).code, 2);
});

test.serial("a study in memory is not said to be kept", async (t) => {
  const folder = newFolder();
  writeFileSync(join(folder, "study.mjs"), STUDY);
  const { out } = await hpo(folder, "study run study.mjs --storage memory:");
  t.regex(out, /Not kept: memory: ends with this process/);
  t.notRegex(out, /resume/);
});

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

test.serial("Ctrl-C once finishes what runs; the study goes on later", async (t) => {
  const folder = newFolder();
  const slow = STUDY.replace("trials: 6", "trials: 200").replace(
    "objective: (trial) => {",
    "objective: async (trial) => { await new Promise((r) => setTimeout(r, 30));",
  );
  writeFileSync(join(folder, "slow.mjs"), slow);
  const child = spawn(process.execPath, [main, "study", "run", "slow.mjs"], { cwd: folder });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (!out.includes("trial ") && text.includes("trial ")) child.kill("SIGINT");
    out += text;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  t.is(code, 130);
  t.regex(out, /Finishing \d running/);
  t.regex(out, /Go on: {2}npx hpo study resume bowl --trials 200\n/, "the study's total");
  const trials = JSON.parse((await hpo(folder, "study trials bowl --json")).out) as {
    state: string;
  }[];
  t.true(trials.length < 200);
  t.true(trials.every(({ state }) => state === "complete"));
});

test.serial("Ctrl-C twice stops now; what ran is started again as it was", async (t) => {
  const folder = newFolder();
  const stuck = STUDY.replace(
    "objective: (trial) => {",
    "objective: async (trial) => { if (trial.number > 1 && !process.env.GO) await new Promise((r) => setTimeout(r, 1e6));",
  );
  writeFileSync(join(folder, "stuck.mjs"), stuck);
  const child = spawn(process.execPath, [main, "study", "run", "stuck.mjs"], { cwd: folder });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const before = out;
    out += text;
    const ended = (of: string): number => of.match(/^trial \d+ {2}/gm)?.length ?? 0;
    if (ended(before) < 2 && ended(out) >= 2) child.kill("SIGINT");
    // Two that come at once are one.
    if (!before.includes("Finishing") && out.includes("Finishing")) {
      setTimeout(() => child.kill("SIGINT"), 300);
    }
  });
  t.is(await new Promise((resolve) => child.on("close", resolve)), 130);
  t.regex(out, /Stopping now/);
  t.regex(
    out,
    /\nTrials: 2 complete, \d interrupted\nInterrupted: trials? [\d, ]+, which starts? again/,
  );
  const running = JSON.parse(
    (await hpo(folder, "study trials bowl --state running --json")).out,
  ) as {
    params: object;
  }[];
  t.true(running.length >= 1);
  t.regex((await hpo(folder, "study trials bowl")).out, /^2 +interrupted/m);
  const [listed] = JSON.parse((await hpo(folder, "study list --json")).out) as object[];
  t.like(listed, { interrupted: running.length });
  process.env["GO"] = "1";
  const resumed = await hpo(folder, "study resume bowl");
  delete process.env["GO"];
  t.is(resumed.code, 0, resumed.err);
  t.regex(resumed.out, /Trials: 6 complete/);
  const after = JSON.parse((await hpo(folder, "study trials bowl --json")).out) as {
    params: object;
  }[];
  t.deepEqual(after[2].params, running[0].params);
});

test.serial("three runs at once share one study and lose nothing", async (t) => {
  const folder = newFolder();
  writeFileSync(join(folder, "bowl.mjs"), STUDY.replace("trials: 6", "trials: 60"));
  const run = (): Promise<string> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [main, "study", "run", "bowl.mjs", "--quiet"], {
        cwd: folder,
      });
      let err = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
      // What another run has finished, and ended, is not left over.
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        if (text.includes("nterrupted")) err += text;
      });
      child.on("close", (code) => resolve(`${code} ${err}`));
    });
  t.deepEqual(await Promise.all([run(), run(), run()]), ["0 ", "0 ", "0 "]);
  const trials = JSON.parse((await hpo(folder, "study trials bowl --json")).out) as {
    number: number;
  }[];
  t.deepEqual(
    trials.map(({ number }) => number),
    Array.from({ length: trials.length }, (_, index) => index),
  );
  t.true(trials.length >= 60 && trials.length <= 66, `${trials.length} trials`);
  t.regex((await hpo(folder, "study replay bowl")).out, /All \d+ suggestions come out the same/);
});
