import type { Rng } from "../../numerics/rng.ts";

// What inputs are made of, and how a right one becomes a wrong one.

export const pick = <Value>(rng: Rng, values: readonly Value[]): Value =>
  values[rng.integer(0, values.length - 1)];

export const chance = (rng: Rng, probability: number): boolean => rng.uniform() < probability;

export const manyDrawn = <Value>(
  rng: Rng,
  least: number,
  most: number,
  draw: (index: number) => Value,
): Value[] => Array.from({ length: rng.integer(least, most) }, (_, index) => draw(index));

/** One of them, or nothing. */
export const maybe = <Value>(
  rng: Rng,
  probability: number,
  draw: () => Value,
): Value | undefined => (chance(rng, probability) ? draw() : undefined);

const NAMES = ["lr", "momentum", "batch_size", "optimizer", "layers", "wd", "β", "a.b", "x y"];

/** So many names of parameters, none twice. */
export const namesDrawn = (rng: Rng, least: number, most: number): string[] =>
  rng
    .permutation(NAMES.length)
    .slice(0, rng.integer(least, most))
    .map((index) => NAMES[index]);

const TEXTS = [
  ...["", " ", "\t", "\n", "a\nb", "\u0000", "\u001b[31m", "\ufeff", "\u2028", "\ud800", "😀", "é"],
  ...["null", "true", "~", "NaN", "-0", "1e999", "0x10", "1_000", "__proto__", "constructor"],
  ...["toString", "length", "../..", "/", "{", "{}", "{x}", "{{", "}", "[", "]", '"', "'", "`"],
  ...["$HOME", "${X}", "%s", "--", "-", "#", "&a", "*a", "<<", "!!x", "? :", ": ", "- ", ","],
  ...["a".repeat(2000), "[".repeat(300), "lr", "x".repeat(40)],
];

export const hostileText = (rng: Rng): string => pick(rng, TEXTS);

const NUMBERS = [
  ...[0, -0, 1, -1, 0.1, 1e-5, 2, 3, 7, 10, 1e3, 1e9, 2 ** 31, 2 ** 53, 2 ** 53 + 2, 1e21, 1e300],
  ...[1e-300, 5e-324, Number.MAX_VALUE, -1e308, NaN, Infinity, -Infinity, 0.1 + 0.2, 1.5, -0.5],
];

export const hostileNumber = (rng: Rng): number => pick(rng, NUMBERS);

/** Any value that JSON has, or YAML. */
export function hostileValue(rng: Rng, depth = 0): unknown {
  switch (rng.integer(0, depth > 2 ? 3 : 6)) {
    case 0:
      return hostileText(rng);
    case 1:
      return hostileNumber(rng);
    case 2:
      return pick(rng, [true, false, null]);
    case 3:
      return pick<unknown>(rng, [[], {}, [[]], [null], { "": 0 }]);
    case 4:
      return manyDrawn(rng, 0, 3, () => hostileValue(rng, depth + 1));
    default:
      return Object.fromEntries(
        manyDrawn(rng, 0, 3, () => [hostileText(rng), hostileValue(rng, depth + 1)]),
      );
  }
}

/** The same text with one slip in it. */
export function slippedText(rng: Rng, text: string): string {
  const at = rng.integer(0, text.length);
  const to = Math.min(text.length, at + rng.integer(1, 8));
  switch (rng.integer(0, 6)) {
    case 0:
      return text.slice(0, at) + hostileText(rng) + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(to);
    case 2:
      return text.slice(0, to) + text.slice(at);
    case 3:
      return text.slice(0, at);
    case 4:
      return text.slice(0, at) + hostileText(rng) + text.slice(to);
    case 5:
      return text.replace(/\d+(?:\.\d+)?/, () => String(hostileNumber(rng)));
    default:
      return withoutLine(rng, text);
  }
}

function withoutLine(rng: Rng, text: string): string {
  const lines = text.split("\n");
  const at = rng.integer(0, lines.length - 1);
  return chance(rng, 0.5)
    ? lines.toSpliced(at, 1).join("\n")
    : lines.toSpliced(at, 0, lines[rng.integer(0, lines.length - 1)]).join("\n");
}

/** The same JSON with one slip in it: a value of another kind, a key gone, a key too many. */
export function slippedValue(rng: Rng, value: unknown): unknown {
  const isInner = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  if (!isInner || chance(rng, 0.1)) return hostileValue(rng);
  const keys = Object.keys(value);
  const key = pick(rng, keys);
  if (Array.isArray(value)) {
    const [items, at] = [value as readonly unknown[], Number(key)];
    const slipped = slippedValue(rng, items[at]);
    return pick(rng, [items.with(at, slipped), items.toSpliced(at, 1), [...items, items[at]]]);
  }
  const inner = (value as Record<string, unknown>)[key];
  const others = Object.entries(value).filter(([name]) => name !== key);
  switch (rng.integer(0, 7)) {
    case 0:
      return Object.fromEntries(others);
    case 1:
      return Object.fromEntries([...others, [hostileText(rng), inner]]);
    case 2:
      return { ...value, [hostileText(rng)]: hostileValue(rng) };
    default:
      return { ...value, [key]: slippedValue(rng, inner) };
  }
}
