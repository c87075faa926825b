import { StringDecoder } from "node:string_decoder";
import { assertNever } from "../../errors/errors.ts";
import type { Outcome } from "../../contracts/objective.ts";
import {
  outcomeOfEnd,
  outcomeOfStop,
  remember,
  whyStopped,
  type Said,
  type StopReason,
  type StopWord,
} from "./command-outcome.ts";
import type { CommandPlan } from "./command-plan.ts";
import type { MetricReader } from "./metric/command-metric.ts";
import type { LineMeaning } from "./metric/line-meaning.ts";
import type { CommandEnd } from "./supervisor-protocol.ts";
import { ERROR_BYTES } from "../process-exit.ts";
import { lineSplitter } from "../output/line-splitter.ts";
import type { OutputFile, OutputFiles } from "../output/output-file.ts";
import { outputTail } from "../output/output-tail.ts";
import { ON_STDERR, OVERLONG, unreadWords } from "./unread-words.ts";
import type { HostTrial } from "../../contracts/runner.ts";

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
  readonly plan: Pick<CommandPlan, "argv" | "cwd" | "env">;
  /** Keep all that is printed, up to their limit. */
  readonly files: OutputFiles;
  readonly inheritOutput: boolean;
  /** What was said to be not understood, of any trial; grows. */
  readonly told: Set<string>;
  readonly memoryLimitBytes: number | undefined;
  readonly onStop: (why: StopWord) => void;
}

export function commandTrial(options: CommandTrialOptions): CommandTrial {
  const { trial, reader, files, inheritOutput } = options;
  const output = outputTail();
  const errors = outputTail(ERROR_BYTES);
  const errorDecoder = new StringDecoder("utf8");
  const unread = unreadWords(trial, options.told);
  const reading = reader.reading();
  let stopped: StopReason | undefined;
  let isOver = false;
  /** What is told now, at the end, stops no program. */
  let isAllHeard = false;
  let said: Said = {};
  let onStderr: { readonly line: string; readonly meanings: readonly LineMeaning[] } | undefined;

  const stop = (reason: StopReason): void => {
    if (stopped) return;
    stopped = reason;
    options.onStop(whyStopped(reason, trial, said));
  };
  /** The first trial of which it is true says how its metric is read. */
  const tellOnce = (topic: string, text: string): void => {
    if (options.told.has(topic)) return;
    options.told.add(topic);
    trial.note(`Trial ${trial.number}: ${text}.`);
  };
  const take = (meanings: readonly LineMeaning[]): void => {
    for (const meaning of meanings) {
      said = remember(said, meaning);
      if (meaning.kind === "malformed") unread.add(meaning.problem);
      if (meaning.kind === "remark") tellOnce(meaning.topic, meaning.text);
      tellStudy(trial, meaning);
    }
    if (meanings.some(({ kind }) => kind === "report")) judge();
  };
  /** Where the study is elsewhere, the verdict comes later. */
  const judge = (): void => {
    if (isAllHeard) return;
    if (!trial.judged) {
      if (trial.shouldPrune()) stop({ kind: "pruned" });
      return;
    }
    void trial.judged().then(
      (prune) => prune && !isOver && stop({ kind: "pruned" }),
      (error: unknown) => !isOver && stop({ kind: "refused", error }),
    );
  };
  const hearMeanings = (meanings: readonly LineMeaning[]): void => {
    try {
      // What was held until the end was said before a time-out.
      if (!stopped || (isAllHeard && stopped.kind === "aborted")) take(meanings);
    } catch (error) {
      stop({ kind: "refused", error });
    }
  };
  const hear = (line: string): void => {
    const meanings = stopped ? [] : reading.read(line, "stdout");
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
      if (reader.isOnEither) return hearMeanings(reading.read(line, "stderr"));
      if (onStderr) return;
      const meanings = reading.read(line, "stderr").filter(({ kind }) => kind !== "output");
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
      isOver = true;
      endOutput();
      isAllHeard = true;
      hearMeanings(reading.end());
      missOnStderr();
      if (stopped) return outcomeOfStop(stopped, trial.signal, said);
      const { plan, memoryLimitBytes } = options;
      return outcomeOfEnd({
        end,
        plan,
        memoryLimitBytes,
        said,
        errors: errors.text(),
        unread: unread.last,
        remedy: reading.remedy(),
      });
    },
  };
}

/** Output is kept as it is, and so is what was meant for us and is not understood. */
const isForPeople = ({ kind }: LineMeaning): boolean => kind === "output" || kind === "malformed";

function tellStudy(trial: HostTrial, meaning: LineMeaning): void {
  switch (meaning.kind) {
    case "report":
      return trial.report(meaning.value, meaning.step);
    case "startOver":
      return trial.dropReports();
    case "log":
      return trial.log(meaning.values, meaning.step);
    case "constraints":
      return trial.setConstraints(meaning.values);
    case "versions":
      return trial.setVersions(meaning.versions);
    case "attributes":
      for (const [name, value] of Object.entries(meaning.attributes)) {
        trial.setUserAttr(name, value);
      }
      return;
    case "result":
    case "remark":
    case "malformed":
    case "output":
      return;
    default:
      return assertNever(meaning);
  }
}
