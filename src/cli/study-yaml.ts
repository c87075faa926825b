import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { strategies } from "../../strategies/index.ts";
import { didYouMean } from "../did-you-mean.ts";
import { HpoError } from "../errors.ts";
import { strategyOf } from "../open-study.ts";
import { pruners, type PrunerName } from "../pruners/index.ts";
import type { Pruner } from "../pruners/pruner.ts";
import { commandRunner } from "../runner/command.ts";
import { metricReader } from "../runner/command-metric.ts";
import { commandPlanner, workingDirectory, type CommandPlanner } from "../runner/command-plan.ts";
import type { CommandMetric } from "../runner/command-schema.ts";
import type { TrialOptions } from "../runner/trial-options.ts";
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
import { at, problemLines, type SourceFile } from "./study-file-errors.ts";
import {
  studyFileJsonSchema,
  studyFileSchema,
  type StudyFileContent,
} from "./study-file-schema.ts";

export interface CommandStudy {
  readonly definition: StudyDefinition;
  /** What is run for a trial. */
  readonly plan: CommandPlanner;
  readonly metric: CommandMetric;
  readonly makeRunner: (workers: number, options?: TrialOptions) => Runner;
}

/** @throws HpoError with line and column where the file is wrong. */
export function loadStudyYaml(path: string): CommandStudy {
  const file = readSource(path);
  const content = parseContent(file);
  const { space: spaceContent, strategy, pruner, name, direction, metrics } = content;
  const { trials, workers, seed, repeats, memoryLimit } = content;
  const space = at(file, ["space"], () => spaceOfFile(file, spaceContent));
  // Relative to the study file, so that it runs from anywhere.
  const beside = (given: string): string => resolve(dirname(path), given);
  const definition: StudyDefinition = {
    ...{ name, direction, metrics, trials, workers, seed, repeats, space, memoryLimit },
    trialTimeoutMs: inMs(content.trialTimeoutSeconds),
    silenceMs: inMs(content.silenceSeconds),
    strategy:
      strategy === undefined ? undefined : at(file, ["strategy"], () => strategyOfFile(strategy)),
    pruner: pruner === undefined ? undefined : at(file, ["pruner"], () => prunerOfFile(pruner)),
    artifacts: content.artifacts === undefined ? undefined : beside(content.artifacts),
  };
  at(file, [metrics ? "metrics" : "name"], () => checkDefinition(definition));
  const command = commandOf(content, beside);
  const parameters = space.parameters.map((parameter) => parameter.name);
  at(file, ["cwd"], () => workingDirectory(command.cwd));
  const plan = at(file, ["command"], () => commandPlanner(command, parameters));
  at(file, ["metric"], () => metricReader(content.metric));
  return {
    definition,
    plan,
    metric: content.metric,
    makeRunner: (slots, { isolation, memoryLimit } = {}) => {
      if (isolation !== undefined && isolation !== "process") {
        throw new HpoError(
          `${path}: isolation "${isolation}" is for objectives in a module; a command always runs in ` +
            "a process of its own. Leave it out.",
        );
      }
      return commandRunner({ ...command, slots, parameters, memoryLimit });
    },
  };
}

const inMs = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1000;

/** The part of a study file that the command runner takes. */
function commandOf(content: StudyFileContent, beside: (path: string) => string) {
  const { graceSeconds } = content;
  return {
    command: content.command,
    cwd: beside(content.cwd ?? "."),
    env: content.env,
    shell: content.shell,
    metric: content.metric,
    outputLimitMiB: content.outputLimitMiB,
    ...(graceSeconds !== undefined && { graceMs: graceSeconds * 1000 }),
  };
}

function readSource(path: string): SourceFile {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, "utf8"), {
    lineCounter: lines,
    prettyErrors: false,
  });
  const [error] = document.errors;
  if (!error) return { path, document, lines };
  const { line, col } = lines.linePos(error.pos[0]);
  throw new HpoError(`${path}:${line}:${col}: ${error.message}. Correct the YAML.`);
}

function parseContent(file: SourceFile): StudyFileContent {
  const content: unknown = file.document.toJS();
  if (typeof content !== "object" || content === null) {
    throw new HpoError(
      `${file.path} is no study file: it is ${content === null ? "empty" : "no map"}. ` +
        "Give it name, space and command; hpo init python writes one.",
    );
  }
  const parsed = studyFileSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const lines = problemLines(file, parsed.error.issues, studyFileJsonSchema());
  throw new HpoError(lines.join("\n"));
}

function spaceOfFile(file: SourceFile, space: StudyFileContent["space"]): SearchSpace {
  return spaceOf(
    Object.entries(space).map(([name, parameter]): Parameter => {
      const conditions = Object.entries(parameter.when ?? {}).map(([parent, test]) =>
        toCondition(parent, test as Scalar | readonly Scalar[]),
      );
      const distribution = at(file, ["space", name], () => distributionOfFile(parameter));
      return { name, distribution, conditions };
    }),
  );
}

function distributionOfFile(parameter: StudyFileContent["space"][string]): Distribution {
  switch (parameter.type) {
    case "float":
      return floatDistribution(parameter.low, parameter.high, parameter);
    case "int":
      return intDistribution(parameter.low, parameter.high, parameter);
    case "categorical":
      return categoricalDistribution(parameter.choices);
  }
}

const named = z.union([z.string(), z.looseObject({ name: z.string() })]);
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
