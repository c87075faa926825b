import { HpoError } from "../../errors/errors.ts";
import { didYouMean } from "../../errors/did-you-mean.ts";
import type { Scalar } from "../../space/distribution.ts";
import { splitWords, tokens, type Piece } from "./command-words.ts";
import { checkSpelling } from "./foreign-placeholders.ts";
import {
  isOn,
  partsOf,
  type Conditional,
  type Part,
  type TemplateOptions,
} from "./placeholders.ts";

/** A command with placeholders, ready to be filled in for a trial. */
export interface CommandTemplate {
  /** @throws HpoError if a parameter has no value in this trial and its placeholder no fallback. */
  fill(values: Values): FilledCommand;
}

export interface FilledCommand {
  /** The program and its arguments. */
  readonly argv: readonly string[];
  /** What stands before the program: `LEVEL=3 python train.py`. */
  readonly env: Readonly<Record<string, string>>;
}

export type Values = Readonly<Record<string, Scalar>>;

/** A word before it is filled in. */
type Word = readonly Part[];

/**
 * Reads `{name}` and `{name|fallback}`; `{{name}}` is the literal `{name}`. `{name?--flag}` is there
 * where the parameter is true. A value stays within its argument, whatever it contains.
 * @throws HpoError on an empty command, a placeholder that no parameter has, one that stands in
 * quotes of a shell's command line, or one as other tools write it.
 */
export function commandTemplate(options: TemplateOptions): CommandTemplate {
  const { command, shell } = options;
  checkSpelling(options);
  if (typeof command === "string") {
    return shell ? shellTemplate(command, options) : lineTemplate(command, options);
  }
  return wordsTemplate(
    command.map((word) => partsOf(word)),
    0,
    options,
    (text) => [text],
  );
}

function lineTemplate(line: string, known: Known): CommandTemplate {
  const words = splitWords(line);
  const other = words.findIndex(
    ([{ text, quote }]) => quote !== "none" || !/^[A-Za-z_]\w*=/.test(text),
  );
  const assigned = other < 0 ? words.length : other;
  const split = (text: string): string[] =>
    splitWords(text).map((pieces) => pieces.map((piece) => piece.text).join(""));
  return wordsTemplate(words.map(wordOf), assigned, known, split);
}

const wordOf = (pieces: readonly Piece[]): Word => pieces.flatMap(({ text }) => partsOf(text));

/**
 * @param assigned how many words at the beginning set variables
 * @param split makes words of a conditional piece's text
 */
function wordsTemplate(
  words: readonly Word[],
  assigned: number,
  known: Known,
  split: (text: string) => readonly string[],
): CommandTemplate {
  for (const part of words.flat()) checkName(part, known);
  const program = words[assigned];
  if (program === undefined || (program.length === 1 && program[0] === "")) throw empty();
  /** A word that is a conditional piece alone is as many as its text has, none where that is empty. */
  const argumentsOf = (word: Word, values: Values): string[] => {
    const [only] = word;
    if (word.length > 1 || typeof only === "string" || only.kind === "value") {
      return [fillIn(word, values)];
    }
    const text = textOf(only, values);
    return text.trim() === ""
      ? []
      : split(text).flatMap((one) => argumentsOf(partsOf(one), values));
  };
  return {
    fill: (values) => ({
      argv: words.slice(assigned).flatMap((word) => argumentsOf(word, values)),
      env: Object.fromEntries(
        words.slice(0, assigned).map((word) => assignment(fillIn(word, values))),
      ),
    }),
  };
}

const folded = (line: string): HpoError =>
  new HpoError(
    `The shell command ${JSON.stringify(line)} has a backslash before a space, as YAML leaves it where ` +
      "it makes one line of several. Write command: | in YAML, or leave the backslash out.",
  );

const empty = (): HpoError =>
  new HpoError("The command is empty. Give a program and its arguments.");

function assignment(text: string): [name: string, value: string] {
  const at = text.indexOf("=");
  return [text.slice(0, at), text.slice(at + 1)];
}

function shellTemplate(line: string, known: Known): CommandTemplate {
  if (line.trim() === "") throw empty();
  const isShells = (name: string, before: string): boolean =>
    before.endsWith("$") && !(known.names?.includes(name) ?? false);
  const script = partsOf(line, isShells);
  for (const part of script) checkName(part, known);
  for (const token of tokens(line)) {
    if (token.kind === "folded") throw folded(line);
    if (token.kind !== "single" && token.kind !== "double") continue;
    const inside = partsOf(token.text, isShells).find((part) => typeof part !== "string");
    if (inside) {
      throw new HpoError(
        `The placeholder {${inside.name}} stands in quotes of the shell command ${JSON.stringify(line)}. ` +
          "Take it out of the quotes: its value is quoted anyway.",
      );
    }
  }
  return {
    fill: (values) => ({ argv: ["/bin/sh", "-c", fillIn(script, values, showQuoted)], env: {} }),
  };
}

/** What placeholders and pieces may name. */
type Known = Pick<TemplateOptions, "names" | "flags">;

function checkName(part: Part, known: Known): void {
  const { names, flags } = known;
  if (typeof part === "string" || !names) return;
  if (!names.includes(part.name)) {
    throw new HpoError(
      `The command's placeholder {${part.name}} names no parameter. ${didYouMean(part.name, names)} ` +
        `For a literal {${part.name}} write {{${part.name}}}.`,
    );
  }
  if (part.kind === "value") return;
  if (flags && !flags.includes(part.name)) throw noFlag(part.name, "it has other values");
  for (const inner of [...partsOf(part.then), ...partsOf(part.otherwise)]) checkName(inner, known);
}

function fillIn(word: Word, values: Values, render: (value: Scalar) => string = String): string {
  return word
    .map((part) => {
      if (typeof part === "string") return part;
      if (part.kind === "conditional") {
        return fillIn(partsOf(textOf(part, values)), values, render);
      }
      const value = Object.hasOwn(values, part.name) ? values[part.name] : part.fallback;
      if (value !== undefined) return render(value);
      throw new HpoError(
        `The placeholder {${part.name}} has no value in this trial: the parameter does not exist ` +
          `in it. Give a fallback, {${part.name}|0}, or read HPO_PARAMS in the program.`,
      );
    })
    .join("");
}

/** The text of a piece in this trial. @throws HpoError unless its parameter is true or false */
function textOf({ name, then, otherwise }: Conditional, values: Values): string {
  const value = Object.hasOwn(values, name) ? values[name] : false;
  const on = isOn(value);
  if (on === undefined) throw noFlag(name, `it is ${JSON.stringify(value)}`);
  return on ? then : otherwise;
}

const noFlag = (name: string, why: string): HpoError =>
  new HpoError(
    `The piece {${name}?…} of the command asks whether ${name} is true, and ${why}. ` +
      `Give ${name} the choices true and false, or write {${name}}.`,
  );

const showQuoted = (value: Scalar): string => {
  const text = String(value);
  return /^[\w.+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
};
