import type { Sheet } from "../sheet.ts";

/** A table as it is printed: its first row is the header. */
export interface EvidenceTable {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
}

/** One thing that the study was to show, and whether it did. */
export interface Bar {
  readonly what: string;
  /** What was found, in words and numbers. */
  readonly found: string;
  readonly met: boolean;
}

/** What a study of the theory found. */
export interface Evidence {
  readonly title: string;
  /** What a reader gets from it: a sentence that begins in the small. */
  readonly gives: string;
  readonly tables: readonly EvidenceTable[];
  readonly bars: readonly Bar[];
  /** Seeds, spread, and what was taken for granted. */
  readonly notes: readonly string[];
  readonly picture: Sheet;
  /** The numbers behind the tables, as JSON. */
  readonly data: unknown;
}

export interface EvidenceOptions {
  /** Also what takes hours, or what is kept as data otherwise. */
  readonly full: boolean;
  /** Says how far it is. */
  readonly progress: (text: string) => void;
}

/** One study of the theory. */
export interface EvidenceStudy {
  /** Of the command line, and of the picture's file. */
  readonly name: string;
  readonly run: (options: EvidenceOptions) => Promise<Evidence>;
}

/** A table's columns, the first to the left and the others to the right. */
export function tableText({ title, rows }: EvidenceTable): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "),
  );
  return [title, ...lines.map((line) => `  ${line}`)].join("\n");
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The sample standard deviation; 0 for a single value. */
export function deviation(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}

/** 1.234 ± .056 */
export const spread = (values: readonly number[], digits = 3): string =>
  `${mean(values).toFixed(digits)} ± ${deviation(values).toFixed(digits)}`;
