import { didYouMean } from "../../../errors/did-you-mean.ts";
import { withoutEscapes } from "../../output/escapes.ts";
import type { NamedMetric } from "../command-schema.ts";
import { OUTPUT, type LineMeaning, type OutputStream } from "./line-meaning.ts";
import { commaNumber, sightingInJson, sightingInTable } from "./sighting.ts";
import { sightingInText, stepInText } from "./sighting.ts";
import type { Columns, Sighting, WantedMetric } from "./sighting.ts";

/** What a trial's output says of a metric that is known by its name alone. */
export interface NamedReading {
  /** @param stream the metric is read from the first stream that tells it, and from that alone */
  readonly read: (line: string, stream?: OutputStream) => readonly LineMeaning[];
  /** What was printed in place of the metric, and how to print it. */
  readonly remedy: () => string;
}

/** Longer lines are no log of a training. */
const LONGEST_LINE = 20_000;
const MOST_NAMES = 50;
/** Whatever is printed with a number behind it. */
const ANY_NAME = /(?<![\w./-])["']?([A-Za-z_][\w./-]*)["']?\s*[:=]\s*[-+]?\.?\d/g;

/**
 * Finds a metric in what a program prints anyway: in JSON (`{"val_loss": 0.41}`), in a table (a line
 * of names, lines of numbers, as CSV) or in text (`val_loss=0.41`, `val_loss: 0.41`,
 * `val_loss 0.41`). Each is a report; its step is the number behind `epoch` or `step`, on its line or on one
 * before it, else reports are counted from 1. The last one is the result. Of several metrics the last
 * of each are the result.
 */
export function namedReading(metric: NamedMetric): NamedReading {
  const wanted: WantedMetric = { names: namesOf(metric), step: metric.step };
  const last = new Map<string, number>();
  const seen = new Set<string>();
  let columns: Columns | undefined;
  /** What a line before told: `Epoch 3/10`. */
  let announced: number | undefined;
  let lastStep = -1;
  let source: OutputStream | undefined;

  const sightingIn = (line: string): Sighting | undefined => {
    const inTable = sightingInTable(line, wanted, columns);
    columns = inTable.columns;
    return sightingInJson(line, wanted) ?? inTable.sighting ?? sightingInText(line, wanted);
  };
  const stepOf = ({ step }: Sighting): { step: number; how: string } => {
    if (step) return { step: step.value, how: `its step from "${step.name}"` };
    if (announced !== undefined && announced > lastStep) {
      return { step: announced, how: "its step from the line before it" };
    }
    return { step: Math.max(lastStep, 0) + 1, how: "steps are counted" };
  };
  const meaningsOf = (sighting: Sighting, line: string): readonly LineMeaning[] => {
    for (const [name, value] of sighting.values) last.set(name, value);
    const { step, how } = stepOf(sighting);
    const found: LineMeaning[] =
      source === undefined ? [{ kind: "found", how: told(sighting, how, line) }] : [];
    if (typeof metric.name !== "string") {
      const isWhole = wanted.names.every((name) => last.has(name));
      const values = wanted.names.map((name) => last.get(name)!);
      return isWhole ? [...found, { kind: "result", result: values }, ...OUTPUT] : OUTPUT;
    }
    const value = sighting.values.get(metric.name)!;
    if (step <= lastStep) return [...found, { kind: "result", result: value }, ...OUTPUT];
    lastStep = step;
    return [...found, { kind: "report", step, value, isResult: true }, ...OUTPUT];
  };
  return {
    read: (given, stream = "stdout") => {
      const line = withoutEscapes(given);
      if (line.length > LONGEST_LINE) return OUTPUT;
      const sighting = sightingIn(line);
      if (sighting) {
        if (source !== undefined && source !== stream) return OUTPUT;
        const meanings = meaningsOf(sighting, line);
        source = stream;
        return meanings;
      }
      announced = stepInText(line, wanted)?.value ?? announced;
      if (seen.size < MOST_NAMES) {
        for (const [, name] of line.matchAll(ANY_NAME)) seen.add(name);
      }
      const grouped = commaNumber(line, wanted);
      if (grouped !== undefined) {
        const problem = `${grouped} has a comma within a number. Print it with a point alone, as 1234.5`;
        return [{ kind: "malformed", problem }, ...OUTPUT];
      }
      return OUTPUT;
    },
    remedy: () => {
      const missing = wanted.names.filter((name) => !last.has(name));
      const names = missing.map((name) => `"${name}"`).join(", ");
      const printed = [...seen].slice(0, 8).join(", ");
      const instead = seen.size === 0 ? "" : ` It printed ${printed}. ${meant(missing[0], seen)}`;
      return `It printed no ${names}: print ${missing[0] ?? "it"}=0.39 before the program ends.${instead}`;
    },
  };
}

const namesOf = ({ name }: NamedMetric): readonly string[] =>
  typeof name === "string" ? [name] : name;

const SHOWN = 80;

function told({ form, values }: Sighting, how: string, line: string): string {
  const text = line.trim();
  const shown = text.length > SHOWN ? `…${text.slice(-SHOWN)}` : text;
  return `${[...values.keys()].join(", ")} is read from ${form}, ${how}: ${JSON.stringify(shown)}`;
}

const meant = (name: string | undefined, seen: ReadonlySet<string>): string => {
  const guess = name === undefined ? "" : didYouMean(name, [...seen]);
  return guess.startsWith("Did") ? guess : "";
};
