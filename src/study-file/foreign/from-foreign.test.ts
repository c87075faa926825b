import test from "ava";
import { studyFromForeign } from "./from-foreign.ts";
import { yamlChoice, yamlFloat, yamlInt, loaded, read } from "./testing/foreign-study.ts";

const lr = { distribution: "log_uniform_values", min: 1e-5, max: "1e-2" };
const metric = { name: "val/loss", goal: "minimize" };

test("a sweep's method, metric, cap, program and arguments are a study's", async (t) => {
  const sweep = {
    program: "train.py",
    method: "bayes",
    metric,
    run_cap: 20,
    project: "p",
    parameters: { lr, epochs: { value: 3 }, "opt.kind": { values: ["adam", "sgd"] } },
  };
  const { study, told, definition, argv } = await loaded(sweep, { lr: 0.001, "opt.kind": "sgd" });
  t.like(definition, { name: "lr", trials: 20, metrics: { "val/loss": "minimize" } });
  t.like(definition.strategy, { name: "bayesian" });
  t.deepEqual<unknown, unknown>(study.space, {
    lr: yamlFloat(1e-5, 0.01, { log: true }),
    "opt.kind": yamlChoice("adam", "sgd"),
  });
  t.deepEqual(study.metric, { name: "val/loss" });
  t.deepEqual(argv, ["python", "train.py", "--epochs=3", "--lr=0.001", "--opt.kind=sgd"]);
  t.regex(told, /^line \d+: project: it has no counterpart/m);
  t.regex(told, /^line \d+: metric\.name: wandb\.log tells W&B alone: print val\/loss=0\.41/m);
});

test("what is told of a sweep stands in the order of its lines", (t) => {
  const text = "project: p\nentity: e\nmethod: bayes\nmetric: { name: val_loss, goal: minimize }\n";
  const { told } = studyFromForeign(
    `${text}parameters: { lr: { min: 0.1, max: 1 } }\nname: n\ndescription: d\nprogram: train.py\ncontroller: { type: local }\n`,
    "s.yaml",
  );
  const lines = told.flatMap((one) => /^line (\d+)/.exec(one)?.slice(1).map(Number) ?? []);
  t.true(lines.length >= 3);
  t.deepEqual(
    lines,
    [...lines].sort((a, b) => a - b),
  );
});

test("an alias of nothing is told in its place", (t) => {
  t.throws(() => studyFromForeign("program: *p", "s.yaml"), {
    message: /^s\.yaml:.*Unresolved alias/,
  });
});

test("a bound that is written as a real number makes one of its parameter", (t) => {
  const text =
    "program: t.py\nparameters: { a: { min: 0.0, max: 1 }, b: { min: 1, max: 1e2 }, c: { min: 0, max: 1 } }";
  const { space } = studyFromForeign(text, "s.yaml").study;
  t.deepEqual<unknown, unknown>(space, {
    a: yamlFloat(0, 1),
    b: yamlFloat(1, 100),
    c: yamlInt(0, 1),
  });
});

/** Each as sweeps that people published have it. */
const PARAMETERS: Readonly<Record<string, readonly [given: object, space: object, told?: RegExp]>> =
  {
    "integers without a distribution": [{ min: 4, max: 12 }, yamlInt(4, 12)],
    "numbers without one": [{ min: 0, max: 0.3 }, yamlFloat(0, 0.3)],
    int_uniform: [{ distribution: "int_uniform", min: 100, max: 2000 }, yamlInt(100, 2000)],
    uniform: [{ distribution: "uniform", min: 0, max: 1 }, yamlFloat(0, 1)],
    q_uniform: [{ distribution: "q_uniform", min: 8, max: 64, q: 8 }, yamlInt(8, 64, { step: 8 })],
    "a fine q_uniform": [
      { distribution: "q_uniform", min: 0, max: 0.5, q: 0.1 },
      yamlFloat(0, 0.5, { step: 0.1 }),
    ],
    "log_uniform's exponents": [
      { distribution: "log_uniform", min: -4.6, max: -2.3 },
      yamlFloat(0.0100518, 0.100259, { log: true }),
      /exponents of e/,
    ],
    "log_uniform with values": [
      { distribution: "log_uniform", min: 1e-5, max: 1e-2 },
      yamlFloat(1e-5, 1e-2, { log: true }),
      /so that it searched 1\.00001 to 1\.01005; 0\.00001 to 0\.01 look like the values that were meant/,
    ],
    q_log_uniform_values: [
      { distribution: "q_log_uniform_values", min: 32, max: 256, q: 8 },
      yamlInt(32, 256, { log: true }),
      /its step q=8 is not kept/,
    ],
    "numbers as texts": [
      { distribution: "log_uniform_values", min: "1e-6", max: "1e-1" },
      yamlFloat(1e-6, 0.1, { log: true }),
    ],
    normal: [
      { distribution: "normal", mu: 1, sigma: 0.5 },
      yamlFloat(-0.5, 2.5),
      /no bounds: searched within 3 standard deviations/,
    ],
    "the exponents of an inverse": [
      { distribution: "inv_log_uniform", min: 2, max: 5 },
      yamlFloat(0.00673795, 0.135335, { log: true }),
      /2 and 5 are exponents of e, of its inverse/,
    ],
    "a normal's rounded bounds": [
      { distribution: "normal", mu: 0, sigma: 0.1 },
      yamlFloat(-0.3, 0.3),
      /evenly$/,
    ],
    q_log_normal: [
      { distribution: "q_log_normal", mu: 2, sigma: 1, q: 1 },
      yamlFloat(0.367879, 148.413, { log: true }),
      /evenly by its logarithm; its step q=1 is not kept/,
    ],
    "choices of several kinds": [
      { values: [null, true, 1, "1", 0.5, 1] },
      yamlChoice(null, true, 1, "1", 0.5),
    ],
    probabilities: [
      { values: ["a", "b"], probabilities: [0.9, 0.1] },
      yamlChoice("a", "b"),
      /as likely/,
    ],
  };

for (const [what, [given, parameter, remark]] of Object.entries(PARAMETERS)) {
  test(`of a sweep's parameters, ${what} become a study's`, (t) => {
    const { study, told } = read({ method: "random", metric, parameters: { x: given } });
    t.deepEqual<unknown, unknown>(study.space, { x: parameter });
    const about = told.filter((line) => line.includes("parameters.x:")).join("\n");
    t.regex(about, remark ?? /^$/);
  });
}

test("parameters within others are named by both, and what can't be read is told and left out", (t) => {
  const { study, told } = read({
    method: "random",
    parameters: {
      model: { parameters: { depth: { min: 4, max: 12 }, wide: { parameters: { a: lr } } } },
      layers: { values: [[64, 64], [32]] },
      odd: { distribution: "beta", min: 0, max: 1 },
    },
  });
  t.deepEqual(Object.keys(study.space!), ["model.depth", "model.wide.a"]);
  const all = told.join("\n");
  t.regex(all, /line 5: parameters\.model\.parameters\.depth: it is given as model\.depth/);
  t.regex(all, /parameters\.layers: its values hold lists.*left out/);
  t.regex(all, /parameters\.odd: there is no counterpart of the distribution beta; it is left out/);
  t.regex(all, /metric: there is none/);
  t.regex(all, /run_cap: there is none/);
});

test("hyperband stops as successive halving does", (t) => {
  const early = (given: object) =>
    read({ method: "random", metric, parameters: { lr }, early_terminate: given });
  const pruner = (given: object) => early({ type: "hyperband", ...given }).study.pruner;
  const halving = { name: "successive-halving", reductionFactor: 3 };
  t.deepEqual(pruner({ min_iter: 5, s: 2 }), { ...halving, minResource: 5 });
  t.deepEqual(pruner({ max_iter: 27, s: 2 }), { ...halving, minResource: 3 });
  t.deepEqual(pruner({ min_iter: 3, eta: 2 }), { ...halving, minResource: 3, reductionFactor: 2 });
  t.is(early({ type: "envelope" }).study.pruner, undefined);
  t.regex(early({ type: "envelope" }).told.join("\n"), /no counterpart of envelope/);
});

test("a sweep's command keeps its words, and its macros become placeholders", async (t) => {
  const words = async (command: string[]) => {
    const parameters = { lr, amp: { values: [true, false] }, seed: { value: 1 } };
    const sweep = { program: "train.py", method: "random", metric, parameters, command };
    return loaded(sweep, { lr: 0.1, amp: true });
  };
  const start = ["${env}", "python3", "${program}"];
  t.deepEqual((await words([...start, "+experiment=a", "${args_no_hyphens}"])).argv, [
    ...["python3", "train.py", "+experiment=a", "seed=1", "lr=0.1", "amp=true"],
  ]);
  t.deepEqual((await words([...start, "${args_no_boolean_flags}"])).argv, [
    ...["python3", "train.py", "--seed=1", "--lr=0.1", "--amp"],
  ]);
  const hydra = "hydra.run.dir=runs/${now:%Y%m%d}";
  t.is((await words([...start, hydra, "${args}"])).argv[2], hydra);
  const file = await words([...start, "${args_json_file}"]);
  t.deepEqual(file.argv.slice(2), ["/trial/.hpo/params.json"]);
  t.regex(file.told, /the constants seed do not stand in the file/);
  t.regex((await words([...start])).told, /it names no parameter/);
  t.regex((await words([...start, "${args}"])).told, /amp is given as true or false/);
});

test("another file is refused, and so is one that searches nothing", (t) => {
  t.throws(() => read({ a: 1 }), { message: /no W&B sweep.*no Katib experiment/ });
  t.throws(() => studyFromForeign("a: [", "x.yaml"), { message: /^x\.yaml:1:\d+: / });
  t.throws(() => read({ method: "grid", parameters: { a: { value: 1 } } }), {
    message: /searches nothing/,
  });
});

test("what a program is started by elsewhere, or pruned by, is told", (t) => {
  const sweep = { program: "main.py", command: ["${args_no_boolean_flags}"], parameters: { lr } };
  t.regex(
    read(sweep).told.join("\n"),
    /command: its command begins with --lr=\{lr\}: put the program/,
  );
  const container = { image: "lightgbm", args: ["--lr=${trialParameters.lr}"] };
  const spec = {
    objective: { type: "minimize", objectiveMetricName: "loss" },
    algorithm: { algorithmName: "hyperband" },
    parameters: [{ name: "lr", parameterType: "double", feasibleSpace: { min: "0.01", max: "1" } }],
    trialTemplate: { trialSpec: { containers: [container] } },
  };
  const told = read({ kind: "Experiment", spec }).told.join("\n");
  t.regex(told, /trialTemplate: its command begins with --lr=\{lr\}/);
  t.regex(told, /algorithmName: it stops trials by their reports here: add pruner: hyperband/);
});

test("constants are spelled as Python does, and choices that are spelled otherwise are told", async (t) => {
  const parameters = {
    ...{ seed: { value: null }, amp: { value: true }, lr },
    ...{ depth: { values: [null, 3] }, warm: { values: [true, false] } },
  };
  const { argv, told } = await loaded(
    { program: "train.py", method: "random", metric, parameters },
    { lr: 0.1, depth: 3, warm: true },
  );
  t.deepEqual(argv.slice(2), ["--seed=None", "--amp=True", "--lr=0.1", "--depth=3", "--warm=true"]);
  t.regex(told, /command: depth is given as null, where W&B gives None/);
  t.regex(told, /command: warm is given as true or false, where W&B gives True or False/);
});

test("of two parameters that get one name the second is told, and left out", async (t) => {
  const opt = { parameters: { lr, wd: { value: 0 } } };
  const parameters = { opt, "opt.lr": { value: 3 }, "opt.wd": { min: 0, max: 1 } };
  const { argv, told } = await loaded(
    { program: "train.py", method: "random", metric, parameters },
    { "opt.lr": 0.1 },
  );
  t.deepEqual(argv.slice(2), ["--opt.wd=0", "--opt.lr=0.1"]);
  t.regex(
    told,
    /parameters\.opt\.lr: another one is called opt\.lr here, too; this one is left out/,
  );
  t.regex(told, /parameters\.opt\.wd: another one is called opt\.wd here/);
});

test("words that PyYAML reads as true and false are so here, and told with their line", (t) => {
  const text = `method: grid
program: t.py
command: [python, t.py, --fast, yes, "\${args}"]
parameters:
  amp: { values: [yes, no] }
  mode:
    values:
      - Off
      - "off"
      - y
  augment: { value: no }
`;
  const { study, told } = studyFromForeign(text, "s.yaml");
  t.deepEqual<unknown, unknown>(study.space, {
    amp: yamlChoice(true, false),
    mode: yamlChoice(false, "off", "y"),
  });
  t.deepEqual((study.command as string[]).slice(0, 4), ["python", "t.py", "--fast", "yes"]);
  t.true(study.command!.includes("--augment=False"));
  const lines = told.filter((line) => line.includes("PyYAML")).map((line) => line.split(",")[0]);
  t.deepEqual(lines, [
    "line 5: parameters.amp.values: yes is true",
    "line 5: parameters.amp.values: no is false",
    "line 8: parameters.mode.values: Off is false",
    "line 11: parameters.augment.value: no is false",
  ]);
});

test("numbers that are none to YAML 1.2 are read as PyYAML reads them", (t) => {
  const text = `method: grid
program: t.py
parameters:
  size: { values: [1_000, -1_0.5, 0b11, 1:30, 12:30:45, "1_000", _1, 1_000e3, 0o17] }
  steps: { min: 1_000, max: 10_000 }
`;
  const { study, told } = studyFromForeign(text, "s.yaml");
  // By PyYAML 6.0.2, but for 0o17, which is a text to it and a number wherever YAML is read today.
  t.deepEqual<unknown, unknown>(study.space, {
    size: yamlChoice(1000, -10.5, 3, 90, 45045, "1_000", "_1", "1_000e3", 15),
    steps: yamlInt(1000, 10_000),
  });
  t.regex(told.join("\n"), /line 4: parameters\.size\.values: 1:30 is 90, as PyYAML/);
  t.regex(told.join("\n"), /line 5: parameters\.steps\.min: 1_000 is 1000/);
});
