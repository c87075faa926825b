import type { LineMeaning } from "./line-meaning.ts";
import { literalOf } from "./metric-text.ts";
import { unreadRemark } from "./remarks.ts";
import { stepInText, type WantedMetric } from "./sighting.ts";

/** Keeps the lines that have a metric's name, in any case, after the last one that was read. */
export interface UnreadLines {
  readonly wasRead: (name: string, line: string) => void;
  /** A line that tells no metric. */
  readonly wasNotRead: (line: string) => void;
  readonly remarks: () => readonly LineMeaning[];
}

/** What is said of a metric that was told: that it was saved, or did not improve. */
const ABOUT_IT = /\b(?:improve|sav(?:e|ing)|stop|checkpoint|restor|load|best|patience)/i;

export function unreadLines(wanted: WantedMetric): UnreadLines {
  const read = new Map<string, string>();
  const later = new Map<string, string>();
  return {
    wasRead: (name, line) => {
      read.set(name, line);
      later.delete(name);
    },
    wasNotRead: (line) => {
      if (ABOUT_IT.test(line)) return;
      for (const name of read.keys()) {
        if (mentionIn(line, name) !== undefined) later.set(name, line);
      }
    },
    remarks: () =>
      [...later].map(([name, line]) => {
        const text = unreadRemark(name, read.get(name)!, line, patternFor(line, name, wanted));
        return { kind: "remark", topic: "unread", text };
      }),
  };
}

/** A name and the number behind it: the one behind `:`, `=` or `is`, else the last. */
function mentionIn(
  line: string,
  name: string,
): { readonly before: string; readonly between: string } | undefined {
  if (!line.toLowerCase().includes(name.toLowerCase())) return undefined;
  const match = new RegExp(`(?<![\\w./-])${literalOf(name)}(?![\\w/-])`, "i").exec(line);
  if (!match) return undefined;
  const behind = line.slice(match.index);
  const number = "(?=[-+]?\\.?\\d)";
  const found =
    new RegExp(`^.*?(?:[:=]|\\bis)\\s*${number}`).exec(behind) ??
    new RegExp(`^.*(?<![\\w.+-])${number}`).exec(behind);
  return found ? { before: line.slice(0, match.index), between: found[0] } : undefined;
}

/** So much of what stands between a name and its number is put into a pattern. */
const MOST_BETWEEN = 60;

/** A pattern that finds the number, and the step where it stands before the metric. */
function patternFor(line: string, name: string, wanted: WantedMetric): string {
  const { before, between } = mentionIn(line, name)!;
  const step = stepInText(before, wanted);
  const [stepName] = (step && new RegExp(literalOf(step.name), "i").exec(before)) ?? [];
  const words =
    between.length <= MOST_BETWEEN
      ? patternOfText(between)
      : `${patternOfText(between.slice(0, name.length))}.*${patternOfText(between.slice(-MOST_BETWEEN / 2))}`;
  const start = stepName === undefined ? "" : `${literalOf(stepName)}\\D{1,4}(?<step>\\d+).*`;
  return `${start}${words}(?<value>\\S+)`;
}

/** The text whatever its numbers and spaces; without what ends a quoted text of YAML. */
const patternOfText = (text: string): string =>
  literalOf(text).replace(/\d+/g, "\\d+").replace(/\s+/g, "\\s+").replace(/'/g, ".");
