import type { Distribution, Scalar } from "../../space/distribution.ts";

export interface TemplateOptions {
  /** A command line, or the program and its arguments one by one. */
  readonly command: string | readonly string[];
  /** Runs a command line by /bin/sh. */
  readonly shell: boolean;
  /** The names that placeholders may use; any, if not given. */
  readonly names: readonly string[] | undefined;
  /** Those of them that pieces may ask for, as they are true or false; any, if not given. */
  readonly flags?: readonly string[] | undefined;
}

/** Whether a piece is there where a parameter has this value; undefined if it is neither true nor false. */
export function isOn(value: Scalar): boolean | undefined {
  const word = String(value).toLowerCase();
  if (word === "true" || word === "1") return true;
  return ["false", "0", "null"].includes(word) ? false : undefined;
}

/** Whether all values of a parameter are true or false, or 1 or 0. */
export function isFlag(distribution: Distribution): boolean {
  if (distribution.kind === "categorical") {
    return distribution.choices.every((choice) => isOn(choice) !== undefined);
  }
  const { kind, low, high, step } = distribution;
  return low >= 0 && high <= 1 && (kind === "int" || step === 1 || low === high);
}

/** A part of a word: text, or what stands for a trial's own. */
export type Part = string | Placeholder | Conditional;

export interface Placeholder {
  readonly kind: "value";
  readonly name: string;
  /** What stands for a parameter that does not exist in a trial: `{momentum|0}`. */
  readonly fallback: string | undefined;
}

/** `{amp?--amp}` and `{amp?--amp|--no-amp}`: a text where a parameter is true, another where not. */
export interface Conditional {
  readonly kind: "conditional";
  readonly name: string;
  readonly then: string;
  readonly otherwise: string;
}

// Without spaces or quotes in the name: {"json": 1} is none. A conditional's text may hold placeholders.
const NAME = /[^{}\s"'|?]+/.source;
const WHOLE_NAME = new RegExp(`^${NAME}$`);
/** A pattern knows no braces within braces: so many levels are more than a command can be read with. */
const DEEPEST = 9;
const TEXT = Array.from({ length: DEEPEST }).reduce<string>(
  (inner) => String.raw`(?:[^{}]|\{${inner}\})*`,
  "[^{}]*",
);
const SOURCE = [
  String.raw`\{\{(?<escaped>${NAME})\}\}`,
  String.raw`\{(?<name>${NAME})(?:\|(?<fallback>[^{}]*))?\}`,
  String.raw`\{(?<condition>${NAME})\?(?<text>${TEXT})\}`,
].join("|");
const PLACEHOLDER = new RegExp(SOURCE, "g");
const PLACEHOLDER_HERE = new RegExp(SOURCE, "y");

/** Whether a placeholder may name such a parameter. */
export const fitsPlaceholder = (name: string): boolean => WHOLE_NAME.test(name);

export function placeholderAt(line: string, at: number): string | undefined {
  PLACEHOLDER_HERE.lastIndex = at;
  return PLACEHOLDER_HERE.exec(line)?.[0];
}

/**
 * The parts of a text; `{{name}}` is the literal `{name}`.
 * @param isLiteral whether a placeholder is left as text, by its name and what stands before it
 */
export function partsOf(
  text: string,
  isLiteral: (name: string, before: string) => boolean = () => false,
): Part[] {
  const found: Part[] = [];
  let literal = "";
  let end = 0;
  for (const { 0: whole, index, groups = {} } of text.matchAll(PLACEHOLDER)) {
    literal += text.slice(end, index);
    end = index + whole.length;
    const part = partOf(groups);
    if (typeof part === "string" || isLiteral(part.name, literal)) {
      literal += typeof part === "string" ? part : whole;
    } else {
      if (literal) found.push(literal);
      found.push(part);
      literal = "";
    }
  }
  literal += text.slice(end);
  if (literal || found.length === 0) found.push(literal);
  return found;
}

function partOf(groups: Readonly<Record<string, string | undefined>>): Part {
  const { escaped, name, fallback, condition, text = "" } = groups;
  if (escaped !== undefined) return `{${escaped}}`;
  if (name !== undefined) return { kind: "value", name, fallback };
  const bar = indexOutside(text, "|");
  const [then, otherwise] = bar < 0 ? [text, ""] : [text.slice(0, bar), text.slice(bar + 1)];
  return { kind: "conditional", name: condition!, then, otherwise };
}

/** Where a character first stands outside of braces; -1 if nowhere. */
function indexOutside(text: string, char: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}") depth--;
    else if (text[at] === char && depth === 0) return at;
  }
  return -1;
}
