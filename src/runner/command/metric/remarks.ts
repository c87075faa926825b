import type { OutputStream } from "./line-meaning.ts";
import { literalOf, type NamedNumber } from "./metric-text.ts";
import type { Sighting } from "./sighting.ts";

/** Steps that may begin again in each epoch. */
export const WITHIN_EPOCH: readonly string[] = ["step", "iteration", "iter"];

/** A number that a line told for a metric. */
export interface MetricNumber {
  readonly line: string;
  readonly stream: OutputStream;
  readonly sighting: Sighting;
  readonly naming: NamedNumber;
}

/** Lines that are no reports, since the others have steps of another kind. */
export interface LineLeftOut {
  readonly told: MetricNumber;
  /** What the step of this line is called; undefined where it has none. */
  readonly name: string | undefined;
  /** What the reports' steps are called. */
  readonly kind: string;
}

export function found(
  names: string,
  { line, stream, sighting, naming: { qualifier } }: MetricNumber,
  how?: string,
): string {
  const as = qualifier === undefined ? "" : ` that calls it "${qualifier}"`;
  const where = stream === "stderr" ? " on stderr" : "";
  const steps = how === undefined ? "" : `, ${how}`;
  return `${names} is read from ${sighting.form}${as}${where}${steps}: ${shortened(line)}`;
}

/** Where a number that does not count beside a better one stands, where that one stands, and how to have it. */
function places(
  name: string,
  { line, naming: { qualifier, part } }: MetricNumber,
): Record<"worse" | "better" | "remedy", string> {
  if (part?.kind === "row") {
    const remedy = "print it on a line of its own";
    return { worse: `the row "${part.name}" of a table`, better: "a row or line of all", remedy };
  }
  if (part) {
    return { worse: `process ${part.name}`, better: "process 0", remedy: "print it there alone" };
  }
  if (qualifier === undefined) {
    const remedy = "print the one on stdout by another name";
    return { worse: "stderr", better: "stdout", remedy };
  }
  const remedy = line.includes(`${qualifier} ${name}`)
    ? `name the metric "${qualifier} ${name}"`
    : `metric: { regex: '${patternOfQualified(line, name, qualifier)}' }`;
  return { worse: `lines with "${qualifier}"`, better: `lines without "${qualifier}"`, remedy };
}

function patternOfQualified(line: string, name: string, qualifier: string): string {
  const isBefore = line.indexOf(qualifier) < line.indexOf(name);
  const words = isBefore ? [qualifier, name] : [name, qualifier];
  return `${words.map(literalOf).join(".*")}\\W+(?<value>\\S+)`;
}

/** Why a line does not count. @param isDropped whether it was a report until a better one came */
export function overruled(name: string, told: MetricNumber, isDropped = false): string {
  const { worse, better, remedy } = places(name, told);
  const dropped = isDropped ? "The reports from there are dropped. " : "";
  return (
    `${name} is read from ${better}, and not from ${worse}, where it stands, too: ` +
    `${shortened(told.line)}. ${dropped}If that is meant, ${remedy}`
  );
}

/** What becomes of reports by lines that do not count beside a better one, which came after them and has no step. */
export function lastingReports(name: string, told: MetricNumber): string {
  const { worse, better, remedy } = places(name, told);
  return (
    `the result of ${name} is read from ${better}, and this trial's reports before it from ${worse}: ` +
    `${shortened(told.line)}. Later trials have no such reports, so that nothing is pruned by them. If they are meant, ${remedy}`
  );
}

/** That a mean came last, of numbers that have no steps. */
export const closed = (name: string, { line, naming }: MetricNumber): string =>
  `the result of ${name} is its "${naming.qualifier}", told last: ${shortened(line)}. If the number before it is meant, ` +
  "print the mean by another name";

/** That the lines are of two units, which differ by a hundred. */
export function unitChanged(
  name: string,
  { line, naming }: MetricNumber,
  before: MetricNumber,
): string {
  const [percent, plain] = naming.isPercent ? [line, before.line] : [before.line, line];
  return (
    `${name} is told in per cent, ${shortened(percent)}, and without, ${shortened(plain)}. The numbers are taken ` +
    "as they stand: print all in one unit"
  );
}

/** Which lines may have been meant in place of those that were read. */
export const unreadRemark = (name: string, read: string, unread: string, regex: string): string =>
  `${name} is read from ${shortened(read)}, and a later line has it in a form that is not read: ` +
  `${shortened(unread)}. If that is meant: metric: { regex: '${regex}' }`;

/** That what looks like rows of a table is none, since other text ended it. */
export const endedRemark = (name: string, text: string, row: string): string =>
  `${name} is read from a table, which ${shortened(text)} ends: ${shortened(row)} behind it is no row of it. If it is ` +
  `meant, print ${name}=0.39 beside it`;

/** That a training may have come after the only number. */
export const onceRemark = (name: string, read: string, training: string): string =>
  `${name} is told once, by ${shortened(read)}, and ${shortened(training)} comes after it. If it is of the time before ` +
  "the training, print the metric at its end, or ask for what the training prints by another name";

/** Which of several numbers was taken. */
export function ambiguous(
  name: string,
  { line, naming: { value, others = [] } }: MetricNumber,
): string {
  return (
    `a line tells ${name} as ${[...others, value].join(" and ")}, of which the last is taken: ` +
    `${shortened(line)}. If the first is meant: metric: { regex: '${literalOf(name)}\\W+(?<value>\\S+)' }`
  );
}

/** Which of two numbers was taken, as the other may be the mean of batches, or a deviation. */
export function bracketed(name: string, { line, naming }: MetricNumber): string {
  return (
    `a line tells ${name} as ${naming.value}, and ${naming.bracketed} in brackets, which is not taken: ` +
    `${shortened(line)}. If that is meant, as a mean: metric: { regex: '${literalOf(name)}\\W+\\S+\\s+\\(\\s*(?<value>[^\\s)]+)' }`
  );
}

/** Why a line is no report, since the curve has steps of another kind. */
export function leftOutRemark(metric: string, { told, name, kind }: LineLeftOut): string {
  if (told.sighting.step?.isBar) {
    return (
      `${metric} is told by the bar "${kind}" and by the bar "${name}". The steps of the first are its reports', and no ` +
      `others: ${shortened(told.line)}. If "${name}" is meant, have the bars tell it by two names`
    );
  }
  return name === undefined
    ? `${shortened(told.line)} tells ${metric} without a step, before lines that have one ("${kind}"): it is no report. ` +
        "If its step stands behind it, print both on one line"
    : `${metric} is told by "${kind}" and by "${name}". Those by "${kind}" are its reports, and no others: ` +
        `${shortened(told.line)}. If "${name}" is meant: metric: { name: ${metric}, step: ${name} }`;
}

/** Why lines with a step are no reports. @param name what the step is called */
export function wentBack(
  metric: string,
  step: number,
  name: string,
  { line }: MetricNumber,
): string {
  const remedy = WITHIN_EPOCH.includes(name)
    ? `they begin again in each epoch: metric: { name: ${metric}, step: epoch }`
    : `there are several trainings, as of folds, print their mean last, as ${metric}=0.39`;
  return (
    `the steps of ${metric} went back, to ${step}: ${shortened(line)}. What was reported at a step ` +
    `stands. If ${remedy}`
  );
}

const SHOWN = 80;

/** The end of a line, where a bar has its numbers. */
export function shortened(line: string): string {
  const text = line.trim();
  return JSON.stringify(text.length > SHOWN ? `…${text.slice(-SHOWN)}` : text);
}
