import { csvRecords } from "../../../export/parse-csv.ts";
import { didYouMean } from "../../../errors/did-you-mean.ts";
import { fieldAt } from "./field-path.ts";
import { parseLoosely } from "./number-in.ts";

export type MetricFormat = "json" | "jsonl" | "csv";
export type MetricRow = Readonly<Record<string, unknown>>;

/** What rows are read from, and which. */
export interface RowsWanted {
  readonly format: MetricFormat;
  /** Of JSON: the list whose objects are the rows; else the whole content is one, or a list of them. */
  readonly list: string | undefined;
  /** Rows of such a list count that have all of these. */
  readonly values: readonly string[];
}

/**
 * `isCounted`: they follow each other in a list, and do not take each other's place. With rows, `problem` says
 * what else stands between them.
 */
export type FoundRows =
  | {
      readonly rows: readonly MetricRow[];
      readonly isCounted: boolean;
      readonly problem?: string;
    }
  | { readonly rows?: undefined; readonly problem: string };

/**
 * The rows of a file that may still be written: then a last line without its end is left for later,
 * and a JSON file that is half written has no rows.
 */
export function metricRows(wanted: RowsWanted, text: string, isOver: boolean): FoundRows {
  if (wanted.format === "json") return jsonRows(wanted, text, isOver);
  const whole = isOver ? text : text.slice(0, text.lastIndexOf("\n") + 1);
  if (wanted.format === "csv") return csvRows(whole, isOver);
  const lines = whole.split(/\r?\n/).filter((line) => line.trim() !== "");
  const found = lines.map(objectIn);
  const rows = found.filter((row) => row !== undefined);
  if (rows.length === found.length) return { rows, isCounted: true };
  const problem = `line ${found.indexOf(undefined) + 1} is no JSON object`;
  return { rows, isCounted: true, problem };
}

function jsonRows({ list, values }: RowsWanted, text: string, isOver: boolean): FoundRows {
  const nothingYet = { rows: [], isCounted: true };
  let content: unknown;
  try {
    content = parseLoosely(text);
  } catch (error) {
    return isOver ? { problem: `it is no JSON: ${(error as Error).message}` } : nothingYet;
  }
  if (list !== undefined) return rowsOfList(content, list, values);
  const rows: unknown[] = Array.isArray(content) ? content : [content];
  if (!rows.every(isRow)) return { problem: "it holds no JSON object, and no list of such" };
  return { rows, isCounted: Array.isArray(content) };
}

/** Of a log that tells several things, as a Trainer's training and evaluation, the rows of one. */
function rowsOfList(content: unknown, list: string, values: readonly string[]): FoundRows {
  const found = fieldAt(content, list);
  if ("problem" in found) return found;
  if (!Array.isArray(found.value)) return { problem: `"${list}" is no list` };
  const rows = found.value.filter(isRow);
  const own = rows.filter((row) => values.every((value) => "value" in fieldAt(row, value)));
  if (own.length > 0 || rows.length === 0) return { rows: own, isCounted: true };
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const missing = values.find((value) => !names.includes(value)) ?? values.join(", ");
  return { problem: `no object of "${list}" has "${missing}". ${didYouMean(missing, names)}` };
}

function objectIn(line: string): MetricRow | undefined {
  try {
    const row = parseLoosely(line);
    return isRow(row) ? row : undefined;
  } catch {
    return undefined;
  }
}

const isRow = (value: unknown): value is MetricRow =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A field that is still being written may lack its quote; what ended must not. */
function csvRows(text: string, isOver: boolean): FoundRows {
  const head = /^.*\S.*$/m.exec(text)?.[0] ?? "";
  const separator = head.includes("\t") ? "\t" : head.includes(";") ? ";" : ",";
  const { records, broken } = csvRecords(text, separator);
  if (broken && isOver) {
    return { problem: `line ${broken.line}: the quotes of field ${broken.field} do not match` };
  }
  const [names, ...lines] = records.map(({ fields }) => fields);
  const rows = lines.map((cells) => {
    // Loggers leave a cell empty where a row tells something else.
    const told = names.map((name, column) => [name, cells[column] ?? ""] as const);
    return Object.fromEntries(told.filter(([, cell]) => cell !== ""));
  });
  return { rows, isCounted: true };
}
