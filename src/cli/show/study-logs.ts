import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pc from "picocolors";
import { HpoError } from "../../errors/errors.ts";
import { isAlive, type ProcessIdentity } from "../../system/process-identity.ts";
import { OUTPUT_FILES } from "../../runner/output/output-file.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import type { StudyView } from "../../study/study-view.ts";
import type { Trial } from "../../contracts/trial.ts";
import * as format from "../format.ts";
import { wantsColors } from "../draw/styled-line.ts";
import { outputReader, type OutputReader } from "./output-reader.ts";
import { trialNumbered } from "./trial-details.ts";
import { visibleOutput } from "../visible.ts";

export type Stream = keyof typeof OUTPUT_FILES;

export interface LogOptions {
  /** A trial's number; the last one that runs, or else that ran, if left out. */
  readonly number: number | undefined;
  readonly streams: readonly Stream[];
  /** Of each stream, only the last lines. */
  readonly lines: number | undefined;
}

/** What a trial printed, as far as it was kept. */
export interface TrialLog {
  readonly trial: Trial;
  /** The files it is read from; none if only the end is kept, in the database. */
  readonly files: Readonly<Partial<Record<Stream, string>>>;
  readonly output: Readonly<Partial<Record<Stream, readonly string[]>>>;
}

/** @throws HpoError if there is no such trial, or none that started */
export function trialLog(study: StudyView, { number, streams, lines }: LogOptions): TrialLog {
  const trial = number === undefined ? latest(study) : trialNumbered(study, number);
  const files = Object.fromEntries(
    streams
      .map((stream) => [stream, pathOf(study, trial.number, stream)] as const)
      .filter(([, path]) => existsSync(path)),
  ) as TrialLog["files"];
  const output: Partial<Record<Stream, readonly string[]>> = {};
  for (const stream of streams) {
    const path = files[stream];
    const text = path === undefined ? "" : readFileSync(path, "utf8");
    output[stream] = lastLines(text, lines);
  }
  if (Object.keys(files).length === 0 && streams.includes("stdout")) {
    output.stdout = lastLines(keptOutput(trial), lines);
  }
  return { trial, files, output };
}

const keptOutput = (trial: Trial): string => {
  const kept = trial.systemAttrs[ATTRIBUTE.output];
  return typeof kept === "string" ? kept : "";
};

function lastLines(text: string, count: number | undefined): string[] {
  if (text === "") return [];
  const all = text.replace(/\r?\n$/, "").split(/\r?\n/);
  return count === undefined ? all : count === 0 ? [] : all.slice(-count);
}

const pathOf = (study: StudyView, number: number, stream: Stream): string =>
  join(study.directoryOf(number), OUTPUT_FILES[stream]);

function latest(study: StudyView): Trial {
  const started = study.trials().filter(({ state }) => state !== "waiting");
  const trial = started.filter((one) => runs(one)).at(-1) ?? started.at(-1);
  if (trial) return trial;
  throw new HpoError(
    `Study ${JSON.stringify(study.name)} has no trial that was started. Run it first.`,
  );
}

const runnerOf = (trial: Trial): ProcessIdentity | undefined =>
  (trial.systemAttrs[ATTRIBUTE.runner] ?? undefined) as ProcessIdentity | undefined;

/** Whether it runs, as far as can be known: a trial whose process died does not. */
function runs(trial: Trial): boolean {
  if (trial.state !== "running") return false;
  const runner = runnerOf(trial);
  return runner === undefined || isAlive(runner) !== false;
}

/** A line that a trial printed, or, without a stream, what became of it. */
export interface LoggedLine {
  readonly number: number;
  readonly stream?: Stream;
  readonly line: string;
}

const POLL_MS = 250;

/**
 * Gives what a trial prints as it does, or without a number what all do that run; first the last
 * lines of each. Ends when the trial ends, or the processes that run the study.
 */
export async function* followLogs(
  study: StudyView,
  options: LogOptions,
): AsyncGenerator<LoggedLine> {
  const followed = new Map<number, Followed>();
  const isOnly = options.number !== undefined;
  if (isOnly) trialNumbered(study, options.number);
  for (;;) {
    await study.refresh();
    const wanted = isOnly
      ? [trialNumbered(study, options.number)]
      : study.trials().filter((trial) => runs(trial) && !followed.has(trial.number));
    for (const trial of wanted) {
      if (!followed.has(trial.number)) followed.set(trial.number, follow(study, trial, options));
    }
    for (const [number, one] of followed) {
      if (one.isOver) continue;
      const trial = trialNumbered(study, number);
      // Looked at before its output is read: what it printed before its end is read then.
      one.isOver = !runs(trial) && trial.state !== "waiting";
      yield* one.news(trial);
    }
    const isActive = [...followed.values()].some(({ isOver }) => !isOver);
    if (!isActive && (isOnly || !hasLivingRunner(study))) return;
    await sleep(POLL_MS);
  }
}

/** Between two trials nothing runs, but the process that runs them lives. */
export const hasLivingRunner = (study: StudyView): boolean =>
  study
    .trials()
    .slice(-50)
    .map(runnerOf)
    .some((runner) => runner !== undefined && isAlive(runner) === true);

interface Followed {
  isOver: boolean;
  news(trial: Trial): LoggedLine[];
}

function follow(study: StudyView, { number }: Trial, { streams, lines }: LogOptions): Followed {
  const readers = streams.map((stream): [Stream, OutputReader] => [
    stream,
    outputReader(pathOf(study, number, stream)),
  ]);
  let isFirst = true;
  const followed: Followed = {
    isOver: false,
    news: (trial) => {
      const said = readers.flatMap(([stream, reader]) => {
        const all = followed.isOver ? [...reader.poll(), ...reader.end()] : reader.poll();
        const shown = isFirst && lines !== undefined ? all.slice(-lines) : all;
        return shown.map((line): LoggedLine => ({ number, stream, line }));
      });
      isFirst = false;
      if (!followed.isOver) return said;
      const hasFiles = streams.some((stream) => existsSync(pathOf(study, number, stream)));
      const kept = hasFiles ? [] : lastLines(keptOutput(trial), lines);
      const end = trial.state === "running" ? "its process died" : outcomeOf(study, trial);
      return [
        ...said,
        ...kept.map((line): LoggedLine => ({ number, stream: "stdout", line })),
        { number, line: end },
      ];
    },
  };
  return followed;
}

const outcomeOf = (study: StudyView, trial: Trial): string =>
  trial.state === "complete"
    ? `complete, ${format.outcome(trial, study)}`
    : format.outcome(trial, study);

const { cyan, yellow, green, magenta, blue } = pc.createColors(wantsColors(process.stdout));
const COLOURS = [cyan, yellow, green, magenta, blue];

/** `trial 7 | loss 0.3`; what came on stderr has `!` for the bar. */
export function logLine({ number, stream, line }: LoggedLine): string {
  const colour = COLOURS[number % COLOURS.length];
  const bar = stream === "stderr" ? "!" : stream === "stdout" ? "|" : "=";
  return `${colour(`trial ${String(number).padEnd(3)} ${bar}`)} ${visibleOutput(line)}`;
}
