import type { LineMeaning } from "./line-meaning.ts";
import { literalOf } from "./metric-text.ts";
import { saysSomethingElse } from "./qualifier.ts";
import { endedRemark, onceRemark, shortened, unreadRemark } from "./remarks.ts";
import { stepInText, type StepSighting, type WantedMetric } from "./sighting.ts";

/** Keeps, of each metric, the last line that has its name, in any case, after the last one that was read. */
export interface UnreadLines {
  /** @param step of its own */
  readonly wasRead: (name: string, line: string, step: StepSighting | undefined) => void;
  /** A line that tells no metric, and the step that it tells. */
  readonly wasNotRead: (line: string, step: StepSighting | undefined) => void;
  /** A line that would be a table's row, had the text before it not ended the table. */
  readonly wasNoRow: (line: string, text: string) => void;
  /** On metrics that were read. */
  readonly remarks: () => readonly LineMeaning[];
  /** How a metric was printed that was not read. */
  readonly printed: (name: string) => string | undefined;
}

/** What is said of a metric that was told: that it was saved, or did not improve. */
const ABOUT_IT = /\b(?:improve|sav(?:e|ing)|stop|checkpoint|restor|load|best|patience)/i;
const isAboutIt = (line: string, name: string): boolean =>
  ABOUT_IT.test(line) || saysSomethingElse(line.replace(name, ""));

/** The last line that told a metric, and what came after it. */
interface LastRead {
  readonly line: string;
  readonly step: StepSighting | undefined;
  /** How many lines told it. */
  readonly count: number;
  readonly behind?: StepSighting;
  /** A line that went on from one step to the next. */
  readonly training?: string;
}

export function unreadLines(wanted: WantedMetric): UnreadLines {
  const read = new Map<string, LastRead>();
  const later = new Map<string, string>();
  let ended: { readonly row: string; readonly text: string } | undefined;
  const remarkOn = (
    name: string,
    { line, count, step, training }: LastRead,
  ): string | undefined => {
    const unread = later.get(name);
    if (unread !== undefined) {
      return unreadRemark(name, line, unread, patternFor(unread, name, wanted));
    }
    if (ended) return endedRemark(name, ended.text, ended.row);
    const isBefore = count === 1 && step === undefined && training !== undefined;
    return isBefore ? onceRemark(name, line, training) : undefined;
  };
  return {
    wasRead: (name, line, step) => {
      read.set(name, { line, step, count: (read.get(name)?.count ?? 0) + 1 });
      later.delete(name);
    },
    wasNotRead: (line, step) => {
      for (const [name, before] of step ? read : []) {
        const { behind } = before;
        const isNext = behind?.name === step!.name && behind.value !== step!.value;
        read.set(name, { ...before, behind: step!, ...(isNext && { training: line }) });
      }
      for (const name of wanted.names) {
        if (mentionIn(line, name) === undefined) continue;
        // It is worth showing where there is no better one.
        if (!isAboutIt(line, name) || (!read.has(name) && !later.has(name))) later.set(name, line);
      }
    },
    wasNoRow: (row, text) => (ended = { row, text }),
    remarks: () =>
      [...read].flatMap(([name, last]) => {
        const text = remarkOn(name, last);
        return text === undefined ? [] : [{ kind: "remark", topic: "unread", text }];
      }),
    printed: (name) => {
      const line = later.get(name);
      if (line === undefined) return undefined;
      return saysSomethingElse(line.replace(name, ""))
        ? `It printed ${name} only as ${shortened(line)}, which is not its own value`
        : `It printed ${name} in a form that is not read, ${shortened(line)}`;
    },
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
