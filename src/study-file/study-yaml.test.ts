import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import type { Params } from "../space/search-space.ts";
import { prunerOrNamed, pruners } from "../pruners/index.ts";
import { studyFileText } from "./inline/inline-study.ts";
import { loadStudyFile } from "./load-study-file.ts";
import { studyFileJsonSchema, type JsonSchema } from "./study-file-schema.ts";
import { loadStudyYaml, type CommandStudy } from "./study-yaml.ts";

const newPath = (name = "study.yaml"): string =>
  join(mkdtempSync(join(tmpdir(), "hpo-yaml-")), name);

function load(text: string, name?: string): Promise<CommandStudy> {
  const path = newPath(name);
  writeFileSync(path, text);
  return loadStudyYaml(path);
}

/** The pruner of a study file that says so. */
const prunerOf = async (yaml: string): Promise<string | undefined> => {
  const space = "space:\n  x: { type: float, low: 0, high: 1 }\n";
  const { definition } = await load(`name: a\ncommand: "true"\n${space}pruner: ${yaml}\n`);
  return prunerOrNamed(definition.pruner)?.name;
};

test("every pruner is known by its name", async (t) => {
  const needed: Readonly<Record<string, string>> = {
    threshold: "upper: 1",
    patient: "patience: 2",
  };
  for (const name of Object.keys(pruners)) {
    t.is(await prunerOf(`{ name: ${name}, ${needed[name] ?? ""} }`), name);
  }
  t.is(await prunerOf("median"), "median");
  t.is(await prunerOf("{ name: percentile, percentile: 40, startupTrials: 3 }"), "percentile");
  t.is(await prunerOf("{ name: patient, patience: 2, pruner: { name: hyperband } }"), "patient");
});

test("what is wrong with a pruner is told", async (t) => {
  const told = async (yaml: string): Promise<string> =>
    (await t.throwsAsync(prunerOf(yaml))).message;
  t.regex(
    await told("hyperbend"),
    /:5:9: pruner: there is no "hyperbend". Did you mean "hyperband"\?/,
  );
  t.regex(await told("{ name: medan }"), /:5:17: pruner\.name: there is no "medan". Did you mean/);
  t.regex(await told("{ name: median, startup: 3 }"), /:5:9: pruner: median: there is no option/);
  t.regex(
    await told("{ name: percentile, percentile: many }"),
    /percentile: percentile="many" must/,
  );
  t.regex(await told("{ name: patient, patience: 2, pruner: mediam }"), /Did you mean "median"/);
  t.regex(await told("{ name: patient, patience: 2, pruner: 3 }"), /"pruner" of patient is a name/);
  t.regex(await told("{ name: median, pruner: median }"), /median: there is no option "pruner"/);
  t.regex(await told("threshold"), /threshold: there is no bound/);
});

test("a number that begins with 0 is refused, as it is octal to other readers", async (t) => {
  const choice = (text: string) =>
    load(`name: a\ncommand: "true"\nspace:\n  x: { type: categorical, choices: [${text}, 3] }\n`);
  const error = await t.throwsAsync(choice("010"));
  t.regex(error.message, /:4:37: 010 is read as .* Write 10, or "010" for the text\.$/);
  await t.throwsAsync(choice("-007"), { message: /Write -7, or "-007" for/ });
  for (const text of ["0", "0.5", "0e3", "1.0e-05", '"010"', "0o10"]) {
    await t.notThrowsAsync(choice(text), text);
  }
});

test("every stop rule is known by its name, and what is wrong with one is told in its place", async (t) => {
  const until = async (yaml: string) =>
    (
      await load(
        `name: a\ncommand: "true"\nspace:\n  x: { type: float, low: 0, high: 1 }\nuntil: ${yaml}\n`,
      )
    ).definition.until;
  const told = async (yaml: string): Promise<string> => (await t.throwsAsync(until(yaml))).message;
  const all =
    "{ maxTrials: 9, targetValue: -0.1, noImprovement: 5, timeBudget: 60.5, regretBound: noise }";
  t.is([(await until(all)) ?? []].flat().length, 5);
  t.is([(await until("{ regretBound: 0.01 }")) ?? []].flat().length, 1);
  t.regex(await told("{ noImprovment: 5 }"), /:5:10: until.noImprovment is unknown. Did you mean "noImprovement"\?/); // prettier-ignore
  t.regex(
    await told("{ noImprovement: 0 }"),
    /:5:25: until.noImprovement: It must be ≥ 1, got 0\./,
  );
  t.regex(await told("{ regretBound: much }"), /:5:23: until.regretBound: .*"much"/);
  t.regex(await told("20"), /:5:8: until: expected a map, got 20. When the study has had enough/);
});

test("how often a trial whose process died starts again is a number of the study", async (t) => {
  const loaded = async (yaml: string) => (await load(`${LINES.join("\n")}\n${yaml}`)).definition;
  t.is((await loaded("maxRestarts: 0")).maxRestarts, 0);
  await t.throwsAsync(loaded("maxRestarts: -1"), {
    message: /maxRestarts: It must be ≥ 0, got -1/,
  });
});

test("a metric is named by a word, as by a map that says name", async (t) => {
  const metricOf = async (yaml: string) =>
    (await load(`${LINES.join("\n")}\nmetric: ${yaml}`)).command?.metric;
  t.deepEqual(await metricOf("val_loss"), await metricOf("{ name: val_loss }"));
});

const LINES = [
  "name: a", // line 1
  "space:",
  "  lr: { type: float, low: 0.1, high: 1 }",
  "command: train --lr {lr}", // line 4
];
/** What is said of a file of these lines, one of them replaced or added. */
const toldOf = async (line: number, text: string): Promise<string> => {
  const lines = [...LINES];
  lines[line - 1] = text;
  try {
    await load(lines.join("\n"));
    return "nothing";
  } catch (error) {
    return (error as Error).message;
  }
};

test("a mistake is told with its line and column, and what could stand there", async (t) => {
  const cases: [number, string, RegExp][] = [
    [
      3,
      "  lr: { type: float, low: 0.1, hihg: 1 }",
      /^\S+:3:32: space\.lr\.hihg is unknown. Did you mean "high"\?$/,
    ],
    [
      3,
      "  lr: { type: float, low: 0.1 }",
      /^\S+:3:7: space\.lr: "high" is missing. The greatest value/,
    ],
    [
      3,
      "  lr: { type: flaot, low: 0.1, high: 1 }",
      /:3:15: space\.lr\.type: there is no "flaot". Did you mean "float"\?/,
    ],
    [3, "  lr: { low: 0.1, high: 1 }", /:3:7: space\.lr: "type" is missing/],
    [
      3,
      "  lr: { type: float, low: small, high: 1 }",
      /:3:27: space\.lr\.low: expected a number, got "small". The least value/,
    ],
    [
      3,
      '  "": { type: float, low: 0, high: 1 }',
      /:3:7: space\.: a parameter's name is "", an empty/,
    ],
    [3, "  lr: { type: float, low: 2, high: 1 }", /:3:7: space\.lr: .*low/],
    [
      3,
      "  lr: { type: float, low: 0, high: 1, log: true }",
      /:3:7: space\.lr: .*log-scaled float needs low > 0/,
    ],
    [3, "  lr: { type: float, low: 0.1, high: 1, when: { opt: adam } }", /:3:3: space: .*opt/],
    [
      4,
      "command: train --lr {rl}",
      /:4:10: command: .*\{rl\} names no parameter. Did you mean "lr"\?/,
    ],
    [4, "command: train > log", /:4:10: command: .*unquoted >/],
    [4, "command: 3", /:4:10: command: 3 is not understood. What a trial runs/],
    [4, "comand: train", /:4:1: comand is unknown. Did you mean "command"\?/],
    [5, "strategy: median", /:5:11: strategy: .*"median" is a pruner: give it as the pruner/],
    [5, "pruner: { name: tpe }", /:5:17: pruner\.name: .*"tpe" is a strategy/],
    [5, "strategy: bayesain", /:5:11: strategy: there is no "bayesain". Did you mean "bayesian"\?/],
    [
      5,
      "direction: minimise",
      /:5:12: direction: there is no "minimise". Did you mean "minimize"\?/,
    ],
    [5, "trials: -3", /:5:9: trials: It must be ≥ 0, got -3\./],
    [5, "trials: many", /:5:9: trials: expected a number, got "many"/],
    [5, "metric: { regexp: 'a' }", /:5:11: metric\.regexp is unknown. Did you mean "regex"\?/],
    [5, "metric: { regex: 'loss' }", /:5:9: metric: .*has no group/],
    [5, "metric: { file: metrics }", /:5:9: metric: .*Add format/],
    [5, "metric: ''", /:5:9: metric: /],
    [5, "cwd: nowhere", /cwd: The command's folder \S*nowhere does not exist/],
    [5, "name: b", /:5:1: .*[Mm]ap keys must be unique/],
    [3, "  lr: { type: float, low: 0.1, high: .inf }", /high: expected a number, got Infinity/],
    [3, "  __proto__: { type: float, low: 0, high: 1 }", /:3:3: nothing can be called __proto__/],
    [3, "  [lr]: { type: float, low: 0, high: 1 }", /:3:3: a key must be a text/],
    [3, "  lr: *nowhere", /: Unresolved alias .*nowhere\. Write the value itself/],
    [4, "command: !!python/name:os train", /:4:10: Unresolved tag: .*Remove the tag\.$/],
    [1, 'name: "a\\0"', /:1:7: name: The study's name .* holds U\+0000/],
    [5, "memoryLimit: 0GB", /:5:14: memoryLimit: .*memoryLimit="0GB" must be a size/],
    [5, "notify: ' '", /:5:9: notify: /],
    [5, "workers: 1000000000", /:5:10: workers: .* must be an integer ≥ 1 and ≤ 10000/],
    [5, "roles: { momentum: mu }", /:5:20: roles\.momentum: .*names "mu".* Did you mean "lr"\?/],
    [
      5,
      "roles: { batchSize: lr, learningRate: { sgd: ll } }",
      /:5:46: roles\.learningRate\.sgd: .*names "ll".* Did you mean "lr"\?/,
    ],
    [
      4,
      "command: train {lr?--fast}",
      /:4:10: command: The piece \{lr\?…\} .* asks whether lr is true, and it has other values/,
    ],
    [5, "env: { A: [1] }", /:5:11: env\.A: \[1\] is not understood/],
  ];
  for (const [line, text, expected] of cases) t.regex(await toldOf(line, text), expected, text);
  t.is(await toldOf(5, "env: { A: 1, B: true, C: text }"), "nothing");
  t.is(await toldOf(4, "  m: { <<: &a { type: int, low: 1 }, high: 9 }\ncommand: t"), "nothing");
  t.regex((await t.throwsAsync(loadStudyYaml(tmpdir()))).message, /can't be read: EISDIR/);
  await t.throwsAsync(loadStudyFile(" "), { message: /^There is no file " "\. Give a study/ });
  await t.throwsAsync(loadStudyFile(tmpdir()), { message: /is a folder\. Give the path of a/ });
  const program = join(mkdtempSync(join(tmpdir(), "hpo-")), "train.py");
  writeFileSync(program, "print(1)");
  await t.throwsAsync(loadStudyFile(program), {
    message: /train\.py is no study file: .* A program is tuned by hpo tune/,
  });
  t.regex((await t.throwsAsync(load(""))).message, /is no study file: it is empty/);
  t.regex((await t.throwsAsync(load("name: ["))).message, /study\.yaml:1:\d+: /);
});

test("JSON study files are read as well, and may name their schema", async (t) => {
  const content = {
    $schema: "./study.schema.json",
    name: "j",
    space: { x: { type: "int", low: 1, high: 3 } },
    command: ["train", "{x}"],
    artifacts: "kept",
  };
  const { definition, command } = await load(JSON.stringify(content, null, 2), "study.json");
  t.is(definition.name, "j");
  t.regex(definition.artifacts!, /^\/.*\/kept$/, "from the file's folder on");
  const trial = { number: 4, params: { x: 2 }, seed: 9, directoryPath: "/data/4" };
  t.deepEqual(command!.plan(trial).argv, ["train", "2"]);
  const torn = JSON.stringify(content, null, 2).replace('"high": 3', '"high": "3"');
  t.regex(
    (await t.throwsAsync(load(torn, "study.json"))).message,
    /study\.json:8:15: space\.x\.high/,
  );
});

test("the schema describes every key, and the package's file is up to date", (t) => {
  const undescribed: string[] = [];
  const visit = (schema: JsonSchema, path: string): void => {
    for (const [name, child] of Object.entries(schema.properties ?? {})) {
      if (!child.description) undescribed.push(`${path}.${name}`);
      visit(child, `${path}.${name}`);
    }
    for (const child of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) visit(child, path);
    if (typeof schema.additionalProperties === "object") visit(schema.additionalProperties, path);
  };
  visit(studyFileJsonSchema(), "");
  t.deepEqual(undescribed, []);
  const file = new URL("../../../schema/study.schema.json", import.meta.url);
  t.deepEqual(JSON.parse(readFileSync(file, "utf8")), studyFileJsonSchema(), "npm run schema");
});

test("an alias that leads nowhere, into itself or to too much is told", async (t) => {
  const told = async (text: string): Promise<string> =>
    (await t.throwsAsync(load(`name: a\n${text}`))).message;
  const nowhere = await told("roles: *nowhere\n");
  t.regex(nowhere, /study\.yaml:1:1: Unresolved alias .*nowhere\. Write the value itself/);
  t.regex(await told("roles: &r { batchSize: *r }\n"), /an alias stands within what it stands for/);
  const letters = "bcdefg".split("");
  const tower = letters.map((name, i) => {
    const below = "abcdef"[i];
    return `${name}: &${name} [${`*${below}, `.repeat(9)}1]\n`;
  });
  t.regex(await told("<<: 1\n"), /Merge sources must be maps or map aliases\. Write the value/);
  t.regex(await told(`a: &a [1]\n${tower.join("")}`), /study\.yaml:1:1: Excessive alias count/);
});

test("a text that nests too deeply is told as that", async (t) => {
  const { message } = await t.throwsAsync(load(`name: ${"[".repeat(20_000)}`));
  t.regex(
    message,
    /study\.yaml:\d+:\d+: maps or lists stand within each other too deeply to be read\. Nest/,
  );
});

test("a float stays one for a program that tells floats from integers", async (t) => {
  const { command } = await load(
    "name: a\nspace:\n  x: { type: float, low: 0, high: 1e300 }\n  n: { type: int, low: 0, high: 9 }\n" +
      "  c: { type: categorical, choices: [1, '1'] }\ncommand: train {x|0}",
  );
  const json = (params: Params): string =>
    command!.plan({ number: 0, seed: 1, directoryPath: "/t", params }).paramsJson;
  t.is(json({ x: 1, n: 1, c: 1 }), '{"x":1.0,"n":1,"c":1}');
  t.is(json({ x: -0.5, n: 0, c: "1" }), '{"x":-0.5,"n":0,"c":"1"}');
  t.is(json({ x: 1e300 }), '{"x":1e+300}', "which is a float as it stands");
  t.is(json({}), "{}");
});

test("choices without quotes that PyYAML takes for true and false are texts, and told once", async (t) => {
  const beginning = 'name: a\ncommand: "true"\nspace:\n  x: { type: categorical, choices: ';
  const { definition, doubts } = await load(`${beginning}[yes, no, on] }\n`);
  t.deepEqual<unknown, unknown>(definition.space?.parameters[0].distribution, {
    kind: "categorical",
    choices: ["yes", "no", "on"],
  });
  t.is(doubts.length, 1);
  t.regex(
    doubts[0],
    /study\.yaml:4:\d+: yes, no, on: texts here, where PyYAML reads true, false, true\. .*"yes"/,
  );
  t.regex((await load(`${beginning}[1_000, a] }\n`)).doubts[0], /: 1_000: text here.*reads 1000/);
  for (const well of ['["yes", "no"]', "[true, false]", "[y, n]"]) {
    t.deepEqual((await load(`${beginning}${well} }\n`)).doubts, [], well);
  }
});

test("a study file that is written for texts as yes and no puts them in quotes", async (t) => {
  const x = { type: "categorical" as const, choices: ["yes", "no", "12", "1_000", "16:9", "adam"] };
  const text = studyFileText({ name: "a", space: { x }, command: ["true"] });
  t.regex(text, /\[ ?"yes", "no", "12", "1_000", "16:9", adam ?\]/);
  const { definition, doubts } = await load(text);
  t.deepEqual<unknown, unknown>(definition.space?.parameters[0].distribution, {
    kind: "categorical",
    choices: x.choices,
  });
  t.deepEqual(doubts, []);
});
