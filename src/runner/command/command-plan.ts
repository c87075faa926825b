import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { HpoError } from "../../errors/errors.ts";
import type { Scalar } from "../../space/distribution.ts";
import type { CommandConfig } from "./command-schema.ts";
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
}

/** The part of a trial that its command depends on. */
export type PlannedTrial = Pick<
  HostTrial,
  "number" | "params" | "seed" | "directoryPath" | "continueFrom" | "maxStep"
>;

/** What is left for each trial once a command is read. */
export type CommandPlanner = (trial: PlannedTrial, lease?: Lease) => CommandPlan;

/** A trial's folder for checkpoints, within its folder. */
const CHECKPOINTS = "checkpoints";

/**
 * Reads a command, so that what is wrong with it is told before a trial runs.
 * @param parameters the space's names, if they are known: placeholders must name one of them
 * @throws HpoError on a missing folder, a placeholder that no parameter has, or a parameter that
 * has the name of a placeholder of ours
 */
export function commandPlanner(
  config: Pick<CommandConfig, "command" | "cwd" | "env" | "shell">,
  parameters?: readonly string[],
): CommandPlanner {
  const cwd = workingDirectory(config.cwd);
  checkParameters(parameters ?? []);
  const names = parameters && [...parameters, ...OWN_PLACEHOLDERS];
  const template = commandTemplate({ ...config, names });
  return (trial, lease) => {
    const directory = trial.directoryPath;
    const checkpointDirectory = join(directory, CHECKPOINTS);
    const own = {
      trial_number: trial.number,
      trial_seed: trial.seed,
      trial_dir: directory,
      checkpoint_dir: checkpointDirectory,
    } satisfies Readonly<Record<(typeof OWN_PLACEHOLDERS)[number], Scalar>>;
    const env = {
      // Else a program's reports wait in its buffer until it ends, and nothing can be pruned.
      ...(process.env["PYTHONUNBUFFERED"] === undefined && { PYTHONUNBUFFERED: "1" }),
      ...config.env,
      ...lease?.env,
      HPO_PARAMS: JSON.stringify(trial.params),
      HPO_TRIAL_NUMBER: String(trial.number),
      HPO_TRIAL_SEED: String(trial.seed),
      ...(lease && { HPO_TRIAL_DEVICE: lease.name }),
      HPO_TRIAL_DIR: directory,
      HPO_CHECKPOINT_DIR: checkpointDirectory,
      ...continuationOf(trial),
    };
    return {
      argv: template.fill({ ...trial.params, ...own }),
      cwd,
      env,
      directory,
      checkpointDirectory,
    };
  };
}

/** Told to a trial that goes on with a paused one, and to one that is to pause. */
const continuationOf = ({
  continueFrom,
  maxStep,
}: PlannedTrial): Readonly<Record<string, string>> => ({
  ...(continueFrom && {
    HPO_CONTINUE_FROM: String(continueFrom.number),
    HPO_CONTINUE_DIR: join(continueFrom.directory, CHECKPOINTS),
    HPO_CONTINUE_STEP: String(continueFrom.lastStep),
  }),
  ...(maxStep !== undefined && { HPO_MAX_STEP: String(maxStep) }),
});

const OWN_PLACEHOLDERS = ["trial_number", "trial_seed", "trial_dir", "checkpoint_dir"] as const;

function checkParameters(parameters: readonly string[]): void {
  const taken = parameters.find((name) => (OWN_PLACEHOLDERS as readonly string[]).includes(name));
  if (taken === undefined) return;
  throw new HpoError(
    `The parameter "${taken}" has the name of a placeholder that every command has. Give it another name.`,
  );
}

/** The folder that commands run in. @throws HpoError if it is not there */
export function workingDirectory(given = "."): string {
  const cwd = resolve(given);
  if (existsSync(cwd)) return cwd;
  throw new HpoError(`The command's folder ${cwd} does not exist. Create it or correct cwd.`);
}
