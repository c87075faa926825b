import { rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { HpoError } from "../../errors/errors.ts";
import type { Scalar } from "../../space/distribution.ts";
import { madeDirectory, OWN_FOLDER } from "../../artifacts/trial-directory.ts";
import { commandEnvironment } from "./command-environment.ts";
import { GRACE_MS, type CommandConfig } from "./command-schema.ts";
import { commandTemplate } from "./command-template.ts";
import type { Lease } from "../../contracts/lease.ts";
import type { HostTrial } from "../../contracts/runner.ts";

/** What is run for a trial: a program with its arguments, where, and with what in its environment. */
export interface CommandPlan {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Added to this process's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Both are there when it starts. */
  readonly directory: string;
  readonly checkpointDirectory: string;
  /** What the program finds at `HPO_PARAMS_FILE`. */
  readonly paramsJson: string;
}

/** The part of a trial that its command depends on. */
export type CommandInputs = Pick<
  HostTrial,
  "number" | "params" | "seed" | "directoryPath" | "continueFrom" | "maxStep" | "study"
>;

/** What is left for each trial once a command is read. */
export type CommandPlanner = (trial: CommandInputs, lease?: Lease) => CommandPlan;

/** Files and folders of a trial, within its folder. */
const CHECKPOINTS = "checkpoints";
const PARAMS_FILE = join(OWN_FOLDER, "params.json");
const STOP_FILE = join(OWN_FOLDER, "stop.json");

/** Linux takes no longer text of an argument or a variable than 128 KiB. */
const LONGEST_PARAMS_BYTES = 120 * 1024;

/** What is known of a space. */
export interface KnownParameters {
  /** All names: placeholders must name one of them. */
  readonly parameters?: readonly string[] | undefined;
  /** Those of floats. */
  readonly floats?: readonly string[] | undefined;
  /** Those that are true or false: a piece must ask for one of them. */
  readonly flags?: readonly string[] | undefined;
}

/**
 * Reads a command, so that what is wrong with it is told before a trial runs.
 * @throws HpoError on a missing folder, a placeholder that no parameter has, a piece that asks whether a number is true,
 * a variable that is not set, or one of ours whose name a parameter has
 */
export function commandPlanner(
  config: Pick<CommandConfig, "command" | "cwd" | "env" | "shell"> & { readonly graceMs?: number },
  { parameters, floats = [], flags }: KnownParameters = {},
): CommandPlanner {
  const cwd = workingDirectory(config.cwd);
  const names = parameters && [...parameters, ...OWN_PLACEHOLDERS];
  const template = commandTemplate({ ...config, names, flags });
  checkOwn(config.command, parameters ?? []);
  const configured = commandEnvironment(config.env, parameters);
  return (trial, lease) => {
    const directory = trial.directoryPath;
    const checkpointDirectory = join(directory, CHECKPOINTS);
    const paramsFile = join(directory, PARAMS_FILE);
    const own = {
      trial_number: trial.number,
      trial_seed: trial.seed,
      trial_dir: directory,
      checkpoint_dir: checkpointDirectory,
      params_file: paramsFile,
    } satisfies Readonly<Record<(typeof OWN_PLACEHOLDERS)[number], Scalar>>;
    const { argv, env: assigned } = template.fill({ ...trial.params, ...own });
    const paramsJson = paramsText(trial.params, floats);
    const env = {
      // Else a program's reports wait in its buffer until it ends, and nothing can be pruned.
      ...(process.env["PYTHONUNBUFFERED"] === undefined && { PYTHONUNBUFFERED: "1" }),
      ...configured,
      ...assigned,
      ...lease?.env,
      ...studyOf(trial),
      HPO_PARAMS: isTooLong(paramsJson) ? "" : paramsJson,
      HPO_PARAMS_FILE: paramsFile,
      HPO_TRIAL_NUMBER: String(trial.number),
      HPO_TRIAL_SEED: String(trial.seed),
      ...(lease && { HPO_TRIAL_DEVICE: lease.name }),
      HPO_TRIAL_DIR: directory,
      HPO_CHECKPOINT_DIR: checkpointDirectory,
      HPO_STOP_FILE: join(directory, STOP_FILE),
      HPO_GRACE_SECONDS: String((config.graceMs ?? GRACE_MS) / 1000),
      ...continuationOf(trial),
    };
    return { argv, cwd, env, directory, checkpointDirectory, paramsJson };
  };
}

/** As JSON in which a float stays one for who tells floats from integers, as Python does: 1.0. */
function paramsText(params: HostTrial["params"], floats: readonly string[]): string {
  const members = Object.entries(params).map(([name, value]) => {
    const text = JSON.stringify(value);
    const isWhole = floats.includes(name) && /^-?\d+$/.test(text);
    return `${JSON.stringify(name)}:${text}${isWhole ? ".0" : ""}`;
  });
  return `{${members.join(",")}}`;
}

/** Whether parameters don't fit into a variable, and so stand in their file alone. */
export const isTooLong = (paramsJson: string): boolean =>
  Buffer.byteLength(paramsJson) > LONGEST_PARAMS_BYTES;

/** Makes the folders and files that a trial's program finds. */
export function prepareTrial({ directory, checkpointDirectory, paramsJson }: CommandPlan): void {
  madeDirectory(checkpointDirectory);
  madeDirectory(join(directory, OWN_FOLDER));
  writeFileSync(join(directory, PARAMS_FILE), paramsJson);
  rmSync(join(directory, STOP_FILE), { force: true });
}

/**
 * Tells a program that is about to get SIGTERM why, in the file that HPO_STOP_FILE names; it gets the
 * signal, too, where that can't be written.
 */
export function tellWhyStopped(
  { directory }: Pick<CommandPlan, "directory">,
  why: object,
  note: (problem: string) => void,
): void {
  try {
    writeFileSync(join(directory, STOP_FILE), `${JSON.stringify(why)}\n`);
  } catch (error) {
    note(`why it is stopped could not be written: ${(error as Error).message}`);
  }
}

const studyOf = ({ study }: CommandInputs): Readonly<Record<string, string>> =>
  study ? { HPO_STUDY_NAME: study.name, HPO_METRICS: JSON.stringify(study.metrics) } : {};

/** Told to a trial that goes on with a paused one, and to one that is to pause. */
const continuationOf = ({
  continueFrom,
  maxStep,
}: CommandInputs): Readonly<Record<string, string>> => ({
  ...(continueFrom && {
    HPO_CONTINUE_FROM: String(continueFrom.number),
    HPO_CONTINUE_DIR: join(continueFrom.directory, CHECKPOINTS),
    HPO_CONTINUE_STEP: String(continueFrom.lastStep),
  }),
  ...(maxStep !== undefined && { HPO_MAX_STEP: String(maxStep) }),
});

/** What a command may name beside its parameters. */
export const OWN_PLACEHOLDERS = [
  "trial_number",
  "trial_seed",
  "trial_dir",
  "checkpoint_dir",
  "params_file",
] as const;

/** A parameter may be called as a placeholder of ours where the command does not write that. */
function checkOwn(command: CommandConfig["command"], parameters: readonly string[]): void {
  const text = typeof command === "string" ? command : command.join(" ");
  const taken = OWN_PLACEHOLDERS.find(
    (name) => parameters.includes(name) && new RegExp(`(?<!\\{)\\{${name}[}|?]`).test(text),
  );
  if (taken === undefined) return;
  throw new HpoError(
    `The command's {${taken}} is the parameter "${taken}" or the placeholder that every command has. Give the ` +
      "parameter another name, or read it from HPO_PARAMS.",
  );
}

/** The folder that commands run in. @throws HpoError if it is not there, or no folder */
export function workingDirectory(given = "."): string {
  const cwd = resolve(given);
  const problem = folderProblem(cwd);
  if (problem === undefined) return cwd;
  throw new HpoError(`The command's folder ${cwd} ${problem}. Create it or correct cwd.`);
}

/** Why a command can't run in a folder; undefined if it can. */
export function folderProblem(cwd: string): string | undefined {
  try {
    const stat = statSync(cwd, { throwIfNoEntry: false });
    if (!stat) return "does not exist";
    return stat.isDirectory() ? undefined : "is a file";
  } catch (error) {
    return `can't be used (${(error as Error).message})`;
  }
}
