import { readFileSync, statSync } from "node:fs";
import { extname, resolve } from "node:path";
import { misfit } from "../../../errors/checks.ts";
import { HpoError } from "../../../errors/errors.ts";
import type { LineMeaning } from "./line-meaning.ts";
import type { FileMetric } from "../command-schema.ts";
import { fieldAt, rowsPath } from "./field-path.ts";
import { metricRows, type MetricFormat, type MetricRow } from "./metric-rows.ts";
import { numberIn, numberOfJson, STEP } from "./number-in.ts";

/** A file in which a program writes its metric, read while it runs. */
export interface MetricFile {
  /** What it says beyond what it said before. */
  poll(): readonly LineMeaning[];
  /** The program ended: what else it says, and what is wrong with it. */
  end(): readonly LineMeaning[];
}

const FORMATS: Readonly<Record<string, MetricFormat>> = {
  ".json": "json",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".csv": "csv",
  ".tsv": "csv",
};
const STEPS: readonly string[] = ["step", "epoch"];
/** The metric's file is read as a whole whenever it changed; no larger than this. */
const LIMIT_BYTES = 16 * 1024 * 1024;

/** @throws HpoError if neither `format` nor the extension tells how the file is written */
export function formatOf({ file, format }: FileMetric): MetricFormat {
  const known = format ?? FORMATS[extname(file).toLowerCase()];
  if (known) return known;
  throw new HpoError(
    `The metric's file "${file}" does not tell its format by its name. Add format: json, jsonl or csv.`,
  );
}

/** The metric as it is read: where it goes through each object of a list, from that object on. */
interface ReadMetric {
  readonly path: string;
  readonly format: MetricFormat;
  /** The list whose objects are the rows, those alone that have the metric; else the whole file. */
  readonly list: string | undefined;
  readonly values: readonly string[];
  readonly isList: boolean;
  readonly step: string | undefined;
}

/** @throws HpoError if its format is not known, or its fields lead through several lists */
export function readMetric(metric: FileMetric, directory = ""): ReadMetric {
  const format = formatOf(metric);
  const path = resolve(directory, metric.file);
  const { value = "value", step } = metric;
  const names = typeof value === "string" ? [value] : value;
  const isList = typeof value !== "string";
  const ways = names.map((name) => (format === "json" ? rowsPath(name) : undefined));
  const [first] = ways;
  if (ways.some((way) => way?.list !== first?.list)) {
    throw new HpoError(
      `The metric's values ${names.join(", ")} lead through different lists. Take all of them from ` +
        "the objects of one list, or from none.",
    );
  }
  if (first === undefined) return { path, format, list: undefined, values: names, isList, step };
  const own = step === undefined ? undefined : rowsPath(step);
  return {
    path,
    format,
    list: first.list,
    values: ways.map((way) => way!.field),
    isList,
    step: own?.list === first.list ? own.field : step,
  };
}

/**
 * Each row of a CSV file, each line of JSON lines and each object of a JSON array is a report, the
 * last one the result; so is a JSON object whenever it changes, if it has a step.
 * @param directory the trial's folder, where a relative path leads from
 */
export function metricFile(metric: FileMetric, directory: string): MetricFile {
  const reading = readMetric(metric, directory);
  const { path } = reading;
  const steps = new Set<number>();
  let state = "";
  let done = 0;
  /** Why its last row, or the file, tells no value. */
  let problem: string | undefined;
  /** What stands between its rows. */
  let unread: string | undefined;

  const meaningOf = (row: MetricRow, count: number | undefined): LineMeaning[] => {
    const value = valueOf(row, reading);
    problem = "problem" in value ? `${path}: ${value.problem}` : undefined;
    if ("problem" in value) return [];
    const { result } = value;
    const step = stepOf(row, reading) ?? count;
    if (typeof step === "object") {
      const malformed = { kind: "malformed", problem: `${path}: ${step.problem}` } as const;
      return [malformed, { kind: "result", result }];
    }
    if (step === undefined || typeof result !== "number" || steps.has(step)) {
      return [{ kind: "result", result }];
    }
    steps.add(step);
    return [{ kind: "report", step, value: result, isResult: true }];
  };
  const read = (isOver: boolean): LineMeaning[] => {
    const text = textIfChanged();
    if (text === undefined) return [];
    const found = metricRows(reading, text, isOver);
    if (!found.rows) {
      problem = `${path}: ${found.problem}`;
      return [];
    }
    unread = found.problem && `${path}: ${found.problem}`;
    const { rows, isCounted } = found;
    // Written anew, or one object in place of another.
    if (rows.length < done || !isCounted) done = 0;
    const first = done;
    done = rows.length;
    return rows
      .slice(first)
      .flatMap((row, index) => meaningOf(row, isCounted ? first + index + 1 : undefined));
  };
  const textIfChanged = (): string | undefined => {
    try {
      const stat = statSync(path, { throwIfNoEntry: false });
      if (!stat) return undefined;
      const now = `${stat.size} ${stat.mtimeMs} ${stat.ino}`;
      if (now === state) return undefined;
      state = now;
      if (stat.size <= LIMIT_BYTES) return textOf(readFileSync(path));
      problem = `${path} has ${stat.size} bytes, more than a metric's file may have (${LIMIT_BYTES})`;
    } catch (error) {
      problem = `the metric's file ${path} can't be read: ${(error as Error).message}`;
    }
    return undefined;
  };
  return {
    poll: () => read(false),
    end: () => {
      // A torn last line counts now.
      const wasEmpty = state === "";
      state = "";
      const meanings = read(true);
      if (state === "" && wasEmpty) problem ??= `${path} was not written`;
      const told = problem ?? unread;
      return told === undefined ? meanings : [...meanings, { kind: "malformed", problem: told }];
    },
  };
}

/** Without its byte order mark; in UTF-16, as PowerShell writes it, where the mark says so. */
function textOf(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return bytes.toString(isUtf16 ? "utf16le" : "utf8").replace(/^\uFEFF/, "");
}

type Wrong = { readonly problem: string };

function valueOf(
  row: MetricRow,
  { values, isList }: ReadMetric,
): { readonly result: number | number[] } | Wrong {
  const all = values.map((name) => numberAt(row, name));
  const wrong = all.find((one) => typeof one === "object");
  if (wrong) return wrong;
  const numbers = all as number[];
  return { result: isList ? numbers : numbers[0] };
}

function numberAt(row: MetricRow, name: string): number | Wrong {
  const found = fieldAt(row, name);
  if ("problem" in found) return found;
  return numberOfJson(found.value) ?? { problem: misfit(name, found.value, "a number") };
}

/** The step of a row; undefined where it tells none and none was named. */
function stepOf(row: MetricRow, { step }: ReadMetric): number | Wrong | undefined {
  const name = step ?? STEPS.find((one) => Object.hasOwn(row, one));
  if (name === undefined) return undefined;
  const found = fieldAt(row, name);
  if ("problem" in found) return { problem: found.problem.replace(/by value$/, "by step") };
  const number = typeof found.value === "string" ? numberIn(found.value) : found.value;
  if (STEP.test(number)) return number;
  return { problem: misfit(name, found.value, STEP.description) };
}
