import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { folderWith, hpo, type Ran } from "../fixtures/hpo.ts";

/** A study file around a program in JavaScript. */
const study = (more = "", command = `["${process.execPath}", "train.mjs", "--lr={lr}"]`): string =>
  `name: checked
trials: 10
space:
  lr: { type: float, low: 0.001, high: 1, log: true }
  momentum: { type: float, low: 0, high: 1 }
command: ${command}
${more}
`;

interface Checked {
  readonly ok: boolean;
  readonly trials: readonly {
    readonly command: string;
    readonly directory: string;
    readonly env: Readonly<Record<string, string>>;
  }[];
  readonly ran: { readonly state: string; readonly reports: readonly unknown[] } | null;
  readonly findings: readonly { readonly level: string; readonly message: string }[];
}

function check(program: string, yaml = study(), flags = ""): Checked & { readonly ran_: Ran } {
  const folder = folderWith({ "study.yaml": yaml, "train.mjs": program });
  const ran_ = hpo(folder, `study check study.yaml --json${flags}`);
  return { ...(JSON.parse(ran_.out) as Checked), ran_ };
}

const REPORTS = `for (const step of [1, 2, 3]) console.log(JSON.stringify({ step, value: 1 / step }));
console.log('{"value": 0.25}'); // reads HPO_PARAMS`;

test("a check shows the commands, runs one trial, tells what was heard, and keeps nothing", (t) => {
  const folder = folderWith({ "study.yaml": study("pruner: median"), "train.mjs": REPORTS });
  const { code, out, err } = hpo(folder, "study check study.yaml");
  t.is(code, 0, err);
  t.is(out.match(/train\.mjs --lr=[\d.e-]+$/gm)?.length, 3);
  t.regex(out, /HPO_PARAMS='\{"lr":[\d.]+,"momentum":[\d.]+\}'/);
  t.regex(out, /HPO_TRIAL_DIR=\S+\/hpo-trials\/checked\/0\n/);
  t.regex(out, /Trial 0 ran [\d.]+s: 0\.25\n {2}reports {5}1: 1 {2}2: 0\.5 {2}3: 0\.333333\n/);
  t.regex(out, /10 such trials, 1 at once: about/);
  t.regex(out, /Run it: npx hpo study run study\.yaml/);
  t.notRegex(out, /notice|error/);
  t.deepEqual(readdirSync(folder).sort(), ["study.yaml", "train.mjs"]);
});

test("of a study that is there a check shows the trials that come next, and leaves it as it was", (t) => {
  const folder = folderWith({ "study.yaml": study(), "train.mjs": REPORTS });
  hpo(folder, "study run study.yaml --quiet --until maxTrials=2");
  const { out, err } = hpo(folder, "study check study.yaml");
  t.regex(out, /^Study "checked": .*, 10 trials, 2 of them there, /m, err);
  t.regex(out, /^The next commands$/m);
  t.regex(out, /HPO_TRIAL_DIR=\S+\/hpo-trials\/checked\/2\n/);
  t.regex(out, /^Trial 2 ran .*^ {2}8 such trials, /ms);
  t.deepEqual(readdirSync(join(folder, "hpo-trials/checked")).sort(), ["0", "1"]);
  const lr = /train\.mjs --lr=([\d.e-]+)$/m.exec(out)?.[1];
  hpo(folder, "study run study.yaml --quiet --until maxTrials=3");
  const trials = JSON.parse(hpo(folder, "study trials checked --json").out) as { params: { lr: number } }[]; // prettier-ignore
  t.is(trials.length, 3);
  t.is(trials[2].params.lr, Number(lr));
  writeFileSync(join(folder, "study.yaml"), study().replace("trials: 10", "trials: 3"));
  const full = hpo(folder, "study check study.yaml --no-run");
  t.regex(full.out, /notice: The study has its 3 trials: a run starts none unless its total, .* is above 3\./); // prettier-ignore
});

test("a trial that fails fails the check, with its last words", (t) => {
  const folder = folderWith({
    "study.yaml": study(),
    "train.mjs": "console.error('no such data set'); process.exit(3); // HPO_PARAMS",
  });
  const { code, out } = hpo(folder, "study check study.yaml");
  t.is(code, 1);
  t.regex(out, /error: The trial failed \(error\): .*exit code 3: no such data set/);
  t.regex(out, / {4}no such data set\n/);
  t.regex(out, /Not ready to run/);
});

test("what is suspicious is told: a metric that no rule matches, idle parameters, no reports", (t) => {
  const { ok, findings } = check("console.log('epoch 3 val_loss = 0.31')", study("pruner: median"));
  t.false(ok);
  const text = findings.map(({ message }) => message).join("\n");
  t.regex(text, /gave no result/);
  t.regex(text, /It printed "epoch 3 val_loss = 0\.31".*say metric: val_loss, or print/);
  t.regex(text, /"momentum" stands in no placeholder.*--momentum \{momentum\}/);
  t.notRegex(text, /"lr"/);
  const regex = "metric: { regex: 'val_loss = (?<value>\\S+)' }\npruner: median";
  // The client in Python reads the parameters without their variable's name in the script.
  const matched = check("console.log('val_loss = 0.31'); /*\nimport hpo\n*/", study(regex));
  t.true(matched.ok);
  t.is(matched.findings.length, 1);
  t.regex(matched.findings[0].message, /has a pruner \(median\), but the trial reported nothing/);
});

test("constant reports, NaN and a doubtful direction are told", (t) => {
  const program = `for (const step of [1, 2, 3]) console.log('{"step": ' + step + ', "value": 7}');
console.log('{"step": 4, "value": NaN}'); console.log('{"values": {"accuracy": 7}}'); // HPO_PARAMS`;
  const { ok, findings } = check(program, study("metrics: { accuracy: minimize }"));
  t.true(ok);
  const text = findings.map(({ message }) => message).join("\n");
  t.regex(text, /A report was NaN/);
  t.regex(text, /"accuracy" is to minimize: is that meant\?/);
  const constant = check(program.replace("NaN", "7"), study("metrics: { accuracy: maximize }"));
  t.regex(constant.findings[0].message, /All 4 reports are 7/);
});

test("a trial that takes long is stopped, and what it said until then is told", (t) => {
  const program = `let step = 0; // HPO_PARAMS
setInterval(() => console.log(JSON.stringify({ step, value: 1 / ++step })), 20);`;
  const { ok, ran, findings } = check(program, study(), " --timeout 2s");
  t.true(ok);
  t.is(ran!.state, "stopped");
  t.true(ran!.reports.length > 0);
  t.regex(findings[0].message, /stopped after \d+s; \d+ reports? came until then/);
});

test("without a run, only the file is checked; a study in JavaScript is run in a worker", (t) => {
  const none = check("process.exit(1) // HPO_PARAMS", study(), " --no-run");
  t.true(none.ok);
  t.is(none.ran, null);
  t.is(none.trials.length, 3);
  t.false(existsSync(none.trials[0].directory));
  const folder = folderWith({
    "bowl.mjs": `export default { name: "bowl", space: { parameters: [
      { name: "x", distribution: { kind: "float", low: -1, high: 1, log: false }, conditions: [] }] },
      objective: (trial) => { console.log("trying"); trial.report(1, 0); trial.saveArtifact("a", "b"); return trial.params.x; } };`,
  });
  const { code, out } = hpo(folder, "study check bowl.mjs");
  t.is(code, 0);
  t.is(out.match(/^ {2}x=/gm)?.length, 3);
  t.regex(
    out,
    /Trial 0 ran .*\n {2}reports {5}0: 1\n {2}output .*1 line on stdout.*\n {4}trying\n/,
  );
  t.deepEqual(readdirSync(folder), ["bowl.mjs"]);
  const wrong = folderWith({ "study.yaml": study().replace("high: 1,", "hihg: 1,") });
  const told = hpo(wrong, "study check study.yaml");
  t.is(told.code, 1);
  t.regex(told.err, /study\.yaml:4:\d+: space\.lr\.hihg is unknown/);
});
