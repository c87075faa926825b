import { Document, type YAMLMap } from "yaml";
import type { Direction } from "../contracts/trial.ts";
import type { Condition } from "../space/condition.ts";
import type { Distribution } from "../space/distribution.ts";
import type { Parameter, SearchSpace } from "../space/search-space.ts";
import { counted } from "../errors/counted.ts";

/** What a study file is written from: a stored study, of this library or of Optuna. */
export interface WrittenStudy {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly metricNames: readonly string[] | undefined;
  readonly space: SearchSpace;
  /** Whether the space was declared; else it is what the trials show of it. */
  readonly isDeclared: boolean;
  /** How many trials there are. */
  readonly trialCount: number;
}

/** How many trials the file asks for beyond those that there are. */
const MORE_TRIALS = 50;

/** A study file in YAML that goes on with a stored study, but for the command, which is a guess. */
export function studyYaml(study: WrittenStudy): string {
  const { name, directions, metricNames, space, trialCount } = study;
  const metrics = Object.fromEntries(
    directions.map((direction, index) => [metricNames?.[index] ?? nameOf(index), direction]),
  );
  const document = new Document(
    {
      name,
      ...(directions.length > 1 || metricNames ? { metrics } : { direction: directions[0] }),
      trials: trialCount + MORE_TRIALS,
      space: Object.fromEntries(space.parameters.map((one) => [one.name, parameterOf(one)])),
      command: commandFor(space),
    },
    { compat: "yaml-1.1" },
  );
  document.commentBefore = beginning(study);
  const parameters = document.get("space") as YAMLMap;
  for (const [index, { prior }] of space.parameters.entries()) {
    const { key } = parameters.items[index] as { key: { commentBefore?: string } };
    if (prior)
      key.commentBefore = ` It has a prior (${prior.kind}), which only a study in TypeScript can state.`;
  }
  return document.toString({ flowCollectionPadding: true, lineWidth: 0 });
}

const nameOf = (index: number): string => (index === 0 ? "value" : `value${index}`);

function beginning({ name, isDeclared, trialCount, space }: WrittenStudy): string {
  const lines = [
    ` The space of the study ${JSON.stringify(name)}, and how to go on with it: correct the command.`,
  ];
  if (!isDeclared) {
    lines.push(
      ` It is read off ${counted(trialCount, "trial")}: ranges are the widest that were asked for.`,
    );
    if (space.parameters.some(({ conditions }) => conditions.length > 0)) {
      lines.push(
        " What stands under when: tells the trials that have a parameter from the others; the command gives",
        " those without it its least value, {NAME|VALUE}: correct that, too.",
      );
    }
  }
  const unnamed = space.parameters.filter((parameter) => !isPlainOption(parameter));
  if (unnamed.length > 0) {
    const names = unnamed.map(({ name }) => JSON.stringify(name)).join(", ");
    lines.push(
      ` The command leaves out ${names}, whose names or values make no plain option: let it read`,
      " HPO_PARAMS, a JSON object of all parameters, or the file {params_file}, which holds the same.",
    );
  }
  return lines.join("\n");
}

/** Whether it makes a plain option of the command, with what stands for it where a trial has none. */
const isPlainOption = ({ name, distribution, conditions }: Parameter): boolean =>
  /^[A-Za-z_]\w*$/.test(name) && (conditions.length === 0 || isPlain(fallbackOf(distribution)));

function parameterOf({ distribution, conditions }: Parameter): object {
  return {
    ...distributionOf(distribution),
    ...(conditions.length > 0 && { when: Object.fromEntries(conditions.map(conditionOf)) }),
  };
}

function distributionOf(distribution: Distribution): object {
  switch (distribution.kind) {
    case "float": {
      const { low, high, log, step } = distribution;
      return { type: "float", low, high, ...(log && { log }), ...(step !== undefined && { step }) };
    }
    case "int": {
      const { low, high, log, step } = distribution;
      return { type: "int", low, high, ...(log && { log }), ...(step !== 1 && { step }) };
    }
    case "categorical":
      return { type: "categorical", choices: [...distribution.choices] };
  }
}

function conditionOf(condition: Condition): [string, unknown] {
  if ("in" in condition) {
    return [condition.parameter, condition.in.length === 1 ? condition.in[0] : [...condition.in]];
  }
  const { parameter, ...bounds } = condition;
  return [parameter, bounds];
}

/** Each parameter as an option, one that not every trial has with its least value where it is missing. */
function commandFor(space: SearchSpace): string {
  const options = space.parameters
    .filter(isPlainOption)
    .map(({ name, distribution, conditions }) => {
      const fallback = conditions.length > 0 ? `|${fallbackOf(distribution)}` : "";
      return ` --${name} {${name}${fallback}}`;
    });
  return `python3 train.py${options.join("")}`;
}

const fallbackOf = (distribution: Distribution): string =>
  String(distribution.kind === "categorical" ? distribution.choices[0] : distribution.low);

/** Whether it can stand in a placeholder as it is. */
const isPlain = (text: string): boolean => /^[\w.+-]+$/.test(text);
