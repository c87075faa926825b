import type { OutputStream } from "./line-meaning.ts";
import { literalOf, type NamedNumber } from "./metric-text.ts";
import type { Sighting } from "./sighting.ts";

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
  { line, stream, sighting }: MetricNumber,
  how?: string,
): string {
  const where = stream === "stderr" ? " on stderr" : "";
  const steps = how === undefined ? "" : `, ${how}`;
  return `${names} is read from ${sighting.form}${where}${steps}: ${shortened(line)}`;
}

/** Why a line does not count. */
export function overruled(name: string, { line, naming: { qualifier } }: MetricNumber): string {
  return qualifier === undefined
    ? `${name} is read from stdout, and not from stderr, which tells it too: ${shortened(line)}. If that ` +
        "is meant, print the one on stdout by another name"
    : `${shortened(line)} does not count as ${name}, which other lines tell without "${qualifier}". If that ` +
        `is meant, name the metric "${qualifier} ${name}"`;
}

/** What becomes of reports by lines that do not count beside a better one, which came after them. */
export function overruledReports(
  name: string,
  { line, naming: { qualifier } }: MetricNumber,
): string {
  const [result, reports, remedy] =
    qualifier === undefined
      ? ["stdout", "stderr", "print the one on stdout by another name"]
      : [
          `a line without "${qualifier}"`,
          "lines with it",
          `name the metric "${qualifier} ${name}"`,
        ];
  return (
    `the result of ${name} is read from ${result}, and this trial's reports before it from ${reports}: ` +
    `${shortened(line)}. Later trials have no such reports, so that nothing is pruned by them. If they are meant, ${remedy}`
  );
}

/** Which lines may have been meant in place of those that were read. */
export const unreadRemark = (name: string, read: string, unread: string, regex: string): string =>
  `${name} is read from ${shortened(read)}, and a later line has it in a form that is not read: ` +
  `${shortened(unread)}. If that is meant: metric: { regex: '${regex}' }`;

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
  return name === undefined
    ? `${shortened(told.line)} tells ${metric} without a step, before lines that have one ("${kind}"): it is no report`
    : `${metric} is told by "${kind}" and by "${name}". Those by "${kind}" are its reports, and no others: ` +
        `${shortened(told.line)}. If "${name}" is meant: metric: { name: ${metric}, step: ${name} }`;
}

/** Why lines with a step are no reports. */
export function wentBack(metric: string, step: number, { line }: MetricNumber): string {
  return (
    `the steps of ${metric} went back, to ${step}: ${shortened(line)}. What was reported at a step ` +
    "stands. If they begin again in each epoch: metric: { name: " +
    `${metric}, step: epoch }`
  );
}

const SHOWN = 80;

/** The end of a line, where a bar has its numbers. */
export function shortened(line: string): string {
  const text = line.trim();
  return JSON.stringify(text.length > SHOWN ? `…${text.slice(-SHOWN)}` : text);
}
