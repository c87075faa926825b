import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Params } from "hpo";
import type { ProbeMeasurement } from "hpo/theory";
import type { TunedOptimizer } from "./cells.ts";

/** One trained configuration; its value is the validation loss, null if it diverged. */
export interface TableRow {
  /** Its place in the design, and the seed of its training. */
  readonly index: number;
  readonly params: Params;
  readonly value: number | null;
}

/** Everything that was trained and measured of one problem. */
export interface ProblemTable {
  readonly problem: string;
  /** Of all its optimizers, at initialisation: geometric means over several first weights. */
  readonly measurement: ProbeMeasurement;
  readonly rows: Readonly<Record<TunedOptimizer, readonly TableRow[]>>;
}

/** As it is kept: rows of the index, the parameters in the columns' order, and the value. */
interface StoredTable {
  readonly problem: string;
  readonly measurement: ProbeMeasurement;
  readonly cells: Readonly<
    Record<string, { readonly columns: readonly string[]; readonly rows: (number | null)[][] }>
  >;
}

const folder = path.join(
  path.dirname(createRequire(import.meta.url).resolve("hpo/package.json")),
  "studies/evidence/tables",
);

const fileOf = (problem: string): string => path.join(folder, `${problem}.json`);

const rounded = (value: number): number => Number(value.toPrecision(5));

export function writeTable({ problem, measurement, rows }: ProblemTable): void {
  const cells = Object.entries(rows).map(([optimizer, all]) => {
    const columns = Object.keys(all[0].params);
    const numbers = all.map(({ index, params, value }) => [
      index,
      ...columns.map((name) => rounded(Number(params[name]))),
      value === null ? null : rounded(value),
    ]);
    return `  ${JSON.stringify(optimizer)}: { "columns": ${JSON.stringify(columns)}, "rows": [\n${numbers
      .map((row) => `    ${JSON.stringify(row)}`)
      .join(",\n")}\n  ] }`;
  });
  const text =
    `{ "problem": ${JSON.stringify(problem)},\n"measurement": ${JSON.stringify(measurement)},\n` +
    `"cells": {\n${cells.join(",\n")}\n} }\n`;
  writeFileSync(fileOf(problem), text);
}

/** Undefined if the problem has none yet. */
export function readTable(problem: string): ProblemTable | undefined {
  const file = fileOf(problem);
  if (!existsSync(file)) return undefined;
  const stored = JSON.parse(readFileSync(file, "utf8")) as StoredTable;
  const rows = Object.entries(stored.cells).map(([optimizer, { columns, rows: all }]) => [
    optimizer,
    all.map((row) => ({
      index: row[0] as number,
      params: Object.fromEntries(columns.map((name, i) => [name, row[i + 1] as number])),
      value: row[columns.length + 1],
    })),
  ]);
  const { measurement } = stored;
  return { problem, measurement, rows: Object.fromEntries(rows) as ProblemTable["rows"] };
}
