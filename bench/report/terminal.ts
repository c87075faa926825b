import Table from "cli-table3";
import type { SuiteSummary } from "../compare/summary.ts";
import { tablesOf, type ReportTable } from "./tables.ts";

/** All tables as text. */
export const terminalReport = (summaries: readonly SuiteSummary[], coloured: boolean): string =>
  summaries
    .flatMap(tablesOf)
    .map((table) => draw(table, coloured))
    .join("\n\n");

function draw({ title, head, rows, notes }: ReportTable, coloured: boolean): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, i) => (i === 0 ? "left" : "right")),
    ...(!coloured && { style: { head: [], border: [] } }),
  });
  table.push(...rows.map((row) => [...row]));
  return [title, table.toString(), ...notes.map((note) => `  ${note}`)].join("\n");
}
