import { mustBe } from "../errors/checks.ts";
import { decimalIn } from "../errors/decimal.ts";

const WORDS: Readonly<Record<string, number>> = {
  nan: NaN,
  inf: Infinity,
  "+inf": Infinity,
  "-inf": -Infinity,
  infinity: Infinity,
  "+infinity": Infinity,
  "-infinity": -Infinity,
};

/** A number as people and Python write it: 0.1, 1e-3, nan, inf. @throws HpoError on anything else, such as 0x1F. */
export function parseNumber(text: string): number {
  const word = text.trim().toLowerCase();
  if (Object.hasOwn(WORDS, word)) return WORDS[word];
  const value = decimalIn(word);
  if (Number.isNaN(value)) {
    throw mustBe("value", text, "a number", "Give the metric's, such as 0.93, nan or inf.");
  }
  if (!Number.isFinite(value)) {
    throw mustBe("value", text, "a finite number", "Write inf if the metric is infinite.");
  }
  return value;
}
