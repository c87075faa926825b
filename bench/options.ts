import { HpoError } from "../src/errors.ts";

/** The names in a comma-separated list, each known. @throws HpoError with the nearest known name */
export function parseNames(flag: string, text: string, known: readonly string[]): string[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    throw new HpoError(
      `${flag} ${text}: "${name}" is unknown. ` +
        (near === undefined ? "" : `Did you mean "${near}"? `) +
        `Known: ${known.join(", ")}.`,
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
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new HpoError(`${flag} ${text} is no integer ≥ 1. Give one.`);
  }
  return count;
}

/** Whether a name fits one of the comma-separated patterns, in which * stands for any text, ? for one. */
export function globMatcher(patterns: string): (name: string) => boolean {
  const expressions = patterns.split(",").map((pattern) => {
    const escaped = pattern.trim().replace(/[.+^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
  });
  return (name) => expressions.some((expression) => expression.test(name));
}

/** The known name that takes the fewest edits, if it takes no more than half its letters. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const scored = known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = scored;
  return best && best.distance <= Math.max(2, best.candidate.length / 2)
    ? best.candidate
    : undefined;
}

/** Levenshtein's. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
