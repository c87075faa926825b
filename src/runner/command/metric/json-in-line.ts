import { parseLoosely } from "./number-in.ts";

/** A JSON object in a line of text. */
export interface JsonInLine {
  readonly value: Readonly<Record<string, unknown>>;
  readonly start: number;
  readonly end: number;
}

const OUR_KEYS = ["value", "values", "log", "attrs", "constraints"];

/** Whether JSON tells something of the trial. */
export const isOurs = ({ value }: JsonInLine): boolean => OUR_KEYS.some((key) => key in value);

/** So many beginnings that are no JSON are tried in a line, as each may run to its end. */
const TRIES = 8;
const BEGINNING = /\{\s*"/g;
/** Before JSON that is the inside of something else: `config={"a": 1}`, `dict({"a": 1})`, `'{"a": 1}'`. */
const EMBEDDING = /[=("'`\\]$/;
/** Before JSON that is part of the JSON around it. */
const NESTING = /[:,[]\s*$/;
/** The beginning of a list before its first object. */
const LIST = /\[[\s[]*$/;
/** How far back these look. */
const LOOK_BACK = 16;

/**
 * The JSON objects of a line, whatever stands before, between and behind them, in their order. Not
 * those within a list, within another object, broken off or not, or within quotes.
 */
export function objectsInLine(line: string): JsonInLine[] {
  const found: JsonInLine[] = [];
  /** JSON that can't be read reaches this far. */
  let brokenEnd = 0;
  BEGINNING.lastIndex = 0;
  for (let tries = TRIES; tries > 0;) {
    const match = BEGINNING.exec(line);
    if (!match) break;
    const before = line.slice(Math.max(0, match.index - LOOK_BACK), match.index);
    if (match.index < brokenEnd && NESTING.test(before)) continue;
    const start = match.index - (LIST.exec(before)?.[0].length ?? 0);
    const end = balancedEnd(line, start);
    const value = end === undefined ? undefined : valueOf(line.slice(start, end));
    if (end === undefined || value === undefined) {
      tries--;
      brokenEnd = Math.max(brokenEnd, end ?? Infinity);
      continue;
    }
    if (isObject(value) && !EMBEDDING.test(before)) found.push({ value, start, end });
    BEGINNING.lastIndex = end;
  }
  return found;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function valueOf(text: string): unknown {
  try {
    return parseLoosely(text);
  } catch {
    return undefined;
  }
}

/** Brackets, and texts that may hold some. */
const TOKEN = /["{}[\]]/g;

/** Behind the bracket that closes the one at `start`. */
function balancedEnd(line: string, start: number): number | undefined {
  let depth = 0;
  TOKEN.lastIndex = start;
  for (let token = TOKEN.exec(line); token; token = TOKEN.exec(line)) {
    const [char] = token;
    if (char === '"') {
      const end = endOfText(line, token.index);
      if (end === undefined) return undefined;
      TOKEN.lastIndex = end;
    } else if (char === "{" || char === "[") depth++;
    else if (--depth === 0) return TOKEN.lastIndex;
  }
  return undefined;
}

function endOfText(line: string, start: number): number | undefined {
  let end = line.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(line, end)) end = line.indexOf('"', end + 1);
  return end < 0 ? undefined : end + 1;
}

function isEscaped(line: string, at: number): boolean {
  let start = at;
  while (line[start - 1] === "\\") start--;
  return (at - start) % 2 === 1;
}
