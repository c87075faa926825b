import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { HpoError } from "../errors.ts";
import type { Outcome } from "../live-trial.ts";
import type { Scalar } from "../space/distribution.ts";
import { metricReader, type MetricReader } from "./command-metric.ts";
import { startCommand } from "./command-process.ts";
import { parseCommand, type CommandConfig, type CommandInput } from "./command-schema.ts";
import { commandTemplate, type CommandTemplate } from "./command-template.ts";
import { commandTrial } from "./command-trial.ts";
import { failureOf, stoppedOutcome } from "./outcome.ts";
import type { Lease } from "./lease.ts";
import { leasedSlots } from "./leased-slots.ts";
import type { HostTrial, Runner } from "./runner.ts";

export type CommandOptions = CommandInput & {
  /** The space's parameter names: a placeholder that names none of them is an error at once. */
  readonly parameters?: readonly string[];
  /** Each trial gets a folder of its own in this one, told as HPO_CHECKPOINT_DIR. */
  readonly checkpointRoot?: string;
  /** Prints what commands print, too; otherwise it is only kept with their trials. */
  readonly inheritOutput?: boolean;
  /** What trials run on, one at a time on each; then `slots` is their number. */
  readonly leases?: readonly Lease[];
};

/**
 * Runs each trial as a command in any language.
 *
 * It gets its parameters by placeholders (`--lr {lr}`) or from HPO_PARAMS (JSON); HPO_TRIAL_NUMBER,
 * HPO_TRIAL_SEED and HPO_CHECKPOINT_DIR tell the rest, `{trial.number}`, `{trial.seed}` and
 * `{trial.checkpointDir}` too. It prints its reports and its result as JSON lines, or a pattern
 * finds them. After each report the pruner is asked. A trial is stopped by SIGTERM, and after the
 * grace by SIGKILL, to its whole process group; what it leaves running at its end is killed, and
 * all of it if this process dies. Only a process that starts a session of its own escapes this.
 * @throws HpoError on a field that is wrong, a folder that is missing, a placeholder that no
 * parameter has, or a pattern that is none.
 */
export function commandRunner(options: CommandOptions): Runner {
  const {
    parameters: _parameters,
    checkpointRoot,
    inheritOutput = false,
    leases,
    ...input
  } = options;
  const config = parseCommand(input);
  const setup: Setup = {
    config,
    cwd: workingDirectory(config.cwd),
    template: commandTemplate({ ...config, names: placeholderNames(options) }),
    reader: metricReader(config.metric),
    checkpointRoot,
    inheritOutput,
  };
  const lanes = leasedSlots(
    leases?.map((lease): Lane => ({ lease })) ??
      Array.from({ length: config.slots }, (): Lane => ({})),
  );
  return {
    slots: lanes.all.length,
    run: (trial) => lanes.use(trial, ({ lease }) => runCommand(setup, trial, lease)),
    close: () => lanes.idle(),
  };
}

interface Lane {
  readonly lease?: Lease;
}

interface Setup {
  readonly config: CommandConfig;
  readonly cwd: string;
  readonly template: CommandTemplate;
  readonly reader: MetricReader;
  readonly checkpointRoot: string | undefined;
  readonly inheritOutput: boolean;
}

async function runCommand(setup: Setup, trial: HostTrial, lease?: Lease): Promise<Outcome> {
  if (trial.signal.aborted) return stoppedOutcome(trial.signal);
  try {
    return await runToEnd(setup, trial, lease);
  } catch (error) {
    return { kind: "failed", failure: failureOf(error), error };
  }
}

async function runToEnd(setup: Setup, trial: HostTrial, lease?: Lease): Promise<Outcome> {
  const { config, reader, inheritOutput } = setup;
  const checkpointDir = makeCheckpointDir(setup, trial);
  const argv = setup.template.fill({ ...trial.params, ...ownValues(trial, checkpointDir) });
  const env = environment(setup, trial, checkpointDir, lease);
  const run = commandTrial({ trial, reader, argv, inheritOutput, onStop: () => command.stop() });
  const command = startCommand({
    argv,
    cwd: setup.cwd,
    env,
    graceMs: config.graceMs,
    cpus: lease?.cpus,
    onStdout: run.onStdout,
    onStderr: run.onStderr,
  });
  const { timeoutMs } = config;
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => run.stop({ kind: "timeout", limitMs: timeoutMs }), timeoutMs);
  const onAbort = (): void => run.stop({ kind: "aborted" });
  trial.signal.addEventListener("abort", onAbort, { once: true });
  const end = await command.ended;
  clearTimeout(timer);
  trial.signal.removeEventListener("abort", onAbort);
  return run.finish(end);
}

const OWN_PLACEHOLDERS = ["trial.number", "trial.seed"];
const CHECKPOINT_PLACEHOLDER = "trial.checkpointDir";

function placeholderNames({ parameters, checkpointRoot }: CommandOptions): string[] | undefined {
  if (!parameters) return undefined;
  const dir = checkpointRoot === undefined ? [] : [CHECKPOINT_PLACEHOLDER];
  return [...parameters, ...OWN_PLACEHOLDERS, ...dir];
}

const ownValues = (
  trial: HostTrial,
  checkpointDir: string | undefined,
): Record<string, Scalar> => ({
  "trial.number": trial.number,
  "trial.seed": trial.seed,
  ...(checkpointDir !== undefined && { [CHECKPOINT_PLACEHOLDER]: checkpointDir }),
});

function environment(
  { config }: Setup,
  trial: HostTrial,
  checkpointDir: string | undefined,
  lease: Lease | undefined,
): Record<string, string> {
  return {
    ...(process.env as Record<string, string>),
    ...config.env,
    ...lease?.env,
    HPO_PARAMS: JSON.stringify(trial.params),
    HPO_TRIAL_NUMBER: String(trial.number),
    HPO_TRIAL_SEED: String(trial.seed),
    ...(lease && { HPO_TRIAL_DEVICE: lease.name }),
    ...(checkpointDir !== undefined && { HPO_CHECKPOINT_DIR: checkpointDir }),
  };
}

function makeCheckpointDir({ checkpointRoot }: Setup, trial: HostTrial): string | undefined {
  if (checkpointRoot === undefined) return undefined;
  const dir = resolve(join(checkpointRoot, `trial-${trial.number}`));
  mkdirSync(dir, { recursive: true });
  return dir;
}

function workingDirectory(given = "."): string {
  const cwd = resolve(given);
  if (existsSync(cwd)) return cwd;
  throw new HpoError(`The command's folder ${cwd} does not exist. Create it or correct cwd.`);
}
