import { HpoError } from "../errors/errors.ts";
import type { Scalar } from "../space/distribution.ts";
import type { Params } from "../space/search-space.ts";

/** A number as people write it and JSON does not: `.5`, `+0.5`, `1.`; `007` is a text. */
const NUMBER = /^[-+]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i;

/**
 * Parameters from `name=value` words, or from one JSON object. A value that is JSON is taken as
 * such (3, true, null, "3"), a number too (.5), anything else as text.
 * @throws HpoError naming the word that is neither.
 */
export function parseParams(texts: readonly string[]): Params {
  if (texts.length === 1 && texts[0].trimStart().startsWith("{")) return parseObject(texts[0]);
  const given = texts.map((text): [name: string, value: Scalar] => {
    const at = text.indexOf("=");
    if (at < 1) {
      throw new HpoError(`"${text}" is no parameter. Write name=value, or one JSON object.`);
    }
    return [text.slice(0, at), parseValue(text.slice(at + 1))];
  });
  const twice = given.find(([name], index) => given.findIndex(([one]) => one === name) < index);
  if (twice) throw new HpoError(`"${twice[0]}" is given twice. Give each parameter one value.`);
  return Object.fromEntries(given);
}

function parseObject(text: string): Params {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new HpoError(`${text} is no JSON: ${(error as Error).message}.`);
  }
  const stray = Object.entries(value as object).find(
    ([, one]) => typeof one === "object" && one !== null,
  );
  if (stray) {
    throw new HpoError(
      `"${stray[0]}" is ${JSON.stringify(stray[1])}. Give a number, text, true, false or null.`,
    );
  }
  return value as Params;
}

function parseValue(text: string): Scalar {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? text : (value as Scalar);
  } catch {
    return NUMBER.test(text) ? Number(text) : text;
  }
}
