import { parseLoosely } from "./number-in.ts";

export type MetricFormat = "json" | "jsonl" | "csv";
export type MetricRow = Readonly<Record<string, unknown>>;

/**
 * The rows of a file that may still be written: then a last line without its end is left for later.
 * @returns what is wrong instead, if it can't be read; a JSON file that is half written has no rows
 */
export function metricRows(
  format: MetricFormat,
  text: string,
  isOver: boolean,
): readonly MetricRow[] | string {
  if (format === "json") return jsonRows(text, isOver);
  const whole = isOver ? text : text.slice(0, text.lastIndexOf("\n") + 1);
  const lines = whole.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (format === "csv") return csvRows(lines);
  const rows: MetricRow[] = [];
  for (const [index, line] of lines.entries()) {
    const row = objectIn(line);
    if (row === undefined) return `line ${index + 1} is no JSON object`;
    rows.push(row);
  }
  return rows;
}

function jsonRows(text: string, isOver: boolean): readonly MetricRow[] | string {
  let content: unknown;
  try {
    content = parseLoosely(text);
  } catch (error) {
    return isOver ? `it is no JSON: ${(error as Error).message}` : [];
  }
  const rows = Array.isArray(content) ? content : [content];
  return rows.every(isRow) ? rows : "it holds no JSON object, and no list of such";
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

function csvRows([head, ...lines]: readonly string[]): readonly MetricRow[] {
  if (head === undefined) return [];
  const separator = head.includes("\t") ? "\t" : head.includes(";") ? ";" : ",";
  const names = fields(head, separator);
  return lines.map((line) => {
    const cells = fields(line, separator);
    // Loggers leave a cell empty where a row tells something else.
    const told = names.map((name, column) => [name, cells[column] ?? ""] as const);
    return Object.fromEntries(told.filter(([, cell]) => cell !== ""));
  });
}

/** The fields of a line; one in double quotes may hold the separator, and "" for a quote. */
function fields(line: string, separator: string): string[] {
  const found: string[] = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const char = line[at];
    if (quoted && char === '"' && line[at + 1] === '"') field += line[++at];
    else if (char === '"') quoted = !quoted;
    else if (char === separator && !quoted) {
      found.push(field.trim());
      field = "";
    } else field += char;
  }
  return [...found, field.trim()];
}
