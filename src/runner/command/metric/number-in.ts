import { NUMBERS } from "../../../errors/number-kinds.ts";

/** What the step of a report must be. */
export const STEP = NUMBERS.integer(0);

/** As Python, C, C++ (`nan(ind)`, MSVC's `1.#IND`), Fortran, Julia (`NaN32`) and JavaScript write it. */
const NOT_A_NUMBER = /^[-+]?(?:nan(?:\(\w*|16|32)?|1\.#(?:ind|qnan|snan)\d*)$/;
const INFINITE = /^[-+]?(?:inf(?:inity)?(?:16|32)?|1\.#inf\d*)$/;
/** Decimal; with Fortran's D for an exponent, too. */
const DECIMAL = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[ed][-+]?\d+)?$/;

/** What stands around a number in a sentence: "0.5,", "(0.5)", "=0.5;", "93.1%", "0.5." */
const AROUND = /^[\s=:([{"'|]+|[\s,;:.)\]}"'|%]+$/g;
const LONGEST = 400;

/** The number that a program wrote; undefined if it is none, or more than one. */
export function numberIn(text: string): number | undefined {
  if (text.length > LONGEST) return undefined;
  const bare = text
    .replace(AROUND, "")
    .toLowerCase()
    .replace(/^\u2212/, "-");
  if (NOT_A_NUMBER.test(bare)) return NaN;
  if (INFINITE.test(bare)) return bare.startsWith("-") ? -Infinity : Infinity;
  return DECIMAL.test(bare) ? Number(bare.replace("d", "e")) : undefined;
}

/** A value of a program's JSON as a number: null is NaN; undefined if it is none. */
export function numberOfJson(given: unknown): number | undefined {
  if (typeof given === "number") return given;
  if (given === null) return NaN;
  return typeof given === "string" ? numberIn(given) : undefined;
}

/** Texts are matched too, so that no word within one is taken for a number. */
const TEXT_OR_WORD = /"[^"\\]*(?:\\.[^"\\]*)*"|[-+]?\b(?:nan|inf(?:inity)?)\b/gi;

/**
 * Parses JSON in which NaN and Infinity may stand bare, as Python writes them (`nan`, `inf` where a
 * program formats its own JSON); they come out as texts that `numberOfJson` reads.
 * @throws SyntaxError on what is no JSON even so
 */
export function parseLoosely(text: string): unknown {
  const json = text.replace(/^\uFEFF/, "");
  try {
    return JSON.parse(json);
  } catch (error) {
    if (!/nan|inf/i.test(json)) throw error;
    return JSON.parse(
      json.replace(TEXT_OR_WORD, (found) =>
        found.startsWith('"') ? found : `"${numberIn(found)}"`,
      ),
    );
  }
}
