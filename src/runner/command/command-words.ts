import { homedir } from "node:os";
import { HpoError } from "../../errors/errors.ts";
import { placeholderAt } from "./placeholders.ts";

/** A piece of a command line, and whether it stood in quotes. */
export interface Piece {
  readonly text: string;
  readonly quote: "none" | "single" | "double";
}

/**
 * Splits a command line into words as a POSIX shell does: by spaces, but for quotes and
 * backslashes; a backslash at a line's end joins it to the next one, and ~ is the home folder. A word
 * is its pieces, so that a placeholder's value is never split again.
 * @throws HpoError on an open quote, a second line, and what only a shell could do: | & ; < > # *
 * $ and backticks.
 */
export function splitWords(given: string): Piece[][] {
  const line = given.trim();
  const words: Piece[][] = [];
  let word: Piece[] | undefined;
  const add = (text: string, quote: Piece["quote"]): void => {
    word ??= [];
    const last = word.at(-1);
    if (last?.quote === quote) word[word.length - 1] = { text: last.text + text, quote };
    else word.push({ text, quote });
  };
  for (const token of tokens(line)) {
    if (token.kind === "space" || token.kind === "folded") {
      if (token.text === "\n") throw severalLines(line);
      if (word) words.push(word);
      word = undefined;
    } else if (token.kind === "operator" || token.kind === "comment") {
      throw needsShell(line, token.text[0]);
    } else if (token.kind === "variable") {
      throw shellVariable(line, token.text);
    } else if (token.text === "*" && token.kind === "none") {
      throw needsShell(line, token.text);
    } else if (token.text === "~" && !word && token.kind === "none") {
      add(homeAt(line, token.end), "single");
    } else {
      add(token.text, token.kind);
    }
  }
  if (word) words.push(word);
  return words;
}

export interface Token {
  readonly text: string;
  /** `variable`: what a shell would put something else for, in double quotes too. */
  readonly kind: Piece["quote"] | "space" | "folded" | "operator" | "comment" | "variable";
  /** Where the line goes on behind it. */
  readonly end: number;
}

/** A variable, a command or a sum of a shell's; a $ alone is itself, and so is one before an escaped {{x}}. */
const VARIABLE = /\$(?:\w+|\{(?!\{)[^}]*\}?|\(|[@*#?$!-])|`/y;
const CONTINUED = /\\\r?\n/y;
/** The same where YAML has made one line of several: a word never begins with such a space. */
const FOLDED = /(?<=\s)\\[ \t]+/y;
const COMMENT = /#[^\n]*/y;

/** @throws HpoError on an open quote. */
export function tokens(line: string): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < line.length; at = found.at(-1)!.end) {
    const before = found.at(-1)?.kind ?? "space";
    const isWordStart = ["space", "folded", "operator"].includes(before);
    const comment = isWordStart ? match(COMMENT, line, at) : undefined;
    if (comment) found.push({ text: comment, kind: "comment", end: at + comment.length });
    else found.push(...tokensAt(line, at));
  }
  return found;
}

function tokensAt(line: string, at: number): Token[] {
  const char = line[at];
  const continued = match(CONTINUED, line, at);
  if (continued) return [{ text: "", kind: "space", end: at + continued.length }];
  const folded = match(FOLDED, line, at);
  if (folded) return [{ text: folded, kind: "folded", end: at + folded.length }];
  if (char === "'") {
    const end = endOfQuote(line, at);
    return [{ text: line.slice(at + 1, end), kind: "single", end: end + 1 }];
  }
  if (char === '"') return doubleQuoted(line, at);
  if (char === "\\" && at + 1 < line.length) {
    return [{ text: line[at + 1], kind: "single", end: at + 2 }];
  }
  const variable = match(VARIABLE, line, at);
  if (variable) return [{ text: variable, kind: "variable", end: at + variable.length }];
  const placeholder = placeholderAt(line, at);
  if (placeholder) return [{ text: placeholder, kind: "none", end: at + placeholder.length }];
  const kind = /\s/.test(char) ? "space" : /[|&;<>]/.test(char) ? "operator" : "none";
  return [{ text: char, kind, end: at + 1 }];
}

/** The inside of double quotes, one piece but for variables: "" is a word, too. */
function doubleQuoted(line: string, start: number): Token[] {
  const close = endOfQuote(line, start);
  const found: Token[] = [];
  let text = "";
  let at = start + 1;
  while (at < close) {
    const variable = match(VARIABLE, line, at);
    const continued = match(CONTINUED, line, at);
    at += (variable ?? continued)?.length ?? 0;
    if (variable) {
      found.push({ text, kind: "double", end: at }, { text: variable, kind: "variable", end: at });
      text = "";
    } else if (!continued) {
      if (line[at] === "\\" && /["\\$`]/.test(line[at + 1])) at++;
      text += line[at++];
    }
  }
  return [...found, { text, kind: "double", end: close + 1 }];
}

function match(pattern: RegExp, line: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(line)?.[0];
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

function homeAt(line: string, end: number): string {
  if (/^(?:\/|\s|$)/.test(line.slice(end, end + 1))) return homedir();
  throw new HpoError(
    `The command ${JSON.stringify(line)} names another user's home by ~, which needs a shell. ` +
      `Write the whole path, or set ${SHELL}.`,
  );
}

/** In a study file, and on the command line. */
const SHELL = "shell: true (hpo tune --shell)";

const severalLines = (line: string): HpoError =>
  new HpoError(
    `The command ${JSON.stringify(line)} has several lines, which would be several commands. End ` +
      "each line but the last with a backslash, write command: > in YAML, or " +
      `set ${SHELL} to run them one after the other.`,
  );

const needsShell = (line: string, operator: string): HpoError =>
  new HpoError(
    `The command ${JSON.stringify(line)} has an unquoted ${operator}, which needs a shell. ` +
      `Set ${SHELL}, or put the ${operator} in quotes.`,
  );

const shellVariable = (line: string, variable: string): HpoError =>
  new HpoError(
    `The command ${JSON.stringify(line)} has ${variable}, which needs a shell. A parameter lr is ` +
      `written {lr}. For a shell's variable set ${SHELL}, or set it under env:; for the text itself ` +
      "put it in single quotes.",
  );
