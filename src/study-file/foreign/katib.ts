import type { ParameterContent } from "../study-file-schema.ts";
import type { StudyFileInput } from "../inline/inline-study.ts";
import { shown } from "../../errors/shown.ts";
import { isMapping, numberGiven, type ForeignFile, type ReadForeign } from "./foreign-file.ts";
import { katibCommand } from "./katib-command.ts";

type Given = Readonly<Record<string, unknown>>;

const STRATEGIES: Readonly<Record<string, string>> = {
  random: "random",
  grid: "grid",
  bayesianoptimization: "bayesian",
  tpe: "tpe",
  "multivariate-tpe": "tpe",
  cmaes: "cma-es",
  sobol: "quasi-random",
};

/** An experiment of Katib as a study file. */
export function studyOfKatib(file: ForeignFile): ReadForeign {
  const { content, tell } = file;
  const spec = recordAt(content, "spec");
  const { name, generateName } = recordAt(content, "metadata");
  const space = spaceOf(file, spec);
  const known = ["objective", "algorithm", "earlyStopping", "parameters", "trialTemplate"];
  const counts = ["maxTrialCount", "parallelTrialCount", "metricsCollectorSpec"];
  for (const key of Object.keys(spec)) {
    if (![...known, ...counts].includes(key))
      tell(["spec", key], "it has no counterpart and is left out");
  }
  const [trials, workers] = [
    numberGiven(spec["maxTrialCount"]),
    numberGiven(spec["parallelTrialCount"]),
  ];
  const objective = objectiveOf(file, spec);
  const study: StudyFileInput = {
    name: [name, generateName].find(isText)?.replace(/-$/, "") ?? "experiment",
    ...objective,
    ...(trials !== undefined && { trials }),
    ...(workers !== undefined && { workers }),
    space,
    ...strategyOf(file, spec),
    ...prunerOf(file, spec),
    ...katibCommand(file, spec, Object.keys(space)),
    ...metricOf(file, spec, Object.keys(objective.metrics ?? {})),
  };
  return { study, told: file.told };
}

const isText = (value: unknown): value is string => typeof value === "string";

const recordAt = (content: unknown, key: string): Given => {
  const value = isMapping(content) ? content[key] : undefined;
  return isMapping(value) ? value : {};
};

function objectiveOf(
  { tell }: ForeignFile,
  spec: Given,
): Pick<StudyFileInput, "metrics" | "until"> {
  const { type, goal, objectiveMetricName: name, ...rest } = recordAt(spec, "objective");
  for (const key of Object.keys(rest)) {
    tell(["spec", "objective", key], "it has no counterpart; print such values as JSON, { log }");
  }
  if (typeof name !== "string") {
    tell(
      ["spec", "objective"],
      "it names no metric. Say what is to be improved: metrics: { loss: minimize }",
    );
    return {};
  }
  const targetValue = numberGiven(goal);
  return {
    metrics: { [name]: type === "maximize" ? "maximize" : "minimize" },
    ...(targetValue !== undefined && { until: { targetValue } }),
  };
}

function strategyOf({ tell }: ForeignFile, spec: Given): Pick<StudyFileInput, "strategy"> {
  const { algorithmName: name, algorithmSettings: settings } = recordAt(spec, "algorithm");
  if (Array.isArray(settings) && settings.length > 0) {
    tell(["spec", "algorithm", "algorithmSettings"], "they have no counterpart and are left out");
  }
  const strategy = typeof name === "string" ? STRATEGIES[name] : undefined;
  if (strategy === undefined) {
    const instead =
      name === "hyperband"
        ? "it stops trials by their reports here: add pruner: hyperband. auto is taken to suggest"
        : `there is no ${String(name)}: auto is taken`;
    tell(["spec", "algorithm", "algorithmName"], instead);
    return {};
  }
  return { strategy };
}

function prunerOf({ tell }: ForeignFile, spec: Given): Pick<StudyFileInput, "pruner"> {
  if (!isMapping(spec["earlyStopping"])) return {};
  const { algorithmName: name, algorithmSettings: settings } = spec["earlyStopping"];
  if (name !== "medianstop") {
    tell(
      ["spec", "earlyStopping"],
      `there is no counterpart of ${String(name)}; nothing is pruned`,
    );
    return {};
  }
  const list: readonly unknown[] = Array.isArray(settings) ? settings : [];
  const setting = (wanted: string): number | undefined => {
    const found = list.find((one) => recordName(one) === wanted);
    return isMapping(found) ? numberGiven(found["value"]) : undefined;
  };
  const startupTrials = setting("min_trials_required");
  const warmupSteps = setting("start_step");
  const pruner = {
    name: "median",
    ...(startupTrials !== undefined && { startupTrials }),
    ...(warmupSteps !== undefined && { warmupSteps }),
  };
  return { pruner };
}

const recordName = (value: unknown): string => String(isMapping(value) ? value["name"] : "");

function spaceOf(file: ForeignFile, spec: Given): Record<string, ParameterContent> {
  const { parameters } = spec;
  const list: readonly unknown[] = Array.isArray(parameters) ? parameters : [];
  const read = list.map((given, at) => {
    const { parameterType: type, feasibleSpace } = isMapping(given) ? given : ({} as Given);
    const place = ["spec", "parameters", at];
    const parameter = parameterOf(String(type), isMapping(feasibleSpace) ? feasibleSpace : {});
    if (typeof parameter !== "string") {
      if (parameter.remark !== undefined)
        file.tell(place, `${recordName(given)}: ${parameter.remark}`);
      return [[recordName(given).replace(/^-+/, ""), parameter.parameter]] as const;
    }
    file.tell(place, `${recordName(given)}: ${parameter}; it is left out`);
    return [];
  });
  return Object.fromEntries(read.flat());
}

/** What is wrong with it, if it can't be read. */
function parameterOf(
  type: string,
  { min, max, list, step, distribution }: Given,
): { readonly parameter: ParameterContent; readonly remark?: string } | string {
  if (type === "categorical" || type === "discrete") {
    if (!Array.isArray(list) || list.length === 0) return "it has no list";
    const choices = list.map((one) =>
      type === "discrete" ? (numberGiven(one) ?? String(one)) : String(one),
    );
    return { parameter: { type: "categorical", choices: [...new Set(choices)] } };
  }
  const [low, high, by] = [min, max, step].map(numberGiven);
  if (low === undefined || high === undefined) return "it has no min and max";
  const log = distribution === "logUniform" || distribution === "logNormal";
  const isNormal = distribution === "normal" || distribution === "logNormal";
  const remark = isNormal
    ? `its distribution ${distribution} is searched evenly here`
    : log && by !== undefined
      ? "its step is not kept, as it is searched by its logarithm"
      : undefined;
  const more = log ? { log } : by === undefined ? {} : { step: by };
  const kind = type === "int" ? "int" : type === "double" ? "float" : undefined;
  if (kind === undefined) return `there is no counterpart of the type ${type}`;
  return {
    parameter: { type: kind, low, high, ...more } as ParameterContent,
    ...(remark && { remark }),
  };
}

/** Katib's default collector reads `name=value` on stdout, as ours does. */
function metricOf(
  { tell }: ForeignFile,
  spec: Given,
  [name]: readonly string[],
): Pick<StudyFileInput, "metric"> {
  if (name === undefined) return {};
  const collector =
    recordAt(recordAt(spec, "metricsCollectorSpec"), "collector")["kind"] ?? "StdOut";
  const place = ["spec", "metricsCollectorSpec"];
  const source = recordAt(recordAt(spec, "metricsCollectorSpec"), "source");
  if (isMapping(source["filter"]))
    tell(
      [...place, "source", "filter"],
      "it has no counterpart: metric: { regex: … } is a pattern of your own",
    );
  if (collector === "StdOut") return { metric: { name } };
  const path = recordAt(source, "fileSystemPath");
  if (collector === "File" && path["format"] === "JSON") {
    const file = typeof path["path"] === "string" ? path["path"] : "metrics.jsonl";
    tell(
      [...place, "source", "fileSystemPath"],
      `each trial needs a file of its own: write it into HPO_TRIAL_DIR`,
    );
    return { metric: { file: file.replace(/^.*\//, ""), format: "jsonl", value: name } };
  }
  tell(place, `metrics of a ${shown(collector)} collector are not read: print ${name}=0.41`);
  return { metric: { name } };
}
