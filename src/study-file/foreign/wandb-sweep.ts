import { basename, extname } from "node:path";
import { shown } from "../../errors/shown.ts";
import type { ParameterContent } from "../study-file-schema.ts";
import type { StudyFileInput } from "../inline/inline-study.ts";
import { isMapping, numberGiven, type ForeignFile, type ReadForeign } from "./foreign-file.ts";
import { wandbCommand } from "./wandb-command.ts";
import { flatParameters, wandbParameter } from "./wandb-parameter.ts";

const STRATEGIES: Readonly<Record<string, string>> = {
  grid: "grid",
  random: "random",
  bayes: "bayesian",
};
/** Read elsewhere, or of no meaning to a search. */
const READ = ["method", "metric", "parameters", "early_terminate", "command", "program", "run_cap"];
const QUIET = ["name", "description"];

/** A sweep of Weights & Biases as a study file. @param path names the study where the sweep does not */
export function studyOfSweep(file: ForeignFile, path: string): ReadForeign {
  const { content, tell } = file;
  const { space, constants } = parametersOf(file);
  const name = content["name"];
  for (const key of Object.keys(content)) {
    if (![...READ, ...QUIET].includes(key)) tell([key], "it has no counterpart and is left out");
  }
  const trials = numberGiven(content["run_cap"]);
  // A grid has an end.
  if (trials === undefined && content["method"] !== "grid") {
    tell(["run_cap"], "there is none: the study goes on until it is stopped. Add trials:");
  }
  const study: StudyFileInput = {
    name: typeof name === "string" ? name : basename(path, extname(path)),
    ...metricOf(file),
    ...(trials !== undefined && { trials }),
    space,
    ...strategyOf(file),
    ...prunerOf(file),
    command: wandbCommand(file, space, constants),
  };
  return { study, told: file.told };
}

function parametersOf(file: ForeignFile): {
  readonly space: Record<string, ParameterContent>;
  readonly constants: Record<string, unknown>;
} {
  const space: Record<string, ParameterContent> = {};
  const constants: Record<string, unknown> = {};
  const { parameters } = file.content;
  for (const { keys, name, given } of flatParameters(isMapping(parameters) ? parameters : {})) {
    const place = ["parameters", ...keys];
    const isReal = ["min", "max"].some((bound) => file.isWrittenReal([...place, bound]));
    const read = wandbParameter(given, isReal);
    if (Object.hasOwn(space, name) || Object.hasOwn(constants, name)) {
      file.tell(place, `another one is called ${name} here, too; this one is left out. Rename one`);
      continue;
    }
    if (keys.length > 1 && read.kind !== "unread") {
      file.tell(place, `it is given as ${name}, where W&B gives one map of all that stand within`);
    }
    if (read.kind === "unread") file.tell(place, `${read.remark}; it is left out`);
    else if (read.kind === "constant") constants[name] = read.value;
    else {
      space[name] = read.parameter;
      if (read.remark !== undefined) file.tell(place, read.remark);
    }
  }
  return { space, constants };
}

function metricOf({ content, tell }: ForeignFile): Pick<StudyFileInput, "metrics" | "metric"> {
  const { metric } = content;
  const name = isMapping(metric) ? metric["name"] : undefined;
  if (typeof name !== "string") {
    tell(["metric"], "there is none. Say what is to be improved: metrics: { val_loss: minimize }");
    return {};
  }
  const { goal, target } = metric as Readonly<Record<string, unknown>>;
  if (target !== undefined)
    tell(["metric", "target"], `stop at it by until: { targetValue: ${shown(target)} }`);
  tell(
    ["metric", "name"],
    `wandb.log tells W&B alone: print ${name}=0.41 as well, or report it by the Python client`,
  );
  const direction = goal === "maximize" || goal === "max" ? "maximize" : "minimize";
  return { metrics: { [name]: direction }, metric: { name } };
}

function strategyOf({ content, tell }: ForeignFile): Pick<StudyFileInput, "strategy"> {
  const { method } = content;
  const strategy = typeof method === "string" ? STRATEGIES[method] : undefined;
  if (strategy === undefined) {
    if (method !== undefined) tell(["method"], `there is no ${shown(method)}: auto is taken`);
    return {};
  }
  return { strategy };
}

/** W&B's hyperband stops, at each rung, the runs that are not among the best 1/eta: successive halving. */
function prunerOf({ content, tell }: ForeignFile): Pick<StudyFileInput, "pruner"> {
  const given = content["early_terminate"];
  if (!isMapping(given)) return {};
  const { type, strict } = given;
  if (type !== "hyperband") {
    tell(
      ["early_terminate", "type"],
      `there is no counterpart of ${String(type)}; nothing is pruned`,
    );
    return {};
  }
  const eta = numberGiven(given["eta"]) ?? 3;
  const [min, max] = [numberGiven(given["min_iter"]), numberGiven(given["max_iter"])];
  const brackets = numberGiven(given["s"]);
  const first =
    min ?? (max === undefined ? undefined : Math.max(1, Math.round(max / eta ** (brackets ?? 1))));
  if (strict !== undefined)
    tell(["early_terminate", "strict"], "it has no counterpart and is left out");
  if (min !== undefined && brackets !== undefined) {
    tell(["early_terminate", "s"], "rungs go on as far as the runs do");
  }
  const pruner = {
    name: "successive-halving",
    ...(first !== undefined && { minResource: first }),
    reductionFactor: eta,
  };
  tell(
    ["early_terminate"],
    "iterations are reports there and steps here: the numbers that are printed",
  );
  return { pruner };
}
