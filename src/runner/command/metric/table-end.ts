import { numberIn } from "./number-in.ts";

/** What a row has of the metric and of the step. */
interface Row {
  /** The text of the metric's number. */
  readonly value: string;
  readonly step: number | undefined;
}

/** A table's rows so far. */
export interface RowsSoFar {
  readonly first: Row;
  readonly last: Row;
  /** Between the last two rows' steps. */
  readonly stride?: number;
  readonly hasWhole: boolean;
  /** Other text behind the last row: what follows may be another table, without names that tell. */
  readonly text?: string;
}

/** A line of a frame, or a program's bar: what follows is the same table. */
const NO_TEXT = /^[\s\-=+_*~.\u2500-\u257f|]*$|%\||\d+\/\d+ \[/;
export const isText = (line: string): boolean => !NO_TEXT.test(line);

/** A whole number that is no share: what another table counts. */
const isCount = (text: string): boolean => /^[-+]?\d+$/.test(text) && ![0, 1, 100].includes(+text);

export const withRow = (before: RowsSoFar | undefined, row: Row): RowsSoFar => ({
  first: before?.first ?? row,
  last: row,
  ...(row.step !== undefined &&
    before?.last.step !== undefined && { stride: row.step - before.last.step }),
  hasWhole: before?.hasWhole === true || isCount(row.value),
});

/**
 * Whether a row belongs to the table of those before it. Behind other text it does if its step goes on as
 * theirs, or begins again, and its value is no count where theirs are none: `52   3   4` of a confusion matrix is none
 * of them. Without steps a title, `Confusion matrix:`, ends the table.
 */
export function goesOn({ first, last, stride, hasWhole, text }: RowsSoFar, row: Row): boolean {
  if (text === undefined) return true;
  if (isCount(row.value) && !hasWhole) return false;
  if (numberIn(row.value) === undefined) return true;
  if (last.step === undefined) return !/:\s*$/.test(text);
  if (row.step === undefined) return false;
  if (row.step === first.step) return true;
  const ahead = row.step - last.step;
  return ahead > 0 && (stride === undefined || stride <= 0 || ahead <= stride);
}
