import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HpoError } from "../../errors/errors.ts";
import { parseCommand, type CommandMetric } from "../../runner/command/command-schema.ts";
import { metricReader } from "../../runner/command/metric/command-metric.ts";
import type { LineMeaning } from "../../runner/command/metric/line-meaning.ts";
import { lineSplitter } from "../../runner/output/line-splitter.ts";
import { chance, manyDrawn, pick, slippedText, slippedValue } from "./draw.ts";
import { FuzzFault, requireSame, type Fuzzer } from "./fuzzer.ts";

/** What a program prints or writes, and how its metric is to be found there. */
export const programOutput: Fuzzer = {
  name: "output",
  draw(rng, folder) {
    const form = pick(rng, FORMS);
    const metric = chance(rng, 0.15) ? slippedValue(rng, form.metric) : form.metric;
    const right = manyDrawn(rng, 1, 6, (epoch) => form.line(rng.integer(-9, 9) / 8, epoch + 1));
    const whole = [...(form.head ?? []), ...right].join("\n") + pick(rng, ["", "\n", "\r\n"]);
    const output = chance(rng, 0.55) ? slippedText(rng, whole) : whole;
    const cuts = manyDrawn(rng, 0, 4, () => rng.integer(0, output.length)).sort((a, b) => a - b);
    return {
      text: `${JSON.stringify(metric)} ${output}`,
      names: ["etric", "rint", "rite", "value", "values", "step", "log", "constraints", folder],
      take: () => takeOutput({ metric, output, cuts, folder }),
    };
  },
};

interface Printed {
  readonly metric: unknown;
  readonly output: string;
  /** Where the output is cut into chunks. */
  readonly cuts: readonly number[];
  readonly folder: string;
}

function takeOutput({ metric, output, cuts, folder }: Printed): void {
  const config = parseCommand({ command: "true", metric: metric as CommandMetric });
  const atOnce = readWhole(metricReader(config.metric), output, [], folder);
  const inPieces = readWhole(metricReader(config.metric), output, cuts, folder);
  const problem = atOnce.find((one) => one.kind === "malformed");
  requireSame(
    "its problem, read in pieces,",
    problem,
    inPieces.find(({ kind }) => kind === "malformed"),
  );
  // A file with a torn place in it tells what stood before it only while it grows.
  if (problem) throw new HpoError(problem.problem);
  requireSame("what is read of it in pieces", atOnce, inPieces);
  const results = atOnce.filter(isResult);
  if (results.length === 0) throw new HpoError(metricReader(config.metric).reading().remedy());
  // Written as our own lines it is the same.
  const lines = results.map(asLine);
  const plain = metricReader("json-lines").reading();
  const again = lines.flatMap((line) => plain.read(line));
  requireSame("the metric", results.map(valueOf), again.map(valueOf));
}

type Result = Extract<LineMeaning, { kind: "report" | "result" }>;

const isResult = (meaning: LineMeaning): meaning is Result =>
  meaning.kind === "report" || meaning.kind === "result";

const valueOf = (meaning: LineMeaning): unknown => {
  if (meaning.kind === "report") return [meaning.step, meaning.value];
  return meaning.kind === "result" ? meaning.result : meaning;
};

function asLine(meaning: Result): string {
  const told =
    meaning.kind === "report"
      ? { step: meaning.step, value: meaning.value }
      : typeof meaning.result === "number"
        ? { value: meaning.result }
        : { values: meaning.result };
  return JSON.stringify(told, (_key, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
  );
}

function readWhole(
  reader: ReturnType<typeof metricReader>,
  output: string,
  cuts: readonly number[],
  folder: string,
): readonly LineMeaning[] {
  // Of bytes: a cut goes through a character, and not through half of a surrogate pair.
  const bytes = Buffer.from(output);
  const pieces = [0, ...cuts].map((cut, index) => bytes.subarray(cut, cuts[index] ?? bytes.length));
  if (reader.open) {
    const path = join(folder, "log");
    rmSync(path, { force: true });
    const file = reader.open(folder);
    const meanings: LineMeaning[] = [];
    if (cuts.length > 0) {
      writeFileSync(path, pieces[0]);
      meanings.push(...file.poll());
    }
    writeFileSync(path, output);
    return [...meanings, ...file.end()];
  }
  const reading = reader.reading();
  const meanings: LineMeaning[] = [];
  const splitter = lineSplitter({
    line: (text) => {
      for (const meaning of reading.read(text))
        if (meaning.kind !== "output") meanings.push(meaning);
    },
    fragment: () => {
      throw new FuzzFault("a short line came in fragments");
    },
  });
  for (const piece of pieces) splitter.add(piece);
  splitter.end();
  return [...meanings, ...reading.end()];
}

interface Form {
  readonly metric: unknown;
  readonly head?: readonly string[];
  readonly line: (value: number, epoch: number) => string;
}

const FORMS: readonly Form[] = [
  { metric: "json-lines", line: (value, step) => JSON.stringify({ step, value }) },
  { metric: "json-lines", line: (value) => `\u001b[2K50%|#### | {"value": ${value}}` },
  {
    metric: "json-lines",
    line: (value, step) => `{"step": ${step}, "value": ${value}, "log": {"g": NaN}}`,
  },
  { metric: { name: "val_loss" }, line: (value, step) => `Epoch ${step}/9 - val_loss: ${value}` },
  {
    metric: { name: "val_loss" },
    head: ["Namespace(val_loss=9)"],
    line: (value, step) => `Epoch ${step}/9\n step 1 val_loss=7\n| val_loss | ${value} |`,
  },
  {
    metric: { name: "val_loss", step: "it" },
    line: (value, step) => `it=${step}, val_loss=${value};`,
  },
  {
    metric: { name: "val_loss" },
    head: ["epoch,loss,val_loss"],
    line: (v, step) => `${step},1,${v}`,
  },
  { metric: { name: ["a", "b"] }, line: (value) => `{'a': ${value}, 'b': tensor(${value})}` },
  {
    metric: { regex: "loss=(?<value>\\S+) at (?<step>\\d+)" },
    line: (v, step) => `loss=${v} at ${step}`,
  },
  { metric: { regex: "([-\\d.]+)$" }, line: (value) => `${hostileLine} ${value}` },
  {
    metric: { file: "log", format: "csv", value: "loss" },
    head: ["epoch,loss"],
    line: (v, s) => `${s},${v}`,
  },
  {
    metric: { file: "log", format: "jsonl", step: "n" },
    line: (value, n) => JSON.stringify({ n, value }),
  },
];

const hostileLine = "loss of 3 epochs (nan, inf)";
