import type { ParameterContent } from "../study-file-schema.ts";
import { afterQuote, PlacedError, writtenRange } from "./written-range.ts";

/** A place of a command that speaks of a parameter. */
export interface Mention {
  readonly name: string;
  /** Where its placeholder begins. */
  readonly at: number;
  /** Its range, if it stands here. */
  readonly parameter?: ParameterContent;
  /** `flag`: it is asked whether it is true. */
  readonly kind: "value" | "flag";
  /** The flags that it stands within, and whether they are true there. */
  readonly conditions: readonly Condition[];
}

type Condition = readonly [name: string, isTrue: boolean];

export interface MentionedText {
  /** Without the ranges: as the command of a study file. */
  readonly text: string;
  readonly mentions: readonly Mention[];
}

const ESCAPED = /\{\{[^{}]*\}\}/y;
/** A range with a name that no placeholder can hold. */
const MISNAMED = /\{([^{}:"']*):\s*[-+.\d]+[^{}:\s]*\.\.[^{}]*\}/y;
const OPENING = /\{([\p{L}_][\p{L}\p{M}\p{N}_.-]*)([:?|}])/uy;

/**
 * The placeholders of a text, `{lr:1e-5..1:log}`, `{lr}`, `{momentum|0}` and `{amp?--amp}`, whose piece may
 * hold some. `{{…}}` is text, and so are braces with anything else in them, such as JSON.
 * @throws PlacedError
 */
export function mentionsIn(
  text: string,
  start = 0,
  end = text.length,
  conditions: readonly Condition[] = [],
): MentionedText {
  const mentions: Mention[] = [];
  let out = "";
  let at = start;
  const takeInner = (from: number, to: number, name: string, isTrue: boolean): string => {
    const inner = mentionsIn(text, from, to, [...conditions, [name, isTrue]]);
    mentions.push(...inner.mentions);
    return inner.text;
  };
  while (at < end) {
    const escaped = matchAt(ESCAPED, text, at);
    const opening = escaped ? undefined : matchAt(OPENING, text, at);
    if (!opening) {
      const misnamed = escaped ? undefined : matchAt(MISNAMED, text, at);
      if (misnamed) throw new PlacedError(notAName(misnamed[1]), at);
      const taken = escaped?.[0] ?? text[at];
      out += taken;
      at += taken.length;
      continue;
    }
    const [head, name, sign] = opening;
    if (name === "__proto__") throw new PlacedError("a parameter can't be called __proto__", at);
    const inside = at + head.length;
    const close = sign === "}" ? inside - 1 : closing(text, inside, end, sign === ":");
    if (close === undefined) throw new PlacedError("the brace { is never closed. Add }", at);
    const mention = { name, at, conditions } as const;
    if (sign === "?") {
      const bar = dividing(text, inside, close);
      mentions.push({ ...mention, kind: "flag" });
      const then = takeInner(inside, bar, name, true);
      const otherwise = bar < close ? `|${takeInner(bar + 1, close, name, false)}` : "";
      out += `{${name}?${then}${otherwise}}`;
    } else if (sign === ":" && isRange(text.slice(inside, close))) {
      mentions.push({ ...mention, kind: "value", parameter: rangeAt(text, inside, close) });
      out += `{${name}}`;
    } else {
      if (sign !== ":") mentions.push({ ...mention, kind: "value" });
      out += text.slice(at, close + 1);
    }
    at = close + 1;
  }
  return { text: out, mentions };
}

const notAName = (name: string): string =>
  `${JSON.stringify(name)} can't name a parameter here. A name begins with a letter or _, and goes on with ` +
  "letters, digits, _, . and -";

/** `{a: 1}` is no placeholder. */
const isRange = (text: string): boolean => /^\S/.test(text) || /\.\.|\|/.test(text);

function rangeAt(text: string, start: number, end: number): ParameterContent {
  try {
    return writtenRange(text.slice(start, end));
  } catch (error) {
    if (error instanceof PlacedError) throw new PlacedError(error.message, start + error.at);
    throw error;
  }
}

/** The brace that closes; quotes within a range hold any. */
function closing(text: string, start: number, end: number, isQuoting: boolean): number | undefined {
  let depth = 1;
  for (let at = start; at < end; at++) {
    if (isQuoting) at = afterQuote(text, at);
    if (text[at] === "{") depth++;
    if (text[at] === "}" && --depth === 0) return at;
  }
  return undefined;
}

/** The bar between the two pieces of a flag; their end if there is one piece alone. */
function dividing(text: string, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end; at++) {
    if (text[at] === "{") depth++;
    if (text[at] === "}") depth--;
    if (text[at] === "|" && depth === 0) return at;
  }
  return end;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
