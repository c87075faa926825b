import { NUMBERS } from "../../../errors/number-kinds.ts";

/** What the step of a report must be. */
export const STEP = NUMBERS.integer(0);

/** As Python, C, C++ (`nan(ind)`, MSVC's `1.#IND`), Fortran, Julia (`NaN32`) and JavaScript write it. */
const NOT_A_NUMBER = /^[-+]?(?:nan(?:\(\w*|16|32)?|1\.#(?:ind|qnan|snan)\d*)$/;
const INFINITE = /^[-+]?(?:inf(?:inity)?(?:16|32)?|1\.#inf\d*)$/;
/** Decimal; with Fortran's D for an exponent, too. */
const DECIMAL = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[ed][-+]?\d+)?$/;

/**
 * `3.056 × 10⁻³`, `3.056x10^-3`, `3.056*10**-3`, `3.056 · 10^{-3}`; not `0.5 x 1024`, which is a product.
 */
const TIMES_TEN =
  /^([-+]?(?:\d+\.?\d*|\.\d+))\s*[x\u00d7*\u00b7\u22c5]\s*10(?:(?:\^|\*\*)[({]?|(?=[-+]))([-+]?\d+)[)}]?$/;
const RAISED = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";
const EXPONENT = new RegExp(`[\u207a\u207b]?[${RAISED}]+$`);

/** What stands around a number in a sentence: "0.5,", "(0.5)", "=0.5;", "93.1%", "0.5." */
const AROUND = /^[\s=:([{"'|]+|[\s,;:.)\]}"'|%]+$/g;
const LONGEST = 400;

/** The number that a program wrote; undefined if it is none, or more than one. */
export function numberIn(text: string): number | undefined {
  if (text.length > LONGEST) return undefined;
  const bare = text
    .replace(AROUND, "")
    .toLowerCase()
    .replace(/\u2212/g, "-")
    .replace(EXPONENT, (raised) => `^${lowered(raised)}`);
  if (NOT_A_NUMBER.test(bare)) return NaN;
  if (INFINITE.test(bare)) return bare.startsWith("-") ? -Infinity : Infinity;
  if (DECIMAL.test(bare)) return Number(bare.replace("d", "e"));
  const [, digits, power] = TIMES_TEN.exec(bare) ?? [];
  return digits === undefined ? undefined : Number(`${digits}e${power}`);
}

/** Whether a number is in per cent, by the sign at its end or behind it, which is not that of a bar. */
export const isPercent = (text: string, behind = ""): boolean =>
  /\d\s*%[\s,;:.)\]}"']*$/.test(text) || /^\s*%(?!\|)/.test(behind);

const lowered = (raised: string): string =>
  [...raised]
    .map((char) => (RAISED.includes(char) ? RAISED.indexOf(char) : char === "\u207b" ? "-" : "+"))
    .join("");

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
