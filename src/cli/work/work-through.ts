import type { FinishedTrial } from "../../contracts/trial.ts";
import { HpoError } from "../../errors/errors.ts";
import { trialToJson } from "../../export/trial-json.ts";
import { deviceOptionsOver } from "../../runner/devices/options.ts";
import { planDevices } from "../../runner/devices/plan.ts";
import { trialOptionsOver } from "../../runner/trial-options.ts";
import type { StudyFile } from "../../study-file/load-study-file.ts";
import { optimize } from "../../study/optimize.ts";
import type { StudyLimits } from "../../study/stopping/study-limit.ts";
import * as format from "../format.ts";
import { print } from "../output.ts";
import { reportError } from "../report-error.ts";
import { errorLimit } from "../run/error-limit.ts";
import type { Drain } from "./drain.ts";
import { handingBack, type WorkedStudy } from "./handing-back.ts";
import type { WorkFlags } from "./work-flags.ts";

/** How long a study that is out of reach keeps a worker that has nothing to run from its end. */
const OUT_OF_REACH_MS = 5000;
const LOOK_MS = 500;

/** Runs trials until there is none, or a signal says to stop, and prints why it stopped. @returns that */
export async function workAndTell(
  study: WorkedStudy,
  file: StudyFile,
  flags: WorkFlags,
  drain: Drain,
  limits: StudyLimits = {},
): Promise<string> {
  const reason = await workThrough(study, file, flags, drain, limits);
  if (flags.json) print(JSON.stringify({ stopped: reason }));
  else if (!flags.quiet) print(`Stopped: ${reason}.`);
  return reason;
}

async function workThrough(
  study: WorkedStudy,
  file: StudyFile,
  flags: WorkFlags,
  drain: Drain,
  limits: StudyLimits,
): Promise<string> {
  onAbort(drain.stopping, () => study.stop());
  onAbort(drain.interrupting, () => study.interrupt(new HpoError("its worker was told to stop.")));
  const end = new AbortController();
  try {
    return await Promise.race([
      run(study, file, flags, drain, limits),
      outOfReach(study, drain, end.signal),
    ]);
  } finally {
    end.abort();
  }
}

export function onAbort(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act();
  else signal.addEventListener("abort", act, { once: true });
}

async function run(
  study: WorkedStudy,
  file: StudyFile,
  flags: WorkFlags,
  drain: Drain,
  limits: StudyLimits,
): Promise<string> {
  const { definition } = file;
  const say = flags.quiet || flags.json ? (): void => undefined : print;
  const { leases, workers, lines, notes } = await planDevices({
    ...deviceOptionsOver(flags, definition),
    study: definition.name,
    workers: flags.workers ?? definition.workers,
    env: { ...process.env, ...file.command?.env },
    isAutomatic: file.command !== undefined,
  });
  for (const text of [...notes, ...lines]) say(text);
  const runner = handingBack(await file.makeRunner(workers, leases, definition), study, drain);
  const limit = errorLimit(definition.name);
  const idle = stopWhenIdle(study, flags.idleExit);
  try {
    return await optimize(study, runner, {
      workers,
      trials: flags.maxTrials,
      ...limits,
      ...trialOptionsOver(definition, {}),
      signal: drain.now,
      catch: (_error, trial) => limit.goesOn(trial),
      onTrial: (trial) => {
        limit.ended(trial);
        if (flags.json) print(JSON.stringify(trialToJson(trial)));
        say(lineOf(trial));
      },
    });
  } catch (error) {
    if (limit.verdict === undefined) throw error;
    reportError(error);
    throw new HpoError(limit.verdict);
  } finally {
    idle.end();
    // A worker that drains ends its process, so it does not wait for a thread that may hang.
    if (!drain.stopping.aborted) await runner.close();
  }
}

/**
 * Resolves where a worker that drains has nothing to run any more, and waits for a study that is out
 * of reach. A result that is to be told is waited for, unless time is up.
 */
async function outOfReach(study: WorkedStudy, drain: Drain, end: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    let since: number | undefined;
    const timer = setInterval(() => {
      const isTold = study.running === 0 || drain.interrupting.aborted;
      const isStuck = drain.stopping.aborted && study.training === 0 && isTold;
      since = isStuck ? (since ?? performance.now()) : undefined;
      if (since === undefined || performance.now() - since < OUT_OF_REACH_MS) return;
      resolve("the study can't be reached");
    }, LOOK_MS);
    timer.unref();
    onAbort(end, () => clearInterval(timer));
  });
}

/** Stops once nothing ran for so long. */
function stopWhenIdle(study: WorkedStudy, idleMs = Infinity): { end(): void } {
  let since = performance.now();
  const timer = setInterval(() => {
    if (study.running > 0) since = performance.now();
    else if (performance.now() - since >= idleMs) study.stop();
  }, LOOK_MS);
  timer.unref();
  return { end: () => clearInterval(timer) };
}

const lineOf = (trial: FinishedTrial): string =>
  [`trial ${format.trialName(trial)}`, format.brief(format.outcome(trial, {})), trial.device ?? ""]
    .filter((part) => part !== "")
    .join("  ");
