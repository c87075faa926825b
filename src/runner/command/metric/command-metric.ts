import { misfit } from "../../../errors/checks.ts";
import { HpoError } from "../../../errors/errors.ts";
import { withoutEscapes } from "../../output/escapes.ts";
import type { CommandMetric, NamedMetric } from "../command-schema.ts";
import { cutNumber } from "./cut-number.ts";
import { isOurs, objectsInLine } from "./json-in-line.ts";
import { doubtOfLine } from "./line-doubt.ts";
import { OUTPUT, type LineMeaning, type OutputStream } from "./line-meaning.ts";
import { metricFile, readMetric, type MetricFile } from "./metric-file.ts";
import { isVersions } from "../../../contracts/provenance.ts";
import { shortened } from "./remarks.ts";
import { timedMatch } from "./timed-match.ts";
import { namedReading } from "./named-metric.ts";
import { nothingKnown } from "./telling.ts";
import { numberIn, numberOfJson, STEP } from "./number-in.ts";

/** How the lines of a trial are read. */
export interface LineReading {
  /** One line may say several things: a report and its extra curves. */
  readonly read: (line: string, stream?: OutputStream) => readonly LineMeaning[];
  /** The program has printed all: what of it counts after all. */
  readonly end: () => readonly LineMeaning[];
  /** How a program has to tell its result; for the error when it did not. */
  readonly remedy: () => string;
}

export interface MetricReader {
  /** Begins to read a trial. */
  readonly reading: () => LineReading;
  /** Whether stderr counts as well, where stdout does not tell the metric. */
  readonly isOnEither: boolean;
  /** Why a line that is only output looks as if it were meant for us. */
  readonly doubt: (line: string) => string | undefined;
  /** The file of a trial's metric, if it is in one. */
  readonly open?: (trialDirectory: string) => MetricFile;
}

/** @throws HpoError if a pattern is no regular expression or has no group, or a file no format. */
export function metricReader(metric: CommandMetric): MetricReader {
  if (metric === "json-lines") return { ...reader(readJsonLine, JSON_REMEDY), doubt: doubtOfLine };
  if ("name" in metric) return nameReader(metric);
  if ("regex" in metric) return regexReader(metric.regex);
  readMetric(metric);
  return {
    ...reader(() => OUTPUT, `Write the metric into ${metric.file} in the folder HPO_TRIAL_DIR.`),
    open: (directory) => metricFile(metric, directory),
  };
}

/** Each line by itself, of stdout. */
const reader = (read: LineReading["read"], remedy: string): MetricReader => ({
  reading: () => ({ read, end: () => [], remedy: () => remedy }),
  isOnEither: false,
  doubt: () => undefined,
});

/** A program that speaks our lines besides is heard, too. */
function nameReader(metric: NamedMetric): MetricReader {
  const known = nothingKnown();
  return {
    reading: () => {
      const { read, end, remedy } = namedReading(metric, known);
      const readEither: LineReading["read"] = (line, stream) => {
        const named = read(line, stream);
        return named === OUTPUT ? readJsonLine(line) : named;
      };
      return { read: readEither, end, remedy };
    },
    isOnEither: true,
    doubt: () => undefined,
  };
}

const JSON_REMEDY =
  'Print {"value": 0.39} on a line of its own before the program ends, or name what it prints: metric: val_loss.';

/** A line without one of these can't be meant for us. */
const OUR_WORD = /"(?:value|values|log|attrs|constraints)"/;

/**
 * JSON that may stand behind other text of its line, as the rest of a progress bar or a logger's
 * prefix, or before it; not in the midst of a sentence.
 */
function readJsonLine(given: string): readonly LineMeaning[] {
  const line = withoutEscapes(given);
  if (!OUR_WORD.test(line)) return OUTPUT;
  const ours = objectsInLine(line).filter(isOurs);
  if (ours.length === 0) return OUTPUT;
  const hasTextBefore = line.slice(0, ours[0].start).trim() !== "";
  const hasTextBehind = line.slice(ours[ours.length - 1].end).trim() !== "";
  if (hasTextBefore && hasTextBehind) return OUTPUT;
  const meanings = ours.flatMap(({ value }) => meaningsOrProblem(value));
  return hasTextBefore || hasTextBehind ? [...meanings, ...OUTPUT] : meanings;
}

function meaningsOrProblem(said: Readonly<Record<string, unknown>>): readonly LineMeaning[] {
  try {
    return meaningsOf(said);
  } catch (error) {
    if (error instanceof HpoError) return [{ kind: "malformed", problem: error.message }];
    throw error;
  }
}

function meaningsOf(said: Readonly<Record<string, unknown>>): LineMeaning[] {
  const meanings: LineMeaning[] = [];
  const step = "step" in said ? stepOf(said.step) : undefined;
  if ("value" in said) {
    const value = numberOf("value", said.value);
    meanings.push(
      step === undefined
        ? { kind: "result", result: value }
        : { kind: "report", step, value, isResult: false },
    );
  }
  if ("values" in said) meanings.push({ kind: "result", result: numbersOf("values", said.values) });
  if ("log" in said) {
    if (step === undefined) throw new HpoError('"log" needs a "step"');
    meanings.push({ kind: "log", step, values: recordOf("log", said.log, numberOf) });
  }
  if ("attrs" in said) {
    const attributes = recordOf("attrs", said.attrs, (_name, value) => value);
    meanings.push({ kind: "attributes", attributes });
  }
  // Said along with something else; what is no list of versions is somebody else's word.
  if (isVersions(said.versions)) meanings.push({ kind: "versions", versions: said.versions });
  if ("constraints" in said) {
    const values = numbersOf("constraints", said.constraints);
    if (!Array.isArray(values))
      throw wrongField("constraints", said.constraints, "a list of numbers");
    meanings.push({ kind: "constraints", values: values });
  }
  return meanings;
}

/** Its message goes on in the sentence of who tells it. */
const wrongField = (name: string, given: unknown, wanted: string): HpoError =>
  new HpoError(misfit(name, given, wanted));

function numberOf(name: string, given: unknown): number {
  const number = numberOfJson(given);
  if (number !== undefined) return number;
  throw wrongField(name, given, "a number");
}

function stepOf(given: unknown): number {
  const step = typeof given === "string" ? numberIn(given) : given;
  if (STEP.test(step)) return step;
  throw wrongField("step", given, STEP.description);
}

function numbersOf(name: string, given: unknown): number[] | Record<string, number> {
  return Array.isArray(given)
    ? given.map((value) => numberOf(name, value))
    : recordOf(name, given, numberOf);
}

function recordOf<Value>(
  name: string,
  given: unknown,
  valueOf: (name: string, value: unknown) => Value,
): Record<string, Value> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw wrongField(name, given, "an object");
  }
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key, valueOf(`${name}.${key}`, value)]),
  );
}

/** How long a pattern may take for a line, and how often it may take longer: then it is given up. */
const MATCH_MS = 1000;
const MOST_SLOW = 3;

function regexReader(pattern: string): MetricReader {
  const matchIn = timedMatch(compile(pattern), MATCH_MS);
  let slow = 0;
  const read = (given: string): readonly LineMeaning[] => {
    if (slow >= MOST_SLOW) return OUTPUT;
    const line = withoutEscapes(given);
    const match = matchIn(line);
    if (match === "tooSlow") {
      slow++;
      return [{ kind: "malformed", problem: tooSlow(pattern, line) }, ...OUTPUT];
    }
    if (!match) return OUTPUT;
    const text = match.groups?.value ?? match[1];
    const value = numberIn(text ?? "");
    if (value === undefined) {
      return [{ kind: "malformed", problem: misfit("value", text ?? "", "a number") }, ...OUTPUT];
    }
    const whole = cutNumber(line, (match.indices!.groups?.value ?? match.indices![1])!);
    if (whole !== undefined) {
      const problem = `value=${JSON.stringify(text)} is a part of ${JSON.stringify(whole)}. Let the pattern's group take all of the number, as (?<value>\\S+) does`;
      return [{ kind: "malformed", problem }, ...OUTPUT];
    }
    const stepText = match.groups?.step;
    if (stepText === undefined) return [{ kind: "result", result: value }, ...OUTPUT];
    const step = numberIn(stepText) ?? NaN;
    if (!STEP.test(step)) {
      return [
        { kind: "malformed", problem: misfit("step", stepText, STEP.description) },
        ...OUTPUT,
      ];
    }
    return [{ kind: "report", step, value, isResult: true }, ...OUTPUT];
  };
  return reader(read, `Print a line that matches /${pattern}/.`);
}

const tooSlow = (pattern: string, line: string): string =>
  `/${pattern}/ did not come to an end within ${MATCH_MS / 1000} s at ${shortened(line)}. Write the pattern without ` +
  "a quantifier within a group that has one, as (a+)+ is: after a third such line, no more are matched";

function compile(pattern: string): RegExp {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, "d");
  } catch (error) {
    throw new HpoError(
      `The metric's pattern ${JSON.stringify(pattern)} is no regular expression: ${(error as Error).message}. Correct it.`,
      { cause: error },
    );
  }
  // A pattern with an empty alternative always matches, and so tells its groups.
  const groups = new RegExp(`${pattern}|`).exec("")!;
  if (groups.length < 2) {
    throw new HpoError(
      `The metric's pattern ${JSON.stringify(pattern)} has no group, so there is no number to take. ` +
        "Put the number in a group: loss: (?<value>[-+.\\deE]+|nan).",
    );
  }
  if (groups.groups && "step" in groups.groups && !("value" in groups.groups)) {
    throw new HpoError(
      `The metric's pattern ${JSON.stringify(pattern)} has a group "step" but none "value". ` +
        "Name the metric's group: (?<value>…).",
    );
  }
  return expression;
}
