import { HpoError } from "../../errors/errors.ts";
import { didYouMean } from "../../errors/did-you-mean.ts";
import type { Scalar } from "../../space/distribution.ts";
import { PLACEHOLDER, splitWords, tokens } from "./command-words.ts";

/** A command with placeholders, ready to be filled in for a trial. */
export interface CommandTemplate {
  /**
   * The program and its arguments.
   * @throws HpoError if a parameter has no value in this trial and its placeholder no fallback.
   */
  fill(values: Readonly<Record<string, Scalar>>): readonly string[];
}

export interface TemplateOptions {
  /** A command line, or the program and its arguments one by one. */
  readonly command: string | readonly string[];
  /** Runs a command line by /bin/sh. */
  readonly shell: boolean;
  /** The names that placeholders may use; any, if not given. */
  readonly names: readonly string[] | undefined;
}

type Part = string | Placeholder;

interface Placeholder {
  readonly name: string;
  /** What stands for a parameter that does not exist in a trial: `{momentum|0}`. */
  readonly fallback: string | undefined;
}

/**
 * Reads `{name}` and `{name|fallback}`; `{{name}}` is the literal `{name}`. A value stays within its
 * argument, whatever it contains.
 * @throws HpoError on an empty command, a placeholder that no parameter has, or one that stands in
 * quotes of a shell's command line.
 */
export function commandTemplate({ command, shell, names }: TemplateOptions): CommandTemplate {
  if (shell && typeof command === "string") return shellTemplate(command, names);
  const words = typeof command === "string" ? wordParts(command) : command.map(parts);
  checkNames(words.flat(), names);
  if (words.length === 0 || (words[0].length === 1 && words[0][0] === "")) {
    throw new HpoError("The command is empty. Give a program and its arguments.");
  }
  return { fill: (values) => words.map((word) => fillIn(word, values, show)) };
}

function wordParts(line: string): Part[][] {
  return splitWords(line).map((word) => word.flatMap((piece) => parts(piece.text)));
}

function shellTemplate(line: string, names: readonly string[] | undefined): CommandTemplate {
  const script = parts(line);
  checkNames(script, names);
  for (const token of tokens(line)) {
    const quoted = token.kind === "single" || token.kind === "double";
    const inside = quoted ? parts(token.text).find(isPlaceholder) : undefined;
    if (inside) {
      throw new HpoError(
        `The placeholder {${inside.name}} stands in quotes of the shell command ${JSON.stringify(line)}. ` +
          "Take it out of the quotes: its value is quoted anyway.",
      );
    }
  }
  return { fill: (values) => ["/bin/sh", "-c", fillIn(script, values, showQuoted)] };
}

function parts(text: string): Part[] {
  const found: Part[] = [];
  let literal = "";
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const [whole, escaped, name, fallback] = match as (string | undefined)[];
    literal += text.slice(end, match.index);
    end = match.index + match[0].length;
    if (escaped !== undefined) {
      literal += `{${escaped}}`;
    } else if (whole !== undefined && name !== undefined) {
      if (literal) found.push(literal);
      found.push({ name, fallback });
      literal = "";
    }
  }
  literal += text.slice(end);
  if (literal || found.length === 0) found.push(literal);
  return found;
}

const isPlaceholder = (part: Part): part is Placeholder => typeof part !== "string";

function checkNames(all: readonly Part[], names: readonly string[] | undefined): void {
  for (const { name } of all.filter(isPlaceholder)) {
    if (!names || names.includes(name)) continue;
    throw new HpoError(
      `The command's placeholder {${name}} names no parameter. ${didYouMean(name, names)} ` +
        `For a literal {${name}} write {{${name}}}.`,
    );
  }
}

function fillIn(
  word: readonly Part[],
  values: Readonly<Record<string, Scalar>>,
  render: (value: Scalar) => string,
): string {
  return word
    .map((part) => {
      if (!isPlaceholder(part)) return part;
      const value = Object.hasOwn(values, part.name) ? values[part.name] : part.fallback;
      if (value !== undefined) return render(value);
      throw new HpoError(
        `The placeholder {${part.name}} has no value in this trial: the parameter does not exist ` +
          `in it. Give a fallback, {${part.name}|0}, or read HPO_PARAMS in the program.`,
      );
    })
    .join("");
}

const show = (value: Scalar): string => String(value);

const showQuoted = (value: Scalar): string => {
  const text = show(value);
  return /^[\w.+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
};
