import { numberIn } from "./number-in.ts";
import type { RowsSoFar } from "./table-end.ts";

/** A table's head: its rows are divided as it is, whatever stands within their cells. */
export interface Columns {
  readonly names: readonly string[];
  readonly separator: string | RegExp;
  /** The name of the row that tells of all others. */
  readonly total?: string;
  /** None before the first one. */
  readonly rows?: RowsSoFar;
}

/** A name in a table's head. */
const WORDS = /^[\w ./%()#@-]*$/;
/** A progress bar behind a table's names, as YOLO draws it: `mAP50  mAP50-95): 100%|███| 2/2`. */
const PROGRESS = /:\s*\d+%\|.*$/;
/** `Box(P`, `mAP50-95)`: a bracket around the names of several columns. */
const HALF_BRACKET = /^\w+\((?=[^()]*$)|\)$(?<=^[^()]*\))/;
/** A bar between the cells of a table, as tables are drawn. */
export const BAR = /[|\u2502\u2503\u2551]/g;

/** A table's line without the bar of a program behind it, and with bars of one kind. */
export const tableLine = (line: string): string => line.replace(PROGRESS, "").replace(BAR, "|");

/** The names of a table, where a line may be its head. */
export function headOf(line: string): Columns | undefined {
  const separator = separatorOf(line);
  const names = cellsOf(line, separator);
  return names.length > 1 && names.every(isName) ? { names, separator } : undefined;
}

const isName = (cell: string): boolean => WORDS.test(cell) && numberIn(cell) === undefined;

/** What stands in a cell without a number. */
const NOTHING = /^(?:n\/?a|none|null|-+)$/i;
const isWord = (cell: string): boolean =>
  /[a-z]/i.test(cell) && isName(cell) && !NOTHING.test(cell);

/**
 * Another table's names below, as `Epoch  GPU_mem  box_loss` is after `Class  Images  mAP50`, and `quantile,residual` after
 * `epoch,val_loss`; `Saved, done` is a sentence.
 */
export const isOtherHead = (line: string, { names }: Columns): boolean => {
  const separator = separatorOf(line);
  const cells = filled(cellsOf(line, separator));
  if (cells.length < 2 || cells.length !== filled(names).length || !cells.every(isWord))
    return false;
  return (
    typeof separator !== "string" || !(cells.some((cell) => /\s/.test(cell)) || /,\s/.test(line))
  );
};

/** Without the empty ones, as outer bars make them. */
const filled = (cells: readonly string[]): string[] => cells.filter((cell) => cell !== "");

/** Whether a row has no number: it is text with as many parts. */
export const isSentence = ({ cells }: TableCells): boolean =>
  filled(cells).length > 0 && filled(cells).every(isWord);

/** Of a column that tells how many examples a row is of, as scikit-learn prints it: each row is a class. */
const EXAMPLES = "support";

/** A row's name: `all`, `person`; of a class it may be a number. */
export function labelOf({ cells, index }: TableCells, { names }: Columns): string | undefined {
  const first = index ?? cells.find((cell) => cell !== "") ?? "";
  if (index !== undefined && names.includes(EXAMPLES)) return index;
  return /^[a-z]/i.test(first) && numberIn(first) === undefined ? first : undefined;
}

/** Of a table with a row for each class the first of these is the table's, and the others are parts of it. */
export const totalIn = (label: string): string | undefined =>
  /^(?:all|total|overall|mean|average|avg|(?:macro|micro|weighted)[ -]avg)$/i.test(label)
    ? label
    : undefined;

/** The cells below a table's names; `index` stands before them, as pandas prints it. */
export interface TableCells {
  readonly cells: readonly string[];
  readonly index?: string;
}

export function rowOf(line: string, { names, separator }: Columns): TableCells | undefined {
  const cells = cellsOf(line, separator);
  if (cells.length === names.length) return { cells };
  const hasIndex = typeof separator !== "string" && cells.length === names.length + 1;
  return hasIndex ? { cells: cells.slice(1), index: cells[0] } : undefined;
}

const separatorOf = (line: string): string | RegExp =>
  [",", "\t", ";", "|"].find((one) => line.includes(one)) ?? /\s{2,}/;

const cellsOf = (line: string, separator: string | RegExp): string[] =>
  line
    .trim()
    .split(separator)
    .map((cell) =>
      cell
        .trim()
        .replace(/^"(.*)"$/, "$1")
        .replace(HALF_BRACKET, ""),
    );
