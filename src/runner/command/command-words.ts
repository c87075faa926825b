import { HpoError } from "../../errors/errors.ts";

/** A piece of a command line, and whether it stood in quotes. */
export interface Piece {
  readonly text: string;
  readonly quote: "none" | "single" | "double";
}

// {{name}}, {name} or {name|fallback}, without spaces or quotes in the name: {"json": 1} is none.
const PLACEHOLDER_SOURCE = /\{\{([^{}\s"'|]+)\}\}|\{([^{}\s"'|]+)(?:\|([^{}]*))?\}/.source;
/** Groups: the name that is escaped; the name; the fallback. */
export const PLACEHOLDER = new RegExp(PLACEHOLDER_SOURCE, "g");
const PLACEHOLDER_HERE = new RegExp(PLACEHOLDER_SOURCE, "y");

/**
 * Splits a command line into words as a POSIX shell does: by spaces, but for quotes and
 * backslashes. A word is its pieces, so that a placeholder's value is never split again.
 * @throws HpoError on an open quote, and on what only a shell could do: | & ; < > $ and backticks.
 */
export function splitWords(line: string): Piece[][] {
  const words: Piece[][] = [];
  let word: Piece[] | undefined;
  const add = (text: string, quote: Piece["quote"]): void => {
    word ??= [];
    const last = word.at(-1);
    if (last?.quote === quote) word[word.length - 1] = { text: last.text + text, quote };
    else word.push({ text, quote });
  };
  for (const { text, kind } of tokens(line)) {
    if (kind === "space") {
      if (word) words.push(word);
      word = undefined;
    } else if (kind === "operator") {
      throw new HpoError(
        `The command ${JSON.stringify(line)} has an unquoted ${text}, which needs a shell. ` +
          `Set shell: true, or put the ${text} in quotes.`,
      );
    } else {
      add(text, kind);
    }
  }
  if (word) words.push(word);
  return words;
}

interface Token {
  readonly text: string;
  readonly kind: Piece["quote"] | "space" | "operator";
}

/** @throws HpoError on an open quote. */
export function tokens(line: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < line.length) {
    const char = line[at];
    if (char === "'" || char === '"') {
      const end = endOfQuote(line, at);
      const inner = line.slice(at + 1, end);
      found.push(
        char === "'"
          ? { text: inner, kind: "single" }
          : { text: inner.replace(/\\(["\\$`])/g, "$1"), kind: "double" },
      );
      at = end + 1;
    } else if (char === "\\" && at + 1 < line.length) {
      found.push({ text: line[at + 1], kind: "single" });
      at += 2;
    } else if (char === "{" && placeholderAt(line, at)) {
      const text = placeholderAt(line, at)!;
      found.push({ text, kind: "none" });
      at += text.length;
    } else {
      const kind = /\s/.test(char) ? "space" : /[|&;<>$`]/.test(char) ? "operator" : "none";
      found.push({ text: char, kind });
      at++;
    }
  }
  return found;
}

function placeholderAt(line: string, at: number): string | undefined {
  PLACEHOLDER_HERE.lastIndex = at;
  return PLACEHOLDER_HERE.exec(line)?.[0];
}

function endOfQuote(line: string, start: number): number {
  const quote = line[start];
  for (let at = start + 1; at < line.length; at++) {
    if (line[at] === quote) return at;
    if (quote === '"' && line[at] === "\\") at++;
  }
  throw new HpoError(
    `The command ${JSON.stringify(line)} opens a ${quote} at character ${start + 1} and never closes it. ` +
      `Close it, or write \\${quote}.`,
  );
}
