import { isDecimal } from "../../errors/decimal.ts";
import { HpoError } from "../../errors/errors.ts";
import { didYouMean } from "../../errors/did-you-mean.ts";
import type { Scalar } from "../../space/distribution.ts";
import type { ParameterContent } from "../study-file-schema.ts";

/** Something wrong in a text, and where in it. */
export class PlacedError extends HpoError {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const WORDS = ["log", "int", "float", "step=…"] as const;

/**
 * What stands behind the name in `{lr:1e-5..1:log}`, `{layers:1..8:int}`, `{drop:0..0.5:step=0.1}` or
 * `{opt:adam|sgd}`, as a parameter of a study file. A range is of real numbers unless it says int.
 * @throws PlacedError
 */
export function writtenRange(text: string): ParameterContent {
  const choices = piecesOf(text, "|");
  if (choices.length > 1) {
    return { type: "categorical", choices: choices.map((piece) => choiceOf(piece)) };
  }
  const [range, ...words] = piecesOf(text, ":");
  const dots = range.text.indexOf("..");
  if (dots < 0) {
    throw new PlacedError(
      `${JSON.stringify(text)} is one value. Write 1e-5..1 for a range, adam|sgd for a choice`,
      range.at,
    );
  }
  if (range.text[dots + 2] === ".") {
    throw new PlacedError(
      `${JSON.stringify(range.text)} has three dots. Write two, and a 0 before a fraction: 0..0.5`,
      range.at + dots,
    );
  }
  const low = numberOf({ text: range.text.slice(0, dots), at: range.at });
  const high = numberOf({ text: range.text.slice(dots + 2), at: range.at + dots + 2 });
  const said = words.map(({ text: word }) => word.trim());
  const type = said.includes("int") ? "int" : "float";
  const options = words.map(optionOf);
  return { type, low, high, ...Object.assign({}, ...options) } as ParameterContent;
}

function optionOf({ text, at }: Piece): { log?: true; step?: number } {
  const word = text.trim();
  if (word === "log") return { log: true };
  if (word === "int" || word === "float") return {};
  if (word.startsWith("step=")) {
    const start = text.indexOf("=") + 1;
    return { step: numberOf({ text: text.slice(start), at: at + start }) };
  }
  throw new PlacedError(`there is no ${JSON.stringify(word)}. ${didYouMean(word, WORDS)}`, at);
}

interface Piece {
  readonly text: string;
  readonly at: number;
}

/** The pieces of a text between separators that stand in no quotes. */
function piecesOf(text: string, separator: string): readonly Piece[] {
  const found: Piece[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    at = afterQuote(text, at);
    if (at < text.length && text[at] !== separator) continue;
    found.push({ text: text.slice(start, at), at: start });
    start = at + 1;
  }
  return found;
}

/** Behind the quoted text that begins here, or here; at an open quote, the end. */
export function afterQuote(text: string, at: number): number {
  const quote = text[at];
  if (quote !== '"' && quote !== "'") return at;
  const end = text.indexOf(quote, at + 1);
  return end < 0 ? text.length : end + 1;
}

function numberOf({ text, at }: Piece): number {
  if (isDecimal(text)) return finite(text, at);
  const what = text.trim() === "" ? "a number is missing" : `${JSON.stringify(text)} is no number`;
  throw new PlacedError(`${what}. A range is written 1e-5..1, as in {lr:1e-5..1:log}`, at);
}

function finite(text: string, at: number): number {
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new PlacedError(`${text.trim()} is no finite number. Numbers go up to 1.7e308`, at);
}

const WORD_VALUES: Readonly<Record<string, Scalar>> = { true: true, false: false, null: null };

/** As in YAML: numbers, true, false and null are no texts unless they stand in quotes. */
function choiceOf({ text, at }: Piece): Scalar {
  const word = text.trim();
  if (word === "") throw new PlacedError('a choice is empty. Write "" for the empty text', at);
  const quoted = /^(["'])(.*)\1$/.exec(word);
  if (quoted) return quoted[2];
  if (Object.hasOwn(WORD_VALUES, word)) return WORD_VALUES[word];
  return isDecimal(word) ? finite(word, at) : word;
}
