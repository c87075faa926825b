import { readFileSync, statSync } from "node:fs";
import { extname, resolve } from "node:path";
import { didYouMean } from "../../../errors/did-you-mean.ts";
import { HpoError } from "../../../errors/errors.ts";
import type { LineMeaning } from "./line-meaning.ts";
import type { FileMetric } from "../command-schema.ts";
import { metricRows, type MetricFormat, type MetricRow } from "./metric-rows.ts";
import { numberIn, numberOfJson } from "./number-in.ts";

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

/**
 * Each row of a CSV file, each line of JSON lines and each object of a JSON array is a report, the
 * last one the result; so is a JSON object whenever it changes, if it has a step.
 * @param directory the trial's folder, where a relative path leads from
 */
export function metricFile(metric: FileMetric, directory: string): MetricFile {
  const path = resolve(directory, metric.file);
  const format = formatOf(metric);
  const steps = new Set<number>();
  let state = "";
  let done = 0;
  let problem: string | undefined;

  const meaningOf = (row: MetricRow, index: number): LineMeaning[] => {
    const value = valueOf(row, metric);
    if ("problem" in value) {
      problem = `${path}: ${value.problem}`;
      return [];
    }
    problem = undefined;
    const { result } = value;
    const step = stepOf(row, metric) ?? (format === "json" ? undefined : index + 1);
    if (step === undefined || typeof result !== "number" || steps.has(step)) {
      return [{ kind: "result", result }];
    }
    steps.add(step);
    return [{ kind: "report", step, value: result, isResult: true }];
  };
  const read = (isOver: boolean): LineMeaning[] => {
    const text = textIfChanged();
    if (text === undefined) return [];
    const rows = metricRows(format, text, isOver);
    if (typeof rows === "string") {
      problem = `${path}: ${rows}`;
      return [];
    }
    // Written anew, or one object in place of another.
    if (rows.length < done || (format === "json" && rows.length === 1)) done = 0;
    const first = done;
    done = rows.length;
    return rows.slice(first).flatMap((row, index) => meaningOf(row, first + index));
  };
  const textIfChanged = (): string | undefined => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return undefined;
    const now = `${stat.size} ${stat.mtimeMs} ${stat.ino}`;
    if (now === state) return undefined;
    state = now;
    try {
      if (stat.size <= LIMIT_BYTES) return readFileSync(path, "utf8");
    } catch (error) {
      problem = `${path} can't be read: ${(error as Error).message}`;
      return undefined;
    }
    problem = `${path} has ${stat.size} bytes, more than a metric's file may have (${LIMIT_BYTES})`;
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
      return problem === undefined ? meanings : [{ kind: "malformed", problem }, ...meanings];
    },
  };
}

type Value = { readonly result: number | number[] } | { readonly problem: string };

function valueOf(row: MetricRow, { value = "value" }: FileMetric): Value {
  if (typeof value === "string") return numberAt(row, value);
  const all = value.map((name) => numberAt(row, name));
  const wrong = all.find((one) => "problem" in one);
  if (wrong) return wrong;
  return { result: all.map((one) => ("result" in one ? one.result : NaN)) };
}

function numberAt(
  row: MetricRow,
  name: string,
): { readonly result: number } | { readonly problem: string } {
  const given = fieldAt(row, name);
  if (given === undefined) {
    const known = Object.keys(row);
    return { problem: `there is no "${name}". ${didYouMean(name, known)} Name it by value` };
  }
  const result = numberOfJson(given) ?? (typeof given === "string" ? numberIn(given) : undefined);
  return result === undefined
    ? { problem: `"${name}" is ${JSON.stringify(given)}, no number` }
    : { result };
}

/** A key as it is, or a way through objects: `eval.loss`. */
function fieldAt(row: MetricRow, name: string): unknown {
  if (Object.hasOwn(row, name)) return row[name];
  let here: unknown = row;
  for (const key of name.split(".")) {
    if (typeof here !== "object" || here === null) return undefined;
    here = (here as MetricRow)[key];
  }
  return here;
}

function stepOf(row: MetricRow, { step }: FileMetric): number | undefined {
  const name = step ?? STEPS.find((one) => Object.hasOwn(row, one));
  const given = name === undefined ? undefined : fieldAt(row, name);
  const number = typeof given === "string" ? numberIn(given) : given;
  return Number.isSafeInteger(number) && (number as number) >= 0 ? (number as number) : undefined;
}
