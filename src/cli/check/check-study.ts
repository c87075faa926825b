import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ActiveTrial } from "../../study/trial/active-trial.ts";
import { openStudy } from "../../study/open-study.ts";
import { engineOf } from "../../study/study-internals.ts";
import { endOf } from "../../study/trial/trial-end.ts";
import { deviceOptionsOver } from "../../runner/devices/options.ts";
import { planDevices } from "../../runner/devices/plan.ts";
import type { Lease } from "../../contracts/lease.ts";
import { OUTPUT_FILES } from "../../runner/output/output-file.ts";
import type { HostTrial } from "../../contracts/runner.ts";
import { memoryStorage } from "../../storage/memory.ts";
import type { Study } from "../../study/study.ts";
import { counted } from "../../errors/counted.ts";
import { findings } from "./check-findings.ts";
import { loadStudyFile, type StudyFile } from "../../study-file/load-study-file.ts";
import { copyStored, type StoredCopy } from "./stored-copy.ts";
import type { RanTrial, StudyCheck, SuggestedTrial } from "./check-result.ts";

export interface CheckFlags {
  readonly storage: string;
  /** How long the trial may take, in milliseconds. */
  readonly timeout: number;
  /** Whether a trial is run. */
  readonly run: boolean;
}

const SUGGESTED = 3;

/**
 * Reads a study file, asks for its first suggestions, or for the next ones of a study that is there, and runs the
 * first of them in a scratch folder; keeps nothing.
 * @throws HpoError where the file is wrong
 */
export async function checkStudy(path: string, flags: CheckFlags): Promise<StudyCheck> {
  const file = await loadStudyFile(path);
  const scratch = mkdtempSync(join(tmpdir(), "hpo-check-"));
  try {
    const definition = { ...file.definition, artifacts: scratch };
    const storage = memoryStorage();
    const { folderOf, unread } = await copyStored(file.definition, flags.storage, storage);
    const notes: string[] = [];
    const study = await openStudy(definition, { storage, log: (note) => notes.push(note) });
    study.subscribe((event) => {
      if (event.type === "note") notes.push(event.message);
    });
    const devices = await planDevices({
      ...deviceOptionsOver({}, file.definition),
      study: study.name,
      workers: definition.workers,
      env: { ...process.env, ...file.command?.env },
      isAutomatic: file.command !== undefined,
    });
    const lease = devices.leases?.[0];
    const engine = engineOf(study);
    await study.refresh();
    const there = engine.occupied;
    // Of a study that has its total, what a larger one would give.
    const isFull = there >= (definition.trials ?? Infinity);
    if (isFull) {
      notes.push(
        `The study has its ${counted(definition.trials!, "trial")}: a run starts none unless its total, trials: or --trials, is above ${there}.`,
      );
    }
    const asked = await engine.ask(SUGGESTED, { total: isFull ? Infinity : undefined });
    const suggested = asked.map((trial) => suggestedTrial(file, trial, folderOf, lease));
    const [first] = asked;
    const ran = flags.run && first ? await runOne(file, study, first, flags, lease) : undefined;
    const found = findings(file, suggested, ran, [...devices.notes, ...notes]);
    const isWell = found.every(({ level }) => level !== "error");
    const { workers } = devices;
    const stored = unread === undefined ? { there } : { there, unread };
    return { file, study, ...stored, suggested, ran, findings: found, isWell, workers };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function suggestedTrial(
  file: StudyFile,
  trial: ActiveTrial,
  folderOf: StoredCopy["folderOf"],
  lease: Lease | undefined,
): SuggestedTrial {
  const directory = folderOf(trial.number);
  const { number, params, seed, study } = trial;
  const plan = file.command?.plan({ number, params, seed, study, directoryPath: directory }, lease);
  return { trial, directory, plan };
}

async function runOne(
  file: StudyFile,
  study: Study,
  trial: ActiveTrial,
  { timeout }: CheckFlags,
  lease: Lease | undefined,
): Promise<RanTrial> {
  const signal = AbortSignal.timeout(timeout);
  const directory = trial.directoryPath;
  const runner = await file.makeRunner(1, lease && [lease]);
  const startedAt = performance.now();
  try {
    const outcome = await runner.run(withSignal(trial, signal));
    const durationMs = performance.now() - startedAt;
    const end = endOf(outcome, study.metrics, trial.reports);
    const finished = await engineOf(study).end(trial.number, end);
    const isTimeUp = signal.aborted && finished.state === "failed";
    const stdout = file.command
      ? textOf(join(directory, OUTPUT_FILES.stdout))
      : ((finished.systemAttrs[ATTRIBUTE.output] ?? "") as string);
    const stderr = textOf(join(directory, OUTPUT_FILES.stderr));
    return { trial: finished, isTimeUp, durationMs, stdout, stderr };
  } finally {
    const closed = runner.close();
    if (!signal.aborted) await closed;
  }
}

/** The trial, but for what tells it to stop. */
const withSignal = (trial: ActiveTrial, signal: AbortSignal): HostTrial =>
  new Proxy<HostTrial>(trial, {
    get(target, key) {
      if (key === "signal") return signal;
      const member: unknown = Reflect.get(target, key, target);
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // A program that prints nothing leaves no file.
    return "";
  }
}
