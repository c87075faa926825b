import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { decode, type Params } from "hpo";
import { selectBackend, type SplitDataset } from "hpo/tfjs";
import { cellName, cells, cellSpace, trainCell, type Cell, type TunedOptimizer } from "./cells.ts";
import { measureProblem } from "./measure.ts";
import { problems } from "./problems.ts";
import { readTable, writeTable, type TableRow } from "./tables.ts";

/** One training, as a line of the file that a run appends to. */
export interface TrainedRow extends TableRow {
  readonly cell: string;
}

/** The generalised golden ratio of three dimensions: x⁴ = x + 1. */
const golden = 1.2207440846057596;

/** A point of the Kronecker sequence of its powers (Roberts 2018): even from the start. */
const designPoint = (index: number): Float64Array =>
  Float64Array.of(1 / golden, 1 / golden ** 2, 1 / golden ** 3).map(
    (step) => (0.5 + (index + 1) * step) % 1,
  );

export const designParams = (cell: Cell, index: number): Params =>
  decode(cellSpace(cell), designPoint(index));

const keyOf = (cell: string, index: number): string => `${cell} ${index}`;

/** The lines of an earlier run; one that was cut off is left out. */
function linesOf(file: string): TrainedRow[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line) => (line.endsWith("}") ? [JSON.parse(line) as TrainedRow] : []));
}

const keptRows = (): TrainedRow[] =>
  cells.flatMap((cell) => {
    const rows = readTable(cell.problem.name)?.rows[cell.optimizer] ?? [];
    return rows.map((row) => ({ ...row, cell: cellName(cell) }));
  });

/**
 * Trains the design's first configurations of every cell as far as they are neither in the tables
 * nor in the file, and appends each to it: stopped at any moment, it goes on from there. Cells take
 * turns, so that a file cut short has as many rows of each.
 */
export async function trainRows(
  file: string,
  count: number,
  progress: (text: string) => void,
): Promise<void> {
  await selectBackend("wasm");
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const done = new Set(
    [...keptRows(), ...linesOf(file)].map(({ cell, index }) => keyOf(cell, index)),
  );
  const data = new Map<string, SplitDataset>();
  for (const problem of problems) data.set(problem.name, await problem.data());
  for (let index = 0; index < count; index++) {
    for (const cell of cells) {
      const name = cellName(cell);
      if (done.has(keyOf(name, index))) continue;
      progress(`${name}, configuration ${index + 1} of ${count}`);
      const params = designParams(cell, index);
      const split = data.get(cell.problem.name) as SplitDataset;
      const value = (await trainCell(cell, split, params, index)) ?? null;
      appendFileSync(file, `${JSON.stringify({ cell: name, index, params, value })}\n`);
    }
  }
}

/** Adds the rows of these files to the kept tables; measures the problems that had none. */
export async function collectRows(files: readonly string[]): Promise<void> {
  await selectBackend("wasm");
  const all = [...keptRows(), ...files.flatMap(linesOf)];
  for (const problem of problems) {
    const measurement =
      readTable(problem.name)?.measurement ??
      (await measureProblem(problem, await problem.data(), [0, 1, 2]));
    const rowsOf = (optimizer: TunedOptimizer): TableRow[] => {
      const name = cellName({ problem, optimizer });
      const byIndex = new Map(all.flatMap((row) => (row.cell === name ? [[row.index, row]] : [])));
      return [...byIndex.values()].sort((a, b) => a.index - b.index);
    };
    const rows = {
      momentum: rowsOf("momentum"),
      adam: rowsOf("adam"),
      lion: rowsOf("lion"),
      sgd: rowsOf("sgd"),
    };
    writeTable({ problem: problem.name, measurement, rows });
  }
}
