import { parse, stringify } from "yaml";
import type { Rng } from "../../numerics/rng.ts";
import { identityOf } from "../../contracts/identity.ts";
import type { Pruner } from "../../contracts/pruner.ts";
import type { Strategy } from "../../contracts/strategy.ts";
import { spaceToJson } from "../../space/space-json.ts";
import { studyOfText, type CommandStudy } from "../../study-file/study-yaml.ts";
import { studyYaml } from "../../study-file/write-study-yaml.ts";
import { chance, maybe, pick, slippedText, slippedValue } from "./draw.ts";
import { requireSame, type Fuzzer } from "./fuzzer.ts";
import { parametersDrawn } from "./parameters.ts";

const PATH = "study.yaml";

/** Study files in YAML. */
export const yamlFiles: Fuzzer = {
  name: "yaml",
  draw(rng, folder) {
    const content = contentDrawn(rng);
    const given = chance(rng, 0.35) ? slippedValue(rng, content) : content;
    const written = chance(rng, 0.2) ? JSON.stringify(given) : stringify(given);
    const slipped = chance(rng, 0.35) ? slippedText(rng, written) : written;
    const text = chance(rng, 0.05) ? slipped + pick(rng, ENDINGS) : slipped;
    return { text, names: [PATH], take: () => takeYaml(text, folder) };
  },
};

async function takeYaml(text: string, folder: string): Promise<void> {
  const study = await studyOfText({ text, folder, path: PATH });
  const again = await studyOfText({
    text: stringify(parse(text, { merge: true })),
    folder,
    path: PATH,
  });
  requireSame("the study", toldOf(study), toldOf(again));
  const { name, direction = "minimize", space } = study.definition;
  if (!space) return;
  const whole = { name, directions: [direction], space, isDeclared: true, trialCount: 0 };
  const exported = studyYaml({ ...whole, metricNames: undefined });
  const back = await studyOfText({ text: exported, folder, path: PATH });
  requireSame("the exported space", spaceToJson(space), spaceToJson(back.definition.space!));
}

/** All of a study that is no function. */
export const toldOf = ({ definition, command }: CommandStudy): object => ({
  ...definition,
  space: definition.space && spaceToJson(definition.space),
  strategy: definition.strategy && identityOf(definition.strategy as Strategy),
  pruner: definition.pruner && identityOf(definition.pruner as Pruner),
  command: command && { command: command.command, metric: command.metric, env: command.env },
});

function contentDrawn(rng: Rng): Record<string, unknown> {
  const space = parametersDrawn(rng, 1, 4);
  const options = Object.keys(space).map((name, index) => ` --o${index} {${name}|0}`);
  const names = Object.keys(space).every((name) => /^[\w.-]+$/.test(name));
  const command = names ? `python train.py${options.join("")}` : "python train.py {params_file}";
  const content = {
    name: pick(rng, ["digits", "a b", "été", "2026"]),
    ...pick<object>(rng, [
      {},
      { direction: "maximize" },
      { metrics: { loss: "minimize" } },
      { metrics: { loss: "minimize", accuracy: "maximize" } },
    ]),
    space,
    strategy: maybe(rng, 0.5, () => pick<unknown>(rng, STRATEGIES)),
    pruner: maybe(rng, 0.3, () => pick<unknown>(rng, PRUNERS)),
    trials: maybe(rng, 0.6, () => rng.integer(0, 99)),
    until: maybe(rng, 0.3, () => pick<unknown>(rng, UNTIL)),
    workers: maybe(rng, 0.3, () => rng.integer(1, 8)),
    seed: maybe(rng, 0.3, () => rng.integer(-5, 5)),
    command: maybe(rng, 0.9, () => (chance(rng, 0.8) ? command : command.split(" "))),
    metric: maybe(rng, 0.4, () => pick<unknown>(rng, METRICS)),
    env: maybe(rng, 0.3, () => pick<unknown>(rng, [{ A: "1", B: 2 }, { P: "${HOME:-/}x" }, {}])),
    devices: maybe(rng, 0.1, () => "none"),
    memoryLimit: maybe(rng, 0.2, () => pick<unknown>(rng, ["512MB", "4GiB", 1e9])),
    trialTimeoutSeconds: maybe(rng, 0.2, () => 0.5),
    retryOn: maybe(rng, 0.2, () => [75]),
  };
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined));
}

/** What only YAML has: anchors that multiply, tags, keys that are no text, manyDrawn documents. */
const ENDINGS = [
  `x: &x [a, b, c]\n${"bcdefgh"
    .split("")
    .map((name, i) => `${name}: &${name} [${`*${"xbcdefg"[i]}, `.repeat(9)}1]\n`)
    .join("")}`,
  ...[
    "roles: &r { batchSize: *r }\n",
    "roles: *nowhere\n",
    "? [a, b]\n: 1\n",
    "env: !!set { A }\n",
  ],
  ...["--- \nname: b\n", "seed: !!binary aGk=\n", "cwd: 2026-01-01\n", "env: { <<: { A: 1 } }\n"],
  ...["env: !!omap [A: 1]\n", "%YAML 9\n", "\tname: x\n", "trials: 0o17\n", "null: 1\n"],
];

const STRATEGIES = [
  ...["random", "tpe", "bayesian", "grid", { name: "tpe", startup: 20 }],
  { name: "asha", strategy: "random", maxSteps: 9 },
];
const PRUNERS = ["median", { name: "patient", patience: 2, pruner: "median" }, "divergence"];
const UNTIL = [{ maxTrials: 9, targetValue: 0.1 }, { noImprovement: 5 }, { timeBudget: 60 }];
const METRICS = [
  ...["json-lines", { name: "val_loss", step: "epoch" }, { regex: "loss=(?<value>\\S+)" }],
  { file: "log.csv", value: "loss" },
];
