import { mustBe } from "../../errors/checks.ts";
import type { NumberKind } from "../../errors/number-kinds.ts";
import { HpoError } from "../../errors/errors.ts";
import type { RateTrial } from "../../theory/rate-laws/best-rates.ts";
import type { Direction } from "../../contracts/trial.ts";
import { didYouMean } from "../../errors/did-you-mean.ts";
import { BATCH_SIZE, findName, findSizes, LEARNING_RATE } from "../find-name.ts";
import { parseCsv, type CsvRecord } from "../../export/parse-csv.ts";
import { COMMON_NAMES, plainName } from "../../theory/study/roles.ts";
import { decimalIn } from "../../errors/decimal.ts";
import { parseNumber } from "../parse-number.ts";
import { RATE, SIZE } from "./scale-numbers.ts";
import type { Naming } from "./scale-request.ts";
import type { ScaleTrials } from "./scale-trials.ts";
import { counted } from "../../errors/counted.ts";

interface Columns {
  readonly file: string;
  readonly header: readonly string[];
  readonly rate: number;
  readonly batch: number;
  readonly value: number;
  /** −1 where there is none. */
  readonly steps: number;
  readonly samples: number;
  readonly width: number;
  readonly depth: number;
  /** What was searched beside, by name: `params.…` of exported tables, and usual names. */
  readonly beside: readonly (readonly [name: string, column: number])[];
}

/** Other numbers of a run, such as its duration, may follow from the learning rate. */
const SEARCHED_BESIDE = [
  ...COMMON_NAMES.momentum,
  ...["beta2", "weightdecay", "wd", "decay", "l2", "warmup", "warmupsteps", "dropout", "epsilon"],
];

/**
 * Trials from a CSV text with the columns lr, batch_size, value and, if known, steps or samples, in
 * any order; others are ignored, but for the state of exported trials: pruned ones are left out, as their
 * values are not final. A value of nan or inf is a diverged trial, an empty one none.
 * @throws HpoError naming the file, the line and the column
 */
export function trialsOfCsv(
  text: string,
  file: string,
  naming: Naming,
  direction: Direction,
): ScaleTrials {
  const [header] = text.trimStart().split(/\r?\n/, 1);
  if (!header.includes(",") && /[;\t]/.test(header)) {
    throw new HpoError(
      `${file}: its header "${header}" holds no comma. Separate the columns by commas, and write decimals with points.`,
    );
  }
  const [head, ...records] = parseCsv(text, file);
  if (!head)
    throw new HpoError(`${file} is empty. Give a header, lr,batch_size,value, and a line per run.`);
  const columns = columnsOf(head, file, naming);
  const state = head.fields.indexOf("state");
  const ended = records.filter(({ fields }) => fields[state] !== "pruned");
  const runs = ended.filter(({ fields }) => fields[columns.value] !== "");
  const sign = direction === "maximize" ? -1 : 1;
  const [pruned, without] = [records.length - ended.length, ended.length - runs.length];
  return {
    where: file,
    trials: runs.map((record) => trialOf(record, columns, sign)),
    notes: [
      ...(pruned > 0
        ? [`Left out: ${counted(pruned, "pruned trial")}, as a pruned value is not final.`]
        : []),
      ...(without > 0 ? [`Left out: ${counted(without, "line")} of ${file} without a value.`] : []),
    ],
  };
}

function columnsOf({ line, fields: header }: CsvRecord, file: string, naming: Naming): Columns {
  const where = `${file}:${line}`;
  const twice = header.find((name, i) => name !== "" && header.indexOf(name) < i);
  if (twice !== undefined) {
    throw new HpoError(`${where} has two columns "${twice}". Rename or remove one.`);
  }
  const metric = naming.metric ?? "value";
  if (!header.includes(metric)) {
    throw new HpoError(
      `${where} has no column "${metric}" with the runs' values. ${didYouMean(metric, header)} ` +
        "Name it: --metric COLUMN.",
    );
  }
  const index = (wanted: typeof LEARNING_RATE, given: string | undefined): number =>
    header.indexOf(findName(wanted, given, header, where, "column"));
  const rate = index(LEARNING_RATE, naming.lrParam);
  const batch = index(BATCH_SIZE, naming.batchParam);
  const sizes = findSizes(naming.sizes ?? [], naming.sizeParams ?? {}, header, where, "column");
  const column = (name: string | undefined): number =>
    name === undefined ? -1 : header.indexOf(name);
  return {
    file,
    header,
    rate,
    batch,
    value: header.indexOf(metric),
    steps: header.indexOf("steps"),
    samples: header.indexOf(sizes.samples ?? "samples"),
    width: column(sizes.width),
    depth: column(sizes.depth),
    beside: header.flatMap((name, column) => {
      if (column === rate || column === batch || Object.values(sizes).includes(name)) return [];
      const plain = name.replace(/^params[._]/, "");
      const searched = plain !== name || SEARCHED_BESIDE.includes(plainName(name));
      return searched ? [[plain, column] as const] : [];
    }),
  };
}

function trialOf(record: CsvRecord, columns: Columns, sign: number): RateTrial {
  const { file, header } = columns;
  const numberAt = (column: number, kind: NumberKind): number => {
    const text = record.fields[column];
    const value = decimalIn(text);
    if (kind.test(value)) return value;
    const where = `${file}:${record.line}: ${header[column]}`;
    throw mustBe(where, text, kind.description, "Correct it, or remove the line.");
  };
  const known = (column: number): number | undefined =>
    column < 0 || record.fields[column] === "" ? undefined : numberAt(column, SIZE);
  return {
    learningRate: numberAt(columns.rate, RATE),
    batchSize: numberAt(columns.batch, SIZE),
    value: sign * valueOf(record, columns),
    steps: known(columns.steps),
    samples: known(columns.samples),
    ...(columns.width >= 0 && { width: known(columns.width) }),
    ...(columns.depth >= 0 && { depth: known(columns.depth) }),
    ...besideOf(record, columns),
  };
}

/** What can't be read as a number, such as a choice, is left out: then no fit uses it. */
function besideOf({ fields }: CsvRecord, { beside }: Columns): Pick<RateTrial, "beside"> {
  const numbers = beside
    .map(([name, column]) => [name, decimalIn(fields[column])] as const)
    .filter(([, value]) => Number.isFinite(value));
  return numbers.length > 0 ? { beside: Object.fromEntries(numbers) } : {};
}

function valueOf({ line, fields }: CsvRecord, { file, header, value }: Columns): number {
  try {
    return parseNumber(fields[value]);
  } catch {
    const remedy = "Give the run's value, nan if it diverged, or nothing.";
    throw mustBe(`${file}:${line}: ${header[value]}`, fields[value], "a number", remedy);
  }
}
