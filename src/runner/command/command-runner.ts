import { existsSync } from "node:fs";
import { metricReader, type MetricReader } from "./metric/command-metric.ts";
import { formatBytes, parseMemoryLimit } from "../../system/byte-size.ts";
import { CommandSlot } from "./command-process.ts";
import { checkMemoryWatch } from "../../system/memory-watch.ts";
import { inheritedEnvironment } from "./command-environment.ts";
import {
  commandPlanner,
  isTooLong,
  prepareTrial,
  tellWhyStopped,
  type CommandPlan,
  type CommandPlanner,
} from "./command-plan.ts";
import { retryingRunner, type Attempt } from "./command-retries.ts";
import { parseCommand, type CommandConfig, type CommandInput } from "./command-schema.ts";
import { commandTrial } from "./command-trial.ts";
import { ownFailure, stoppedOutcome } from "../outcome.ts";
import type { Lease } from "../../contracts/lease.ts";
import { slotPool, type Slot } from "../slot-pool.ts";
import { judged, oomKillCount } from "./machine-fault.ts";
import { outputFiles } from "../output/output-file.ts";
import type { HostTrial, Runner, Waiter } from "../../contracts/runner.ts";

/** A command, its slots, and how its metric is told. */
export type CommandOptions = CommandInput & {
  /** The space's parameter names: a placeholder that names none of them is an error at once. */
  readonly parameters?: readonly string[];
  /** Those of them that are floats, and are written so: 1.0. */
  readonly floats?: readonly string[];
  /** Prints what commands print, too; otherwise it is only kept with their trials. */
  readonly inheritOutput?: boolean;
  /** What trials run on, one at a time on each; then `slots` is their number. */
  readonly leases?: readonly Lease[];
};

/**
 * Runs each trial as a command in any language.
 *
 * It gets its parameters by placeholders (`--lr {lr}`) or from HPO_PARAMS and HPO_PARAMS_FILE (JSON); HPO_TRIAL_NUMBER,
 * HPO_TRIAL_SEED, HPO_TRIAL_DIR and HPO_CHECKPOINT_DIR tell the rest, `{trial_number}`,
 * `{trial_seed}`, `{trial_dir}` and `{checkpoint_dir}` too. It prints its reports and its result as
 * JSON lines, or a pattern finds them. What it prints is kept in its folder, as stdout.log and
 * stderr.log. After each report the pruner is asked. A trial is stopped by SIGTERM, and after the
 * grace by SIGKILL, to its whole process group; what it leaves running at its end is killed, and
 * all of it if this process dies, on Linux also what started a session of its own (HPO_TRIAL_DIR in its
 * environment). Why it is stopped stands in HPO_STOP_FILE.
 * @throws HpoError on a field that is wrong, a folder that is missing, a placeholder that no
 * parameter has, or a pattern that is none.
 *
 * @example
 * ```ts
 * import { commandRunner, type HostTrial } from "hpo";
 *
 * async function runOne(trial: HostTrial) {
 *   const runner = commandRunner({ command: "python3 train.py --lr {lr}", slots: 2 });
 *   try {
 *     return await runner.run(trial); // never rejects: what went wrong is the outcome
 *   } finally {
 *     await runner.close();
 *   }
 * }
 * ```
 */
export function commandRunner(options: CommandOptions): Runner {
  const { parameters, floats, inheritOutput = false, leases, ...input } = options;
  const config = parseCommand(input);
  const setup: Setup = {
    config,
    plan: commandPlanner(config, { parameters, floats }),
    reader: metricReader(config.metric),
    inheritOutput,
    memoryLimitBytes: memoryLimitOf(config),
    told: new Set(),
  };
  const lanes = slotPool(
    leases?.map((lease): Lane => ({ lease, processes: new CommandSlot() })) ??
      Array.from({ length: config.slots }, (): Lane => ({ processes: new CommandSlot() })),
  );
  return {
    slots: lanes.all.length,
    ...(leases && { reserve: (waiter: Waiter) => lanes.reserve(waiter) }),
    run: retryingRunner(lanes, config, (lane, trial) => runCommand(setup, trial, lane)),
    close: async () => {
      await lanes.idle();
      await Promise.all(lanes.all.map(({ processes }) => processes.close()));
    },
  };
}

interface Lane extends Slot {
  readonly processes: CommandSlot;
}

interface Setup {
  readonly config: CommandConfig;
  readonly plan: CommandPlanner;
  readonly reader: MetricReader;
  readonly inheritOutput: boolean;
  readonly memoryLimitBytes: number | undefined;
  /** What was said to be not understood. */
  readonly told: Set<string>;
}

function memoryLimitOf({ memoryLimit }: CommandConfig): number | undefined {
  if (memoryLimit === undefined) return undefined;
  checkMemoryWatch();
  return parseMemoryLimit("memoryLimit", memoryLimit);
}

async function runCommand(setup: Setup, trial: HostTrial, lane: Lane): Promise<Attempt> {
  if (trial.signal.aborted) return { outcome: stoppedOutcome(trial.signal) };
  try {
    return await runToEnd(setup, trial, lane);
  } catch (error) {
    return { outcome: { kind: "failed", failure: ownFailure(error), error } };
  }
}

/** How often a metric's file is looked at. */
const POLL_MS = 250;

async function runToEnd(setup: Setup, trial: HostTrial, lane: Lane): Promise<Attempt> {
  const { config, reader, inheritOutput, memoryLimitBytes, told } = setup;
  const { lease, processes } = lane;
  const plan = setup.plan(trial, lease);
  const { argv, cwd, env, directory } = plan;
  const isRestart = existsSync(directory);
  prepareTrial(plan);
  noteLongParams(trial, plan);
  const files = outputFiles(directory, config.outputLimitMiB);
  const run = commandTrial({
    trial,
    reader,
    plan,
    files,
    inheritOutput,
    memoryLimitBytes,
    told,
    onStop: (why) => {
      tellWhyStopped(plan, why, (problem) => trial.note(`Trial ${trial.number}: ${problem}`));
      command.stop();
    },
  });
  const killsBefore = oomKillCount();
  const command = processes.start({
    argv,
    cwd,
    memoryLimitBytes,
    isRestart,
    env: { ...inheritedEnvironment(), ...env },
    graceMs: config.graceMs,
    cpus: lease?.cpus,
    trialMark: `HPO_TRIAL_DIR=${directory}`,
    onStdout: run.onStdout,
    onStderr: run.onStderr,
  });
  const onAbort = (): void => run.stop({ kind: "aborted" });
  trial.signal.addEventListener("abort", onAbort, { once: true });
  const metric = reader.open?.(directory);
  const polling = metric && setInterval(() => run.hear(metric.poll()), POLL_MS);
  const end = await command.ended;
  clearInterval(polling);
  if (metric) run.hear(metric.end());
  trial.signal.removeEventListener("abort", onAbort);
  return judged(run.finish(end), end, config.retryOn, killsBefore);
}

function noteLongParams(trial: HostTrial, { paramsJson }: CommandPlan): void {
  if (!isTooLong(paramsJson)) return;
  trial.note(
    `Trial ${trial.number}'s parameters are ${formatBytes(Buffer.byteLength(paramsJson))} of JSON, too long ` +
      "for HPO_PARAMS, which is left empty. The program finds them in the file HPO_PARAMS_FILE " +
      "({params_file}).",
  );
}
