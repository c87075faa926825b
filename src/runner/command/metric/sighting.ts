import { fieldAt } from "./field-path.ts";
import { objectsInLine } from "./json-in-line.ts";
import {
  namingInText,
  unreadableInText,
  type NamedNumber,
  type Unreadable,
} from "./metric-text.ts";
import { isPercent, numberIn, numberOfJson, parseLoosely } from "./number-in.ts";
import { isOfSomethingElse, qualifierAt } from "./qualifier.ts";
import {
  BAR,
  headOf,
  isOtherHead,
  isSentence,
  labelOf,
  rowOf,
  tableLine,
  totalIn,
  type Columns,
  type TableCells,
} from "./table.ts";
import { goesOn, isText, withRow } from "./table-end.ts";

/** What is looked for in a line. */
export interface WantedMetric {
  readonly names: readonly string[];
  /** What the step is called; the usual names if left out. */
  readonly step: string | undefined;
}

/** Metrics in a line. */
export interface Sighting {
  /** At least one. */
  readonly namings: ReadonlyMap<string, NamedNumber>;
  readonly step?: StepSighting;
  /** Its step is a fraction, as the epoch of an evaluation within it. */
  readonly isBetweenSteps?: boolean;
  /** As what the line was read. */
  readonly form: string;
}

export interface StepSighting {
  readonly name: string;
  /** An integer ≥ 0. */
  readonly value: number;
  /** The last one: `Epoch 3/10`. */
  readonly of?: number;
  /** No other one by this name was announced before. */
  readonly isOnly?: boolean;
  /** The line says that it is over: `epoch 3 done`. */
  readonly isOver?: boolean;
  /** It is where a bar has come to, which draws itself when it likes. */
  readonly isBar?: boolean;
}

/** `steps per epoch: 500`, `max epoch: 10`: how many there are. */
const COUNT_OF = String.raw`(?<![\w-])(?:per|every|each|max|maximum|num|number\s+of)\s+`;
const STEPS = ["epoch", "global_step", "step", "iteration", "iter"];
/** What the number in brackets before a line is called, as a step: `[10]\tvalid_0's l2: 0.24`. */
export const AT_HEAD = "[…]";
/** Not seconds since 1970. */
const HEAD = /^\s*\[\s*(\d{1,9})(?:\s*\/\s*(\d+))?\s*\]/;
/** `Epoch(val) [3]`; of an iteration's, those of a validation begin again each time. */
const phaseOf = (name: string): string =>
  name === "epoch" ? "(?:\\(\\w+\\))?" : "(?:\\(train\\))?";
/** What a step may be called, the coarsest first. */
export const stepNames = ({ step }: WantedMetric): readonly string[] =>
  step === undefined ? STEPS : [step];

/** `{"val_loss": 0.41, "epoch": 3}`, also behind or before text; dots lead into objects. */
export function sightingInJson(line: string, wanted: WantedMetric): Sighting | undefined {
  if (!line.includes("{")) return undefined;
  const objects = objectsInLine(line);
  for (const { value: content, start } of objects.length > 0 ? objects : listedIn(line)) {
    const qualifier = qualifierAt(line, start);
    if (qualifier !== undefined && isOfSomethingElse(qualifier)) continue;
    const namings = byName(wanted.names, (name) => namingOf(valueAt(content, name), { qualifier }));
    if (namings.size === 0) continue;
    return {
      namings,
      form: "JSON",
      ...stepBy(wanted, (name) => numberOfJson(valueAt(content, name))),
    };
  }
  return undefined;
}

/** The objects of a line that is a list of them, the last one first: of a curve it is the result. */
function listedIn(line: string): { readonly value: unknown; readonly start: number }[] {
  if (!/^\s*\[\s*\{/.test(line)) return [];
  try {
    const list: unknown = parseLoosely(line);
    return Array.isArray(list) ? list.reverse().map((value: unknown) => ({ value, start: 0 })) : [];
  } catch {
    return [];
  }
}

function valueAt(content: unknown, name: string): unknown {
  const found = fieldAt(content, name);
  return "problem" in found ? undefined : found.value;
}

/** A row of a name and its value: `| ep_rew_mean | 10 |`, `\u2502 val_loss \u2502 0.5 \u2502`. */
export function sightingInRow(line: string, wanted: WantedMetric): Sighting | undefined {
  const cells = line.split(BAR).map((cell) => cell.trim());
  if (cells.length < 2) return undefined;
  const cellOf = (name: string): string => {
    const at = cells.indexOf(name);
    return at < 0 ? "" : (cells[at + 1] ?? "");
  };
  const namings = byName(wanted.names, (name) => namingOf(cellOf(name)));
  return namings.size === 0
    ? undefined
    : {
        namings,
        form: "a table of names and values",
        ...stepBy(wanted, (name) => numberIn(cellOf(name))),
      };
}

/** What a line is of a table, to which the next lines may belong. */
interface InTable {
  readonly sighting?: Sighting;
  readonly columns?: Columns;
  /** The text before a row that would have told a metric, had the table not ended. */
  readonly endedBy?: string;
}

/**
 * A row under a line that has the metric's name among others: `epoch,train_loss,val_loss`, or names
 * that stand two spaces or more apart.
 * @param columns of the table that the line before belongs to
 */
export function sightingInTable(
  given: string,
  wanted: WantedMetric,
  columns: Columns | undefined,
): InTable {
  const line = tableLine(given);
  const head = headOf(line);
  if (head && wanted.names.some((name) => head.names.includes(name))) return { columns: head };
  if (!columns || isOtherHead(line, columns)) return {};
  const row = rowOf(line, columns);
  const { rows } = columns;
  if (!row || isSentence(row)) {
    const isBehind = rows && rows.text === undefined && isText(line);
    return { columns: isBehind ? { ...columns, rows: { ...rows, text: given } } : columns };
  }
  const cellOf = (name: string): string => {
    const at = columns.names.indexOf(name);
    return at < 0 ? "" : row.cells[at];
  };
  const own = stepBy(wanted, (name) => stepOfCell(cellUnder(name, row, columns)));
  const step = own.step ?? stepInText(row.index ?? "", wanted);
  const label = labelOf(row, columns);
  const isTotal = label !== undefined && label === (columns.total ?? totalIn(label));
  const isPart = label !== undefined && !isTotal && step === undefined;
  const namings = byName(wanted.names, (name) =>
    namingOf(cellOf(name), isPart ? { part: { kind: "row", name: label } } : {}),
  );
  const told = [...namings.keys()].at(0);
  if (told === undefined) return { columns };
  const read = { value: cellOf(told), step: step?.value };
  if (rows && !goesOn(rows, read)) return { endedBy: rows.text };
  return {
    columns: { ...columns, rows: withRow(rows, read), ...(isTotal && { total: label }) },
    sighting: { namings, form: "a table", ...own, ...(step && { step }) },
  };
}

/** A step may be called `Epoch`, and be told as `1/3`. */
const cellUnder = (name: string, { cells }: TableCells, { names }: Columns): string =>
  cells[names.findIndex((one) => one.toLowerCase() === name.toLowerCase())] ?? "";
const stepOfCell = (cell: string): number | undefined =>
  numberIn(/^(\d+)\s*\/\s*\d+$/.exec(cell)?.[1] ?? cell);

/** `val_loss=0.41`, as `namingInText` says. @param bar the step of the bar that the line is */
export function sightingInText(
  line: string,
  wanted: WantedMetric,
  bar?: StepSighting,
): Sighting | undefined {
  const namings = byName(wanted.names, (name) => namingInText(line, name));
  if (namings.size === 0) return undefined;
  const found = stepOrFraction(line, wanted);
  if (found === "fraction") return { namings, form: "text", isBetweenSteps: true };
  const step = found ?? headStep(line, wanted) ?? (wanted.step === undefined ? bar : undefined);
  return { namings, form: "text", ...(step && { step }) };
}

function headStep(line: string, { step }: WantedMetric): StepSighting | undefined {
  const [, digits, total] = (step === undefined && HEAD.exec(line)) || [];
  if (digits === undefined) return undefined;
  return { name: AT_HEAD, value: Number(digits), ...(total && { of: Number(total) }) };
}

/** What a line in which there is no sighting has in the place of the metric's number. */
export function unreadableIn(
  given: string,
  { names }: WantedMetric,
  columns: Columns | undefined,
): ReadonlyMap<string, Unreadable> {
  const row = columns && rowOf(tableLine(given), columns);
  const cellOf = (name: string): Unreadable | undefined => {
    const text = row?.cells[columns!.names.indexOf(name)] ?? "";
    return /^\W*\d/.test(text) ? { text, isLikeNumber: true } : undefined;
  };
  return byName(names, (name) => unreadableInText(given, name) ?? cellOf(name));
}

/** `epoch 3 done`, `Epoch 3 took 4 s`: such a step is that of what stands before it. */
export const saysOver = (line: string): boolean =>
  /(?<![\w-])(?:done|finished|completed?|over|took|elapsed)(?![\w-])/i.test(line);

/** `Epoch 3/10`, `Epoch [3/10]`, `Epoch(val) [3]`, `epoch=3`, `'epoch': 3.0`, `step 250:`, `step 1,000`; not `step 12ms`. */
export function stepInText(line: string, wanted: WantedMetric): StepSighting | undefined {
  const found = stepOrFraction(line, wanted);
  return found === "fraction" ? undefined : found;
}

function stepOrFraction(line: string, wanted: WantedMetric): StepSighting | "fraction" | undefined {
  for (const name of stepNames(wanted)) {
    if (!line.toLowerCase().includes(name.toLowerCase())) continue;
    const literal = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const before = `(?<![\\w./-])(?<!${COUNT_OF})${literal}${phaseOf(name)}["']?[\\s:=#([|\u2502\u2503\u2551]*["']?`;
    const pattern = new RegExp(
      `${before}(\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.0+)?(?!\\w|[.,]\\d|\\s*%)(?:\\s*(?:/|of)\\s*(\\d+))?`,
      "i",
    );
    const [, digits, total] = pattern.exec(line) ?? [];
    const value = Number(digits?.replaceAll(",", ""));
    if (Number.isSafeInteger(value)) return { name, value, ...(total && { of: Number(total) }) };
    if (new RegExp(`${before}\\d+\\.\\d+(?!\\w|\\s*%)`, "i").test(line)) return "fraction";
  }
  return undefined;
}

/** @param given a number, or a text of one */
function namingOf(
  given: unknown,
  { qualifier, part }: Pick<NamedNumber, "part"> & { readonly qualifier?: string | undefined } = {},
): NamedNumber | undefined {
  const value = given === undefined ? undefined : numberOfJson(given);
  if (value === undefined) return undefined;
  return {
    value,
    ...(qualifier !== undefined && { qualifier }),
    ...(part && { part }),
    ...(typeof given === "string" && isPercent(given) && { isPercent: true }),
  };
}

function byName<Found>(
  names: readonly string[],
  find: (name: string) => Found | undefined,
): ReadonlyMap<string, Found> {
  const found = names.map((name) => [name, find(name)] as const);
  return new Map(found.filter((one): one is [string, Found & {}] => one[1] !== undefined));
}

function stepBy(
  wanted: WantedMetric,
  find: (name: string) => number | undefined,
): Pick<Sighting, "step" | "isBetweenSteps"> {
  for (const name of stepNames(wanted)) {
    const value = find(name);
    if (value === undefined || !(value >= 0)) continue;
    if (Number.isSafeInteger(value)) return { step: { name, value } };
    if (Number.isFinite(value)) return { isBetweenSteps: true };
  }
  return {};
}
