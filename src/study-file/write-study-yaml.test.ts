import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { categorical, float, int, logNormal, searchSpace } from "../space/index.ts";
import { spaceToJson } from "../space/space-json.ts";
import { createStudy } from "../study/open-study.ts";
import { viewStudy } from "../study/study-view.ts";
import { openStorage } from "../storage/open-storage.ts";
import { loadStudyYaml } from "./study-yaml.ts";
import { studyYaml } from "./write-study-yaml.ts";

const read = async (text: string) => {
  const path = join(mkdtempSync(join(tmpdir(), "hpo-yaml-")), "study.yaml");
  writeFileSync(path, text);
  return (await loadStudyYaml(path)).definition;
};

test("a study file that is written from a space declares that space", async (t) => {
  const space = searchSpace({
    lr: float(1e-5, 1, { log: true }),
    "tiny: # {x}": float(-5e-324, 1.7976931348623157e308),
    "x y": float(0, 1, { step: 0.1 }),
    "1": int(-3, 9, { step: 3 }),
    null: int(1, 4096, { log: true }),
    kind: categorical([
      "a",
      "",
      "null",
      null,
      "1",
      1,
      true,
      "yes",
      "a: b",
      "#x",
      "\u001b[2J\n",
      "'",
    ]),
    depth: int(1, 5).when("kind", ["a", null, true]),
    width: int(1, 5).when("kind", "null"),
    more: float(0, 1).when("lr", { gt: 1e-3, lte: 0.5 }),
  });
  const text = studyYaml({
    name: "it's: {a} #study\n2",
    directions: ["minimize", "maximize"],
    metricNames: undefined,
    space,
    isDeclared: true,
    trialCount: 201,
  });
  t.regex(text, /^# The command leaves out "1", "tiny: # \{x\}", "x y", whose names or values/m);
  t.regex(text, /^# HPO_PARAMS, a JSON object of all parameters/m);
  const command = /^command: (.*)$/m.exec(text)?.[1];
  t.is(command, "python3 train.py --lr {lr} --null {null} --kind {kind} --depth {depth|1} --width {width|1} --more {more|0}"); // prettier-ignore
  const definition = await read(text);
  t.is(definition.name, "it's: {a} #study\n2");
  t.is(definition.trials, 251);
  t.deepEqual(definition.metrics, { value: "minimize", value1: "maximize" });
  t.deepEqual(spaceToJson(definition.space!), spaceToJson(space));
});

test("the space of a study without one is what its trials show, conditions too", async (t) => {
  const storage = await openStorage("memory:");
  const study = await createStudy({ name: "free", direction: "maximize" }, { storage });
  await study.optimize(
    (trial) => {
      const kind = trial.suggestCategorical("kind", ["sgd", "adam"]);
      const momentum = kind === "sgd" ? trial.suggestFloat("momentum", 0, 0.99) : 0;
      return momentum + trial.suggestFloat("lr", 1e-4, 1, { log: true });
    },
    { trials: 12 },
  );
  const { name, directions, metricNames, space } = await viewStudy("free", storage);
  const parts = { name, directions, metricNames, space, isDeclared: false, trialCount: 12 };
  const text = studyYaml(parts);
  t.regex(text, /read off 12 trials/);
  t.regex(
    text,
    /command: python3 train\.py --kind \{kind\} --lr \{lr\} --momentum \{momentum\|0\}\n/,
  );
  const definition = await read(text);
  t.is(definition.direction, "maximize");
  t.deepEqual(spaceToJson(definition.space!), spaceToJson(space));
  t.deepEqual(space.parameters.find((one) => one.name === "momentum")?.conditions, [
    { parameter: "kind", in: ["sgd"] },
  ]);
});

test("what YAML can't state of a parameter stands beside it", (t) => {
  const space = searchSpace({ lr: float(1e-5, 1, { log: true, prior: logNormal(1e-3, 3) }) });
  const text = studyYaml({
    name: "a",
    directions: ["minimize"],
    metricNames: undefined,
    space,
    isDeclared: true,
    trialCount: 0,
  });
  t.regex(
    text,
    / {2}# It has a prior \(logNormal\), which only a study in TypeScript can state\.\n {2}lr:/,
  );
});
