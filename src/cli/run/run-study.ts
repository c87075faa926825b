import { HpoError } from "../../errors/errors.ts";
import { enterStudy } from "../../study/heartbeat/presence.ts";
import { openStudy } from "../../study/open-study.ts";
import { EXHAUSTED } from "../../study/optimize.ts";
import { engineOf } from "../../study/study-internals.ts";
import { trialOptionsOver } from "../../runner/trial-options.ts";
import { deviceOptionsOver } from "../../runner/devices/options.ts";
import { planDevices, type DevicePlan } from "../../runner/devices/plan.ts";
import { endsWithProcess, shownStorage } from "../../storage/open-storage.ts";
import type { Study } from "../../study/study.ts";
import { stopRulesOf } from "../../study/stopping/named-rules.ts";
import type { StudyDefinition } from "../../study/study-definition.ts";
import { goOnWithoutReader } from "../closed-output.ts";
import { storageFlag, studyLine } from "../command-line.ts";
import { withStorage } from "../context.ts";
import { givenParts } from "../given-parts.ts";
import { errorLimit } from "./error-limit.ts";
import { stopSignals } from "./interrupt.ts";
import { loadStudyFile, sourceFolder, type StudyFile } from "../../study-file/load-study-file.ts";
import { print, printJson, warn } from "../output.ts";
import { reportError } from "../report-error.ts";
import { checkRunFlags, isQuiet, limitsOf, type RunFlags } from "./run-flags.ts";
import { requireKept } from "./require-kept.ts";
import { rememberSource } from "./run-source.ts";
import { untilGiven } from "./until-flag.ts";
import { runTally } from "./run-tally.ts";
import { within } from "../../system/within.ts";
import { asUsage } from "../usage-error.ts";
import { showProgress } from "./progress.ts";
import { bestLines, countLines, studySummary } from "./summary.ts";
import { quotedName } from "../visible.ts";

/** How long a run that is to stop at once waits for a database that may be away. */
const SOON_MS = 2000;
/** The exit code of a run that Ctrl-C ended, as shells count it. */
const INTERRUPTED = 130;

/** Runs a study file, or goes on with it. @returns the exit code */
export const runFile = async (text: string, flags: RunFlags): Promise<number> =>
  runStudyFile(await loadStudyFile(text, flags), flags);

/** @returns the exit code */
export async function runStudyFile(file: StudyFile, flags: RunFlags): Promise<number> {
  goOnWithoutReader();
  // Told before a study is made of it.
  if (!file.command && !file.definition.objective) await file.makeRunner(1);
  checkRunFlags("hpo study run", flags);
  for (const doubt of file.doubts) warn(doubt);
  const definition = {
    ...file.definition,
    ...(await overrides(flags)),
    ...trialOptionsOver(limitsOf(flags), file.definition),
  };
  return withStorage(
    flags,
    async (storage) => {
      const devices = await devicesOf(definition.name, file, definition, flags);
      const study = await openStudy(definition, { storage, log: warn });
      await rememberSource(storage, study.name, file.source, flags);
      await study.refresh();
      const none = nothingToStart(study, definition.trials, flags.trials !== undefined);
      return runTrials(study, file, definition, flags, {
        devices,
        report: async (reason) => {
          if (none !== undefined) (flags.json ? warn : print)(none);
          await report(study, reason, definition.trials, flags);
        },
      });
    },
    { create: true },
  );
}

/** Why a run starts no trial, if the study has its total already; a queued trial stays where it is. */
function nothingToStart(study: Study, total = Infinity, isFlag = false): string | undefined {
  const there = engineOf(study).occupied;
  if (there < total || total === 0) return undefined;
  const { waiting } = study.counts;
  const queued = waiting > 0 ? `, and ${waiting} queued` : "";
  return (
    `No trial is started: ${isFlag ? "--trials" : "trials"} ${total} is the study's total, and ` +
    `${there} ${there === 1 ? "is" : "are"} there${queued}. For ${total} more give --trials ${there + total}.`
  );
}

/** Who is to stop at once waits no longer than that. */
const soon = (stopping: AbortSignal, work: Promise<void>): Promise<unknown> =>
  stopping.aborted ? within(SOON_MS, work) : work;

async function overrides(flags: RunFlags): Promise<Partial<StudyDefinition>> {
  const { name, seed, trials } = flags;
  const until = untilGiven(flags.until);
  return {
    ...(name !== undefined && { name }),
    ...(seed !== undefined && { seed }),
    // Strategies plan for it, so that it belongs to the study's version.
    ...(trials !== undefined && { trials }),
    ...(until && { until: asUsage(() => stopRulesOf(until)) }),
    ...(await givenParts(flags)),
  };
}

/**
 * The devices that a study's trials will run on. They are planned before the study is created, as a run that is
 * refused for them is to leave none.
 * @throws HpoError as `planDevices`
 */
export const devicesOf = (
  study: string,
  file: StudyFile,
  definition: StudyDefinition,
  flags: RunFlags,
): Promise<DevicePlan> =>
  planDevices({
    ...deviceOptionsOver(flags, definition),
    study,
    workers: flags.workers ?? definition.workers,
    env: { ...process.env, ...file.command?.env },
    isAutomatic: file.command !== undefined,
  });

interface RunParts {
  readonly devices: DevicePlan;
  /** Says what came of the run; it is not called after an error. */
  readonly report: (reason: string) => void | Promise<void>;
}

/**
 * Runs a study's trials with all that a command line shows of it.
 * @param definition as the flags change it
 * @returns the exit code
 */
export async function runTrials(
  study: Study,
  file: StudyFile,
  definition: StudyDefinition,
  flags: RunFlags,
  { devices, report }: RunParts,
): Promise<number> {
  const { leases, workers, lines, notes } = devices;
  const { trials: total } = definition;
  engineOf(study).sourceFolder = sourceFolder(file.source);
  await study.refresh();
  const progress = showProgress(study, { total, workers, isQuiet: isQuiet(flags) });
  const stop = stopSignals(study, (message) => progress.say(message), flags.drain);
  for (const message of isQuiet(flags) ? notes : [...notes, ...lines]) progress.say(message);
  const runner = await file.makeRunner(workers, leases, definition);
  const limit = errorLimit(study.name, study.finished, !endsWithProcess(flags.storage));
  const tally = runTally();
  const leave = await enterStudy(engineOf(study).state);
  let reason: string;
  try {
    reason = await engineOf(study).optimizeWith(runner, {
      total,
      workers,
      timeoutMs: flags.timeout ?? definition.timeoutMs,
      until: definition.until,
      notify: flags.notify ?? definition.notify,
      keepBest: flags.keepBest ?? definition.keepBest,
      artifactsLimit: flags.artifactsLimit ?? definition.artifactsLimit,
      ...trialOptionsOver(definition, {}),
      signal: stop.signal,
      catch: (_error, trial) => limit.goesOn(trial),
      onTrial: (trial) => {
        limit.ended(trial);
        tally.ended(trial);
      },
    });
  } catch (error) {
    if (limit.verdict === undefined) throw error;
    progress.end();
    reportError(error);
    throw new HpoError(limit.verdict);
  } finally {
    progress.end();
    stop.end();
    if (!stop.signal.aborted) await runner.close();
    await soon(stop.signal, leave());
  }
  // What was handed back is known by now, and what other processes have finished meanwhile.
  await soon(stop.signal, study.refresh());
  await report(reason);
  if (stop.wasAsked) return exitInterrupted(stop.signal);
  const problem = tally.problem(study);
  if (problem !== undefined) warn(problem);
  return problem === undefined ? 0 : 1;
}

async function report(
  study: Study,
  reason: string,
  total: number | undefined,
  flags: RunFlags,
): Promise<void> {
  if (flags.json) {
    printJson({ ...studySummary(study, flags.storage), reason });
    await requireKept(study, flags.storage);
    return;
  }
  print(`Stopped: ${reason}.`);
  for (const line of countLines(study)) print(line);
  for (const line of bestLines(study)) print(line);
  print("");
  if (endsWithProcess(flags.storage)) {
    print(
      `Not kept: ${flags.storage} ends with this process. --storage sqlite:hpo.db keeps a study.`,
    );
    return;
  }
  await requireKept(study, flags.storage);
  const kept = storageFlag(flags.storage);
  const count = study.trials().length;
  const more = total !== undefined && count < total ? total : count + 20;
  print(`Kept in ${shownStorage(flags.storage)} as ${quotedName(study.name)}.`);
  // A finite strategy that is at its end has nothing for more trials.
  if (reason !== EXHAUSTED) {
    print(`Go on:  npx ${studyLine("resume", study.name, [], [`--trials ${more}`, ...kept])}`);
  }
  print(`Look:   npx ${studyLine("show", study.name, [], kept)}`);
}

function exitInterrupted(signal: AbortSignal): number {
  // Objectives that were told to stop at once may hang in their threads: nothing waits for them.
  if (signal.aborted) process.exit(INTERRUPTED);
  return INTERRUPTED;
}
