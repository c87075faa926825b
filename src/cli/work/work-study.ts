import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { FinishedTrial } from "../../contracts/trial.ts";
import { HpoError } from "../../errors/errors.ts";
import { trialToJson } from "../../export/trial-json.ts";
import { deviceOptionsOver, type DeviceOptions } from "../../runner/devices/options.ts";
import { planDevices } from "../../runner/devices/plan.ts";
import { trialOptionsOver } from "../../runner/trial-options.ts";
import { loadStudyFile, type StudyFile } from "../../study-file/load-study-file.ts";
import { openStudy } from "../../study/open-study.ts";
import { optimize, type OptimizedStudy } from "../../study/optimize.ts";
import type { StudyLimits } from "../../study/stopping/study-limit.ts";
import { engineOf } from "../../study/study-internals.ts";
import { checkSameStudy, definitionFacts } from "../../workers/definition-facts.ts";
import { fileHash } from "../../workers/file-hash.ts";
import { httpSource } from "../../workers/http-source.ts";
import { RemoteStudy } from "../../workers/remote-study.ts";
import { tokenOfEnvironment } from "../../workers/tokens.ts";
import { goOnWithoutReader } from "../closed-output.ts";
import { withStorage } from "../context.ts";
import * as format from "../format.ts";
import { print, warn } from "../output.ts";
import { reportError } from "../report-error.ts";
import { errorLimit } from "../run/error-limit.ts";
import { UsageError } from "../usage-error.ts";
import { drainOnSignals, type Drain } from "./drain.ts";
import { handingBackSignalled } from "./signalled-together.ts";

export interface WorkFlags extends DeviceOptions {
  readonly file?: string;
  readonly workers?: number;
  readonly maxTrials?: number;
  /** In milliseconds, as the next one. */
  readonly idleExit?: number;
  readonly drain?: number;
  readonly artifacts?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** EX_TEMPFAIL: the worker was told to stop and there is more to do; who started it may do so again. */
const DRAINED = 75;

/** A study whose trials are run here, wherever it is. */
interface WorkedStudy extends OptimizedStudy {
  readonly running: number;
  stop(): void;
}

/** Runs trials of a study that is elsewhere. @returns the exit code */
export async function workOn(place: string, flags: WorkFlags): Promise<number> {
  goOnWithoutReader();
  if (isStorage(place)) return workOnStorage(place, flags);
  const url = coordinatorUrl(place);
  const file = await loadStudyFile(fileOf(flags));
  const source = httpSource({ url, token: tokenOfEnvironment(), note: warn });
  const { definition } = file;
  const served = await source.facts();
  checkSameStudy(definitionFacts(definition, file.command), served.definition, flags.file!);
  if (served.fileHash !== undefined && served.fileHash !== fileHash(flags.file!)) {
    warn(`${flags.file} is not the coordinator's file to the letter, though of the same study.`);
  }
  const folder = resolve(flags.artifacts ?? definition.artifacts ?? "hpo-trials", definition.name);
  const study = new RemoteStudy({ source, definition, folder, note: warn, beatMs: served.beatMs });
  try {
    return await drained(study, file, flags);
  } finally {
    study.close();
  }
}

/** The database itself, as a few machines may do that all reach it: each is its own coordinator. */
const workOnStorage = (storage: string, flags: WorkFlags): Promise<number> =>
  withStorage({ storage }, async (opened) => {
    const file = await loadStudyFile(fileOf(flags));
    const study = await openStudy(file.definition, { storage: opened, log: warn });
    study.subscribe((event) => event.type === "note" && warn(event.message));
    await study.refresh();
    const { trials: total, until, timeoutMs } = file.definition;
    return drained(engineOf(study), file, flags, { total, until, timeoutMs });
  });

/** Runs trials until there is none, or a signal says to stop. @returns the exit code */
async function drained(
  study: WorkedStudy,
  file: StudyFile,
  flags: WorkFlags,
  limits: StudyLimits = {},
): Promise<number> {
  const say =
    flags.quiet || flags.json ? (): void => undefined : (text: string): void => print(text);
  const drain = drainOnSignals(() => study.stop(), warn, flags.drain);
  try {
    const reason = await run(study, file, { ...flags, limits }, say, drain);
    say(`Stopped: ${reason}.`);
    if (flags.json) print(JSON.stringify({ stopped: reason }));
  } finally {
    await drain.end();
  }
  // Objectives that were told to stop at once may hang in their threads: nothing waits for them.
  if (drain.wasAsked) process.exit(DRAINED);
  return 0;
}

async function run(
  study: WorkedStudy,
  file: StudyFile,
  flags: WorkFlags & { readonly limits: StudyLimits },
  say: (text: string) => void,
  drain: Drain,
): Promise<string> {
  const { definition } = file;
  const { leases, workers, lines, notes } = await planDevices({
    ...deviceOptionsOver(flags, definition),
    study: definition.name,
    workers: flags.workers ?? definition.workers,
    env: { ...process.env, ...file.command?.env },
    isAutomatic: file.command !== undefined,
  });
  for (const text of [...notes, ...lines]) say(text);
  const { signal } = drain;
  const runner = handingBackSignalled(
    await file.makeRunner(workers, leases, definition),
    study,
    drain,
  );
  const limit = errorLimit(definition.name);
  const idle = stopWhenIdle(study, flags.idleExit);
  try {
    return await optimize(study, runner, {
      workers,
      trials: flags.maxTrials,
      ...flags.limits,
      ...trialOptionsOver(definition, {}),
      signal,
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
    if (!signal.aborted) await runner.close();
  }
}

/** Stops once nothing ran for so long. */
function stopWhenIdle(study: WorkedStudy, idleMs = Infinity): { end(): void } {
  let since = performance.now();
  const timer = setInterval(() => {
    if (study.running > 0) since = performance.now();
    else if (performance.now() - since >= idleMs) study.stop();
  }, 500);
  timer.unref();
  return { end: () => clearInterval(timer) };
}

const lineOf = (trial: FinishedTrial): string =>
  [
    `trial ${format.trialName(trial)}`,
    format.brief(format.outcome(trial, undefined)),
    trial.device ?? "",
  ]
    .filter((part) => part !== "")
    .join("  ");

function fileOf({ file }: WorkFlags): string {
  if (file === undefined) {
    throw new UsageError(
      "hpo study work: give the study file of this machine, --file study.ts. A worker runs its own " +
        "copy, and never code from elsewhere.",
    );
  }
  return file;
}

const isStorage = (place: string): boolean => /^(postgres|sqlite)[a-z0-9+]*:/.test(place);

function coordinatorUrl(place: string): URL {
  if (!/^https?:\/\//.test(place) || !URL.canParse(place) || new URL(place).pathname === "/") {
    const isFile = existsSync(place) ? " A file is run by hpo study run." : "";
    throw new UsageError(
      `hpo study work ${place}: give the URL that hpo study serve prints, http://HOST:PORT/NAME, or a database's, postgres://HOST/DATABASE.${isFile}`,
    );
  }
  return new URL(place);
}
