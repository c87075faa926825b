import { isPercent, numberIn } from "./number-in.ts";
import { distanceOf, isOfSomethingElse, qualifierAt, QUALIFIER_BEHIND } from "./qualifier.ts";

/** A metric's number as a line tells it. */
export interface NamedNumber {
  readonly value: number;
  /** The word beside the name that makes it another number: `best val_loss 0.54`, `val_loss (ema): 0.6`. */
  readonly qualifier?: string;
  /** It is told of a part alone: by the row of a class, or by a process other than the first. */
  readonly part?: PartTold;
  /** Its unit is per cent. */
  readonly isPercent?: boolean;
  /** Other numbers that the line tells by this name. */
  readonly others?: readonly number[];
  /** Another number right behind it: `6.9 (6.5)`, its mean, or its deviation. */
  readonly bracketed?: number;
}

interface PartTold {
  readonly kind: "row" | "process";
  readonly name: string;
}

/** `6.9 (6.5)` */
const IN_BRACKETS = /^\s*\(\s*([^\s()]+)\s*\)/;

/** What stands behind the metric's name, where that is no number. */
export interface Unreadable {
  readonly text: string;
  /** It begins as a number does: `3.06ms`, `0x1F`, `3/10`; else a word. */
  readonly isLikeNumber: boolean;
}

/** `loss: 0.9 -> 0.0031` */
const ARROW = /\s*(?:[-=]+>|\u2192)\s*/;
/** Where something begins as a number does, whatever stands before it. */
const LIKE_NUMBER = /^(?:[a-z][a-z\d_.]*[[(])?[-+\u2212\s([]*["']?\.?\d/;
/** `mAP50-95: 100%|####| 4/4`: the per cent of a bar, whatever stands before it. */
const BAR_BEHIND = /^\|(?:[#\u2580-\u259f]|\s+\|)/;
/** How far behind a number one in brackets is looked for. */
const LOOK_AHEAD = 120;

/** `val_loss=0.41`, `val_loss: 0.41`, `val_loss 0.41`, `'val_loss': tensor(0.41`; of several the last one. */
export function namingInText(line: string, name: string): NamedNumber | undefined {
  const { namings } = namingsIn(line, name);
  const last = namings.at(-1);
  if (!last) return undefined;
  const others = [...new Set(namings.map(({ value }) => value))].filter(
    (value) => value !== last.value && !Object.is(value, last.value),
  );
  return others.length === 0 ? last : { ...last, others };
}

/** What a line that tells no number of the metric has in its place. */
export const unreadableInText = (line: string, name: string): Unreadable | undefined =>
  namingsIn(line, name).unreadable;

interface Found {
  readonly text: string;
  readonly more: Omit<NamedNumber, "value">;
}

/** Those nearest to the metric itself; each with the numbers that arrows lead over. */
function namingsIn(
  line: string,
  name: string,
): { readonly namings: readonly NamedNumber[]; readonly unreadable?: Unreadable } {
  if (!line.includes(name)) return { namings: [] };
  const found: Found[] = [...line.matchAll(patternOf(name))].flatMap((match) => {
    const [all, behind, unit, separator, list, text = list] = match;
    // A word behind a space is the rest of a sentence.
    if (separator === undefined && !isLikeNumber(text)) return [];
    const qualifier = qualifierAt(line, match.index) ?? behind;
    if (qualifier !== undefined && isOfSomethingElse(qualifier)) return [];
    const rest = line.slice(match.index + all.length, match.index + all.length + LOOK_AHEAD);
    if (BAR_BEHIND.test(rest)) return [];
    const bracketed = numberIn(IN_BRACKETS.exec(rest)?.[1] ?? "");
    const isOther = bracketed !== undefined && bracketed !== numberIn(text);
    const more = {
      ...(qualifier !== undefined && { qualifier }),
      ...(isOther && { bracketed }),
      ...((unit !== undefined || isPercent(text, rest)) && { isPercent: true }),
    };
    return [{ text, more }];
  });
  if (!found.some(({ text }) => isLikeNumber(text))) {
    const [, text] = changePatternOf(name).exec(line) ?? [];
    if (text !== undefined) found.push({ text, more: {} });
  }
  const distances = found.map(({ text, more }) =>
    isLikeNumber(text) ? distanceOf(more.qualifier) : Infinity,
  );
  const nearest = Math.min(...distances);
  const namings: NamedNumber[] = [];
  let unreadable: Unreadable | undefined;
  for (const { text, more } of found.filter((_, at) => distances[at] === nearest)) {
    for (const piece of text.split(ARROW)) {
      const value = numberIn(piece);
      if (value !== undefined) namings.push({ value, ...more });
      else unreadable ??= { text, isLikeNumber: isLikeNumber(text) };
    }
  }
  return { namings, ...(unreadable && { unreadable }) };
}

const isLikeNumber = (text: string): boolean =>
  LIKE_NUMBER.test(text) || numberIn(text) !== undefined;

const PIECE = String.raw`[^\s,;|)\]}]+`;
/** `1,234.5`, `2.345,6` and `0,5`: the comma may group digits, be a decimal point, or separate a list. */
const WITH_COMMA = String.raw`[-+]?(?:\d+(?:,\d[\d.]*)+|[1-9]\d{0,2}(?:\.\d{3})+,\d+(?![\d.,]))`;
const TIMES = String.raw`\s*[x\u00d7*\u00b7\u22c5]\s*\d`;
const LEADS_TO = String.raw`\s*(?:[-=]+>|\u2192)\s*[-+\u2212]?\.?\d`;
/** `1 234.5` with a space that does not break a line, and `1.5 E-03` */
const WITH_SPACE = String.raw`[\u00a0\u2009\u202f]\d{3}|\s[eEdD][-+]\d`;
/** What goes on with the number before it. */
const GOES_ON = `(?:${TIMES}|${LEADS_TO}|${WITH_SPACE})[^\\s,;|)\\]}]*`;
/** `[0.5, 0.3]`, `(0.5 0.3)`, `tensor([0.5, 0.3])`: no one number. */
const LIST = String.raw`[a-z\d_.]*[[(]+\s*[-+]?\.?\d[^\s,;|)\]}]*(?:\s*,\s*|\s+)[-+]?\.?\d[^)\]\n]{0,40}[)\]]*`;
const patterns = new Map<string, RegExp>();

/** The new value in `val_loss improved from 0.9 to 0.43`, `Validation loss decreased (0.9 --> 0.43)`. */
function changePatternOf(name: string): RegExp {
  const verb = "improved|decreased|increased|dropped|fell|rose|changed|went";
  return new RegExp(
    `(?<![\\w./-])["']?${literalOf(name)}["']?\\s+(?:has\\s+)?(?:${verb})\\s*\\(?(?:from\\s+)?` +
      `${PIECE}\\s*(?:to|[-=]+>|\u2192)\\s*(${PIECE})`,
  );
}

export const literalOf = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A unit behind a name: `acc (%)`, `acc[%]`. */
const UNIT = String.raw`\s*[([]\s*(%)\s*[)\]]`;

/** A qualifier or a unit behind the name, the separator `=` or `:`, and what stands behind it. */
function patternOf(name: string): RegExp {
  const known = patterns.get(name);
  if (known) return known;
  const before = String.raw`(?<![\w./-])["']?${literalOf(name)}["']?(?:${QUALIFIER_BEHIND}|${UNIT})?`;
  const separator = String.raw`(?:\s*([:=]+)\s*|\s+|(?<=["'])\s*,\s*(?=[-+]?\.?\d))`;
  const call = String.raw`(?:[a-z][a-z\d_.]*\(|\()?`;
  const number = `(?:${WITH_COMMA}|${PIECE})(?:${GOES_ON})*`;
  const pattern = new RegExp(`${before}${separator}(?:(${LIST})|${call}(${number}))`, "g");
  patterns.set(name, pattern);
  return pattern;
}
