import { mustBe } from "../../src/errors/checks.ts";
import { NUMBERS } from "../../src/errors/number-kinds.ts";
import { didYouMean } from "../../src/errors/did-you-mean.ts";
import { HpoError } from "../../src/errors/errors.ts";

/** The names in a comma-separated list, each known. @throws HpoError with the nearest known name */
export function parseNames(flag: string, text: string, known: readonly string[]): string[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  for (const name of names) {
    if (known.includes(name)) continue;
    const all = known.join(", ");
    throw new HpoError(
      `${flag} ${text}: "${name}" is unknown. ${didYouMean(name, known)} Known: ${all}.`,
    );
  }
  return [...new Set(names)];
}

/** "10": seeds 0 … 9. "0-9", "3,5", "0-4,20-24": these. */
export function parseSeeds(text: string): number[] {
  const wrong = (part: string): HpoError =>
    new HpoError(
      `--seeds ${text}: "${part}" is neither a seed nor a range. ` +
        "Give a count (10), a range (0-9) or a list (3,5,20-24).",
    );
  if (/^\d+$/.test(text)) {
    const count = Number(text);
    if (count < 1) throw new HpoError(`--seeds ${text}: there is nothing to run. Give at least 1.`);
    return Array.from({ length: count }, (_, seed) => seed);
  }
  const seeds = text.split(",").flatMap((part) => {
    const match = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part);
    if (!match) throw wrong(part);
    const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
    if (last < first) throw wrong(part);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  return [...new Set(seeds)];
}

/** @throws HpoError unless it is an integer ≥ 1 */
export function parseCount(flag: string, text: string): number {
  const [count, { test, description }] = [Number(text), NUMBERS.integer(1)];
  if (test(count)) return count;
  throw mustBe(flag, text, description);
}

/** Whether a name fits one of the comma-separated patterns, in which * stands for any text, ? for one. */
export function globMatcher(patterns: string): (name: string) => boolean {
  const expressions = patterns.split(",").map((pattern) => {
    const escaped = pattern.trim().replace(/[.+^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
  });
  return (name) => expressions.some((expression) => expression.test(name));
}
