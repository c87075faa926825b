import { withoutEscapes } from "../../output/escapes.ts";
import type { NamedMetric } from "../command-schema.ts";
import { barSteps } from "./bar-steps.ts";
import { OUTPUT, type LineMeaning, type OutputStream } from "./line-meaning.ts";
import { readPart } from "./long-line.ts";
import type { NamedNumber } from "./metric-text.ts";
import { headings } from "./qualifier.ts";
import { sightingInJson, sightingInRow, sightingInTable, sightingInText } from "./sighting.ts";
import { stepInText, unreadableIn } from "./sighting.ts";
import { saysOver, stepNames } from "./sighting.ts";
import { printedNames } from "./printed-names.ts";
import type { Sighting, StepSighting, WantedMetric } from "./sighting.ts";
import type { Columns } from "./table.ts";
import { curveOf, lastOfEach, nothingKnown, type Known } from "./telling.ts";
import { unreadLines } from "./unread-lines.ts";

/** What a trial's output says of a metric that is known by its name alone. */
export interface NamedReading {
  readonly read: (line: string, stream?: OutputStream) => readonly LineMeaning[];
  readonly end: () => readonly LineMeaning[];
  /** What was printed in place of the metric, and how to print it. */
  readonly remedy: () => string;
}

/**
 * Finds a metric in what a program prints anyway: in JSON (`{"val_loss": 0.41}`), in a table (a line
 * of names, lines of numbers, as CSV; or rows of a name and its value) or in text (`val_loss=0.41`, `val_loss: 0.41`,
 * `val_loss 0.41`). Each is a report; its step is the number behind `epoch` or `step`, on its line or on one
 * before it, else reports are counted from 1. The last one is the result. Of several metrics the last
 * of each are the result.
 * @param known of the run's earlier trials; grows
 */
export function namedReading(metric: NamedMetric, known: Known = nothingKnown()): NamedReading {
  const wanted: WantedMetric = { names: namesOf(metric), step: metric.step };
  const { hear, announce, end } =
    typeof metric.name === "string" ? curveOf(metric.name, known) : lastOfEach(metric.name);
  const told = new Set<string>();
  const unread = unreadLines(wanted);
  /** What stood in the place of a metric's number. */
  const unreadable = new Map<string, string>();
  const others = printedNames(wanted.names);
  let columns: Columns | undefined;
  /** The steps that lines without the metric told last. */
  const announced = new Map<string, StepSighting>();
  /** Whether the metric was told without any step, and no step behind it. */
  let isUnstepped = false;

  const headingOver = headings();
  const barOf = barSteps();

  const sightingIn = (line: string, stream: OutputStream): Sighting | undefined => {
    const bar = barOf(line, stream);
    const heading = headingOver(line);
    const inTable = sightingInTable(line, wanted, columns);
    columns = inTable.columns;
    if (inTable.endedBy !== undefined) unread.wasNoRow(line, inTable.endedBy);
    const sighting =
      sightingInJson(line, wanted) ??
      inTable.sighting ??
      sightingInRow(line, wanted) ??
      sightingInText(line, wanted, bar);
    const process = processOf(line);
    if (!sighting || (heading === undefined && process === undefined)) return sighting;
    return withMore(sighting, {
      ...(heading !== undefined && { qualifier: heading }),
      ...(process !== undefined && { part: { kind: "process", name: process } }),
    });
  };
  const isOnly = ({ name, value }: StepSighting): boolean => {
    const before = announced.get(name);
    return before === undefined || (before.isOnly === true && before.value === value);
  };
  /** The step of a line without the metric. */
  const stepIn = (line: string): StepSighting | undefined => {
    const step = stepInText(line, wanted);
    if (!step) return undefined;
    if (isUnstepped && saysOver(line)) return { ...step, isOver: true };
    announced.set(step.name, { ...step, isOnly: isOnly(step) });
    return step;
  };
  const problemsIn = (line: string): LineMeaning[] =>
    [...unreadableIn(line, wanted, columns)].flatMap(([name, { text, isLikeNumber }]) => {
      unreadable.set(name, text);
      return isLikeNumber ? [{ kind: "malformed", problem: whyUnreadable(name, text) }] : [];
    });
  return {
    read: (given, stream = "stdout") => {
      const whole = withoutEscapes(given);
      const line = readPart(whole, wanted.names);
      const inWhole = line === whole ? undefined : sightingInJson(whole, wanted);
      const sighting = inWhole ?? sightingIn(line, stream);
      if (sighting) {
        for (const name of sighting.namings.keys()) {
          told.add(name);
          unread.wasRead(name, line, sighting.step);
        }
        const announcing = stepNames(wanted).find((name) => announced.has(name));
        isUnstepped = sighting.step === undefined && announcing === undefined;
        return hear({ line, stream, sighting, announced: announced.get(announcing ?? "") });
      }
      const step = stepIn(line);
      if (step) isUnstepped = false;
      others.noteIn(line);
      const problems = problemsIn(line);
      if (problems.length === 0) unread.wasNotRead(line, step);
      const meanings = [...(step ? announce(step) : []), ...problems];
      return meanings.length === 0 ? OUTPUT : [...meanings, ...OUTPUT];
    },
    end: () => [...end(), ...unread.remarks()],
    remedy: () => {
      const missing = wanted.names.filter((name) => !told.has(name));
      const [first = "it"] = missing;
      const text = unreadable.get(first);
      const how = `print ${first}=0.39 before the program ends.`;
      if (text !== undefined) {
        return `It printed ${first} as ${JSON.stringify(text)}, which is no number that can be read: ${how}`;
      }
      const printed = unread.printed(first);
      if (printed !== undefined) return `${printed}: ${how}`;
      const names = missing.map((name) => `"${name}"`).join(", ");
      return `It printed no ${names}: ${how}${others.instead(first)}`;
    },
  };
}

/** What is true of all numbers of a line. */
const withMore = (sighting: Sighting, more: Partial<NamedNumber>): Sighting => ({
  ...sighting,
  namings: new Map([...sighting.namings].map(([name, one]) => [name, { ...more, ...one }])),
});

/** As launchers and logs of several processes begin a line. */
const PROCESS =
  /^(?:.{0,40}\[(?:local[ _]?)?(?:rank|default|gpu|worker)[ :=_]?(\d+)\]|\[\d+,(\d+)\]<std(?:out|err)>|rank[ :=]?(\d+)\b)/i;

/** The number of a process, other than the first. */
function processOf(line: string): string | undefined {
  const [, ...numbers] = PROCESS.exec(line) ?? [];
  const number = numbers.find((one) => one !== undefined);
  return number === undefined || Number(number) === 0 ? undefined : number;
}

const namesOf = ({ name }: NamedMetric): readonly string[] =>
  typeof name === "string" ? [name] : name;

const whyUnreadable = (name: string, text: string): string =>
  /\d,\d/.test(text)
    ? `${name} ${text} has a comma within a number. Print it with a point alone, as 1234.5`
    : `${name} ${text} is no number that can be read. Print it alone and in decimals, as 0.39 or 1e-3`;
