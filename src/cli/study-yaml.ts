import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { LineCounter, parseDocument, type Document } from "yaml";
import { z } from "zod";
import { strategies } from "../../strategies/index.ts";
import { didYouMean } from "../did-you-mean.ts";
import { HpoError } from "../errors.ts";
import { strategyOf } from "../open-study.ts";
import { pruners, type PrunerName } from "../pruners/index.ts";
import type { Pruner } from "../pruners/pruner.ts";
import { commandRunner } from "../runner/command.ts";
import { commandSchema } from "../runner/command-schema.ts";
import { deviceFields } from "../runner/devices/schema.ts";
import type { Lease } from "../runner/lease.ts";
import type { Runner } from "../runner/runner.ts";
import { toCondition } from "../space/condition.ts";
import {
  categoricalDistribution,
  floatDistribution,
  intDistribution,
  type Distribution,
  type Scalar,
} from "../space/distribution.ts";
import { spaceOf, type Parameter, type SearchSpace } from "../space/search-space.ts";
import type { Strategy } from "../strategy.ts";
import { checkDefinition, type StudyDefinition } from "../study-definition.ts";

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const bounds = z.strictObject({
  gt: z.number().optional(),
  gte: z.number().optional(),
  lt: z.number().optional(),
  lte: z.number().optional(),
});
const when = z.record(z.string(), z.union([scalar, z.array(scalar), bounds])).optional();
const range = { low: z.number(), high: z.number(), log: z.boolean().default(false) };
const parameterSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("float"), ...range, step: z.number().optional(), when }),
  z.strictObject({ type: z.literal("int"), ...range, step: z.int().optional(), when }),
  z.strictObject({ type: z.literal("categorical"), choices: z.array(scalar), when }),
]);
const direction = z.enum(["minimize", "maximize"]);
const named = z.union([z.string(), z.looseObject({ name: z.string() })]);

/** A study file in YAML or JSON: a space, a command, and how to search. */
export const studyFileSchema = z.strictObject({
  name: z.string().min(1),
  direction: direction.optional(),
  metrics: z.record(z.string(), direction).optional(),
  space: z.record(z.string(), parameterSchema),
  strategy: named.optional(),
  pruner: named.optional(),
  trials: z.int().min(0).optional(),
  workers: z.int().min(1).optional(),
  seed: z.int().optional(),
  repeats: z.boolean().optional(),
  command: commandSchema.shape.command,
  ...deviceFields,
  cwd: commandSchema.shape.cwd,
  env: commandSchema.shape.env,
  shell: commandSchema.shape.shell,
  metric: commandSchema.shape.metric,
  /** A trial's hard limit, in seconds. */
  trialTimeoutSeconds: z.number().positive().optional(),
});

export interface CommandStudy {
  readonly definition: StudyDefinition;
  /** What its trials' processes get beside this one's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly makeRunner: (workers: number, leases?: readonly Lease[]) => Runner;
}

/** @throws HpoError with line and column where the file is wrong. */
export function loadStudyYaml(path: string): CommandStudy {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, "utf8"), { lineCounter: lines });
  const [error] = document.errors;
  if (error) throw new HpoError(`${path}: ${error.message}`);
  const parsed = studyFileSchema.safeParse(document.toJS());
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${place(path, issue.path, document, lines)}: ${issue.message}`,
    );
    throw new HpoError(problems.join("\n"));
  }
  const {
    space: _space,
    strategy,
    pruner,
    command,
    cwd,
    env,
    shell,
    metric,
    trialTimeoutSeconds,
    ...rest
  } = parsed.data;
  const space = spaceOfFile(parsed.data.space);
  const definition: StudyDefinition = {
    ...rest,
    space,
    strategy: strategy === undefined ? undefined : strategyOfFile(strategy),
    pruner: pruner === undefined ? undefined : prunerOfFile(pruner),
  };
  checkDefinition(definition);
  const makeRunner = (workers: number, leases?: readonly Lease[]): Runner =>
    commandRunner({
      leases,
      command,
      // Relative to the study file, so that it runs from anywhere.
      cwd: resolve(dirname(path), cwd ?? "."),
      env,
      shell,
      metric,
      slots: workers,
      timeoutMs: trialTimeoutSeconds === undefined ? undefined : trialTimeoutSeconds * 1000,
      parameters: space.parameters.map(({ name }) => name),
    });
  return { definition, env, makeRunner };
}

/** `study.yaml:7:5: space.lr.low` */
function place(
  path: string,
  keys: readonly PropertyKey[],
  document: Document,
  lines: LineCounter,
): string {
  for (let length = keys.length; length >= 0; length--) {
    const node = document.getIn(keys.slice(0, length), true) as { range?: [number] } | undefined;
    if (!node?.range) continue;
    const { line, col } = lines.linePos(node.range[0]);
    return `${path}:${line}:${col}: ${keys.map(String).join(".") || "the file"}`;
  }
  return path;
}

function spaceOfFile(file: z.output<typeof studyFileSchema>["space"]): SearchSpace {
  return spaceOf(
    Object.entries(file).map(([name, parameter]): Parameter => {
      const conditions = Object.entries(parameter.when ?? {}).map(([parent, test]) =>
        toCondition(parent, test as Scalar | readonly Scalar[]),
      );
      return { name, distribution: distributionOfFile(parameter), conditions };
    }),
  );
}

function distributionOfFile(parameter: z.output<typeof parameterSchema>): Distribution {
  switch (parameter.type) {
    case "float":
      return floatDistribution(parameter.low, parameter.high, parameter);
    case "int":
      return intDistribution(parameter.low, parameter.high, parameter);
    case "categorical":
      return categoricalDistribution(parameter.choices);
  }
}

type Named = z.output<typeof named>;
const split = (given: Named): { name: string; options: Record<string, unknown> } => {
  if (typeof given === "string") return { name: given, options: {} };
  const { name, ...options } = given;
  return { name, options };
};

function strategyOfFile(given: Named): Strategy {
  const { name, options } = split(given);
  const strategy = strategyOf({ name, options });
  if (strategy) return strategy;
  throw new HpoError(
    `strategy: there is no "${name}". ${didYouMean(name, Object.keys(strategies))}`,
  );
}

function prunerOfFile(given: Named): Pruner {
  const { name, options } = split(given);
  if (!Object.hasOwn(pruners, name)) {
    throw new HpoError(`pruner: there is no "${name}". ${didYouMean(name, Object.keys(pruners))}`);
  }
  // A factory checks what it is given.
  const make = pruners[name as PrunerName] as (options: unknown) => Pruner;
  if (options["pruner"] === undefined) return make(options);
  const inner = named.safeParse(options["pruner"]);
  if (inner.success) return make({ ...options, pruner: prunerOfFile(inner.data) });
  throw new HpoError(`pruner: the "pruner" of ${name} is a name, or a map with a name.`);
}
