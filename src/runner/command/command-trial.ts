import { StringDecoder } from "node:string_decoder";
import { assertNever } from "../../errors/errors.ts";
import type { Outcome } from "../../contracts/objective.ts";
import type { Failure } from "../../contracts/trial.ts";
import type { MetricReader } from "./metric/command-metric.ts";
import type { LineMeaning } from "./metric/line-meaning.ts";
import type { CommandEnd } from "./supervisor-protocol.ts";
import { memoryFailure, failureOf, stoppedOutcome } from "../outcome.ts";
import { ERROR_BYTES, exitText, failureOfExit } from "../process-exit.ts";
import { lineSplitter } from "../output/line-splitter.ts";
import type { OutputFile, OutputFiles } from "../output/output-file.ts";
import { outputTail } from "../output/output-tail.ts";
import { ON_STDERR, OVERLONG, unreadWords } from "./unread-words.ts";
import type { HostTrial } from "../../contracts/runner.ts";

/** Why a command is told to stop; the first reason stands. */
export type StopReason =
  | { readonly kind: "pruned" }
  | { readonly kind: "aborted" }
  /** The study threw at what the command said. */
  | { readonly kind: "refused"; readonly error: unknown };

/** One command's words, passed on to its trial, and the outcome that they come to. */
export interface CommandTrial {
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
  /** What was found elsewhere than on stdout. */
  readonly hear: (meanings: readonly LineMeaning[]) => void;
  /** Has the command stopped; from now on, it only prints. */
  readonly stop: (reason: StopReason) => void;
  readonly finish: (end: CommandEnd) => Outcome;
}

export interface CommandTrialOptions {
  readonly trial: HostTrial;
  readonly reader: MetricReader;
  readonly argv: readonly string[];
  /** Keep all that is printed, up to their limit. */
  readonly files: OutputFiles;
  readonly inheritOutput: boolean;
  /** What was said to be not understood, of any trial; grows. */
  readonly told: Set<string>;
  readonly memoryLimitBytes: number | undefined;
  readonly onStop: () => void;
}

export function commandTrial(options: CommandTrialOptions): CommandTrial {
  const { trial, reader, files, inheritOutput } = options;
  const output = outputTail();
  const errors = outputTail(ERROR_BYTES);
  const errorDecoder = new StringDecoder("utf8");
  const unread = unreadWords(trial, options.told);
  let stopped: StopReason | undefined;
  let said: Said = {};
  let onStderr: { readonly line: string; readonly meanings: readonly LineMeaning[] } | undefined;

  const stop = (reason: StopReason): void => {
    if (stopped) return;
    stopped = reason;
    options.onStop();
  };
  const heed = (meanings: readonly LineMeaning[]): void => {
    for (const meaning of meanings) {
      said = remember(said, meaning);
      if (meaning.kind === "malformed") unread.add(meaning.problem);
      tellStudy(trial, meaning);
    }
    const reported = meanings.some(({ kind }) => kind === "report");
    if (reported && trial.shouldPrune()) stop({ kind: "pruned" });
  };
  const hearMeanings = (meanings: readonly LineMeaning[]): void => {
    try {
      if (!stopped) heed(meanings);
    } catch (error) {
      stop({ kind: "refused", error });
    }
  };
  const hear = (line: string): void => {
    const meanings = stopped ? [] : reader.read(line);
    const isOutput = meanings.length === 0 || meanings.some(isForPeople);
    if (isOutput) output.add(`${line}\n`);
    hearMeanings(meanings);
    if (meanings.every(({ kind }) => kind === "output") && !stopped) {
      const doubt = reader.doubt(line);
      if (doubt !== undefined) unread.add(doubt, line);
    }
  };
  const stdout = lineSplitter({
    line: hear,
    fragment: (text) => output.add(text),
    overlong: () => unread.add(OVERLONG),
  });
  const stderr = lineSplitter({
    line: (line) => {
      if (onStderr) return;
      const meanings = reader.read(line).filter(({ kind }) => kind !== "output");
      if (meanings.length > 0) onStderr = { line, meanings };
    },
    fragment: () => undefined,
  });
  /** What stands on stderr alone was not heard. */
  const missOnStderr = (): void => {
    const isMissed = onStderr?.meanings.some(({ kind }) =>
      kind === "report" ? !said.reportCount : kind === "result" && !said.result,
    );
    if (isMissed) unread.add(ON_STDERR, onStderr!.line);
  };
  const endOutput = (): void => {
    stdout.end();
    stderr.end();
    for (const [name, file] of Object.entries(files) as [string, OutputFile][]) {
      file.end();
      if (file.problem !== undefined) {
        output.add(`[hpo: ${name}.log could not be written: ${file.problem}]\n`);
      }
    }
    const text = output.text();
    if (text) trial.writeOutput(text);
  };
  return {
    stop,
    hear: hearMeanings,
    onStdout: (chunk) => {
      trial.heard();
      if (inheritOutput) process.stdout.write(chunk);
      files.stdout.add(chunk);
      stdout.add(chunk);
    },
    onStderr: (chunk) => {
      trial.heard();
      if (inheritOutput) process.stderr.write(chunk);
      files.stderr.add(chunk);
      stderr.add(chunk);
      const text = errorDecoder.write(chunk);
      output.add(text);
      errors.add(text);
    },
    finish: (end) => {
      endOutput();
      missOnStderr();
      if (stopped) return outcomeOfStop(stopped, trial.signal);
      const failure = failureOfEnd(end, errors.text(), options);
      if (failure) return { kind: "failed", failure };
      return outcomeOfWords(said, unread.last, reader.remedy);
    },
  };
}

/** What counts at the end. */
interface Said {
  readonly result?: { readonly value: unknown };
  readonly reportCount?: number;
}

function remember(said: Said, meaning: LineMeaning): Said {
  if (meaning.kind === "result") return { ...said, result: { value: meaning.result } };
  if (meaning.kind !== "report") return said;
  const reportCount = (said.reportCount ?? 0) + 1;
  return { ...said, reportCount, ...(meaning.isResult && { result: { value: meaning.value } }) };
}

/** Output is kept as it is, and so is what was meant for us and is not understood. */
const isForPeople = ({ kind }: LineMeaning): boolean => kind === "output" || kind === "malformed";

function tellStudy(trial: HostTrial, meaning: LineMeaning): void {
  switch (meaning.kind) {
    case "report":
      return trial.report(meaning.value, meaning.step);
    case "log":
      return trial.log(meaning.values, meaning.step);
    case "constraints":
      return trial.setConstraints(meaning.values);
    case "attributes":
      for (const [name, value] of Object.entries(meaning.attributes)) {
        trial.setUserAttr(name, value);
      }
      return;
    case "result":
    case "malformed":
    case "output":
      return;
    default:
      return assertNever(meaning);
  }
}

function outcomeOfStop(reason: StopReason, signal: AbortSignal): Outcome {
  switch (reason.kind) {
    case "pruned":
      return { kind: "pruned" };
    case "aborted":
      return stoppedOutcome(signal);
    case "refused":
      return { kind: "failed", failure: failureOf(reason.error), error: reason.error };
    default:
      return assertNever(reason);
  }
}

function failureOfEnd(
  end: CommandEnd,
  errors: string,
  { argv, memoryLimitBytes }: CommandTrialOptions,
): Failure | undefined {
  if (end.kind === "notStarted") {
    const message = `The command ${JSON.stringify(argv[0])} could not be started: ${end.message}. Install it or correct the command.`;
    return { reason: "error", message };
  }
  const { code, signal, heldBytes } = end;
  if (heldBytes !== undefined) return memoryFailure(heldBytes, memoryLimitBytes!);
  if (code === 0) return undefined;
  const what = `The command ${exitText(code, signal, false)}`;
  return failureOfExit({ what, errors, isOomKill: false });
}

function outcomeOfWords(
  { result, reportCount = 0 }: Said,
  problem: string | undefined,
  remedy: string,
): Outcome {
  if (result) return { kind: "returned", result: result.value };
  const heard = reportCount > 0 ? `no result, only reports (${reportCount})` : "no result";
  const hint = problem === undefined ? "" : ` The last line that was not understood: ${problem}.`;
  const message = `The command ended well but gave ${heard}. ${remedy}.${hint}`;
  return { kind: "failed", failure: { reason: "error", message } };
}
