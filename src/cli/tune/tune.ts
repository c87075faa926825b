import { existsSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { Direction } from "../../contracts/trial.ts";
import { HpoError } from "../../errors/errors.ts";
import { readText } from "../../system/text-file.ts";
import {
  inlineStudy,
  studyFileText,
  type InlineStudy,
  type StudyFileInput,
} from "../../study-file/inline/inline-study.ts";
import {
  loadStudyFile,
  loadStudyText,
  type StudySource,
} from "../../study-file/load-study-file.ts";
import { withStorageIfThere } from "../context.ts";
import { spaceLines } from "../format.ts";
import { partOfFlag } from "../given-parts.ts";
import { print } from "../output.ts";
import type { RunFlags } from "../run/run-flags.ts";
import { runStudyFile } from "../run/run-study.ts";
import { untilGiven } from "../run/until-flag.ts";
import { shellQuote } from "../shell-quote.ts";
import { asUsage, asUsageAsync, UsageError } from "../usage-error.ts";
import { writeText } from "../write-text.ts";

export interface TuneFlags extends RunFlags {
  readonly minimize?: readonly string[];
  readonly maximize?: readonly string[];
  readonly metricRegex?: string;
  readonly metricFile?: string;
  readonly step?: string;
  readonly pruner?: string;
  readonly shell?: boolean;
  readonly save?: string;
  /** Whether anything is run. */
  readonly run: boolean;
}

/** Runs the study that a command with ranges stands for. @returns the exit code */
export async function tune(words: readonly string[], flags: TuneFlags): Promise<number> {
  const study = asUsage(() => inlineStudy(studyTold(words, flags)));
  const folder = process.cwd();
  const text = studyFileText(study);
  // Read before anything is written or run, so that what is wrong in it is told.
  const told = await asUsageAsync(() => loadStudyText(text, folder, flags));
  if (flags.save !== undefined) await saveStudy(flags.save, study, folder);
  if (!flags.run) {
    print(flags.save === undefined ? text.trimEnd() : `Wrote ${flags.save}`);
    return 0;
  }
  if (flags.name === undefined) await checkName(study, flags);
  if (flags.json !== true && flags.quiet !== true) {
    for (const line of spaceLines(told.definition.space!)) print(`  ${line}`);
  }
  const file = flags.save === undefined ? told : await loadStudyFile(flags.save, flags);
  return runStudyFile(file, runFlags(flags));
}

/** The study has them already. */
const runFlags = ({ storage, json, timeout, quiet, isolation, drain }: TuneFlags): RunFlags => ({
  storage,
  json,
  timeout,
  quiet,
  isolation,
  drain,
});

function studyTold(words: readonly string[], flags: TuneFlags): InlineStudy {
  const { name, trials, workers, seed, strategy, pruner, shell, memoryLimit } = flags;
  const { devices, trialsPerDevice, devicesPerTrial, memoryPerTrial, shareDevices } = flags;
  const { notify, keepBest, artifactsLimit } = flags;
  return {
    metrics: metricsGiven(flags),
    metric: metricGiven(flags),
    command: words.length === 1 ? words[0] : [...words],
    name,
    trials,
    workers,
    seed,
    shell,
    until: untilGiven(flags.until),
    strategy: partGiven("--strategy", strategy),
    pruner: partGiven("--pruner", pruner),
    trialsPerDevice,
    devicesPerTrial,
    memoryPerTrial,
    shareDevices,
    devices: typeof devices === "object" ? [...devices] : devices,
    trialTimeoutSeconds: inSeconds(flags.trialTimeout),
    silenceSeconds: inSeconds(flags.silence),
    memoryLimit,
    notify,
    keepBest,
    artifactsLimit,
  };
}

const inSeconds = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : ms / 1000;

function metricsGiven({ minimize = [], maximize = [] }: TuneFlags): Record<string, Direction> {
  const all = [
    ...minimize.map((name) => [name, "minimize"] as const),
    ...maximize.map((name) => [name, "maximize"] as const),
  ];
  if (all.length === 0) {
    throw new UsageError(
      "Say what is to be improved, by the name that the program prints: --minimize val_loss or --maximize accuracy.",
    );
  }
  if (all.some(([name]) => name.trim() === "")) {
    throw new UsageError("A metric's name is empty. Give the one that the program prints.");
  }
  const twice = all.find(([name], index) => all.findIndex(([one]) => one === name) < index);
  if (twice) {
    throw new UsageError(
      `The metric "${twice[0]}" is given twice. Give each metric one direction.`,
    );
  }
  return Object.fromEntries(all);
}

/** Undefined where the metric is found by its name. */
function metricGiven(flags: TuneFlags): StudyFileInput["metric"] {
  const { metricRegex, metricFile, step } = flags;
  const names = Object.keys(metricsGiven(flags));
  const name = names.length === 1 ? names[0] : names;
  const stepped = step === undefined ? {} : { step };
  if (metricRegex !== undefined && metricFile !== undefined) {
    throw new UsageError("--metric-regex and --metric-file exclude each other. Drop one.");
  }
  if (metricRegex !== undefined) return { regex: metricRegex };
  if (metricFile !== undefined) return { file: metricFile, value: name, ...stepped };
  return step === undefined ? undefined : { name, ...stepped };
}

const partGiven = (
  flag: "--strategy" | "--pruner",
  text: string | undefined,
): StudyFileInput["pruner"] =>
  text === undefined ? undefined : (partOfFlag(flag, text) as StudyFileInput["pruner"]);

/** @throws HpoError if the file is there with another text */
async function saveStudy(path: string, study: StudyFileInput, folder: string): Promise<void> {
  if (!/\.ya?ml$/.test(path)) {
    throw new UsageError(`--save ${path}: a study file ends in .yaml. Give such a name.`);
  }
  const cwd = relative(dirname(resolve(path)), folder);
  const text = studyFileText({ ...study, ...(cwd !== "" && { cwd }) });
  if (existsSync(path) && readFileSync(path, "utf8") !== text) {
    throw new HpoError(
      `${path} exists already, with another text. Give another name or remove it.`,
    );
  }
  await writeText("--save", path, text);
}

/** @throws HpoError if a name derived from the command belongs to a study of another command */
async function checkName({ name, command }: StudyFileInput, flags: TuneFlags): Promise<void> {
  const source = await withStorageIfThere(flags, async (storage) => {
    const record = await storage.findStudy(name);
    return record && ((record.systemAttrs[ATTRIBUTE.source] ?? null) as StudySource | null);
  });
  if (source === undefined) return;
  const before = source && commandOf(source);
  if (JSON.stringify(before) === JSON.stringify(command)) return;
  throw new HpoError(
    `There is a study ${JSON.stringify(name)} already, of ${before === null ? "something else" : `another command, ${shown(before)}`}. ` +
      `Give this one a name: --name ${shellQuote(`${name}-2`)}. (--name ${shellQuote(name)} goes on with that study by this command.)`,
  );
}

const shown = (command: StudyFileInput["command"] = ""): string =>
  typeof command === "string" ? command : command.map(shellQuote).join(" ");

function commandOf(source: StudySource): StudyFileInput["command"] | null {
  try {
    const text = "yaml" in source ? source.yaml : readText(fileURLToPath(source.url));
    return (parse(text) as StudyFileInput).command ?? null;
  } catch {
    // The study was run from a module, or its file is gone.
    return null;
  }
}
