import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import type { EngineRow } from "../speed/engine-row.ts";
import { importanceRows } from "./importance-rows.ts";

/*
 * What it costs to see what a study found, in CPU time, and how it compares with Optuna where Python has
 * it (HPO_PYTHON). Everything is measured in this one run. usage: seeing.js [--json FILE]
 */

/** Each measures some rows. */
const MEASUREMENTS: readonly (() => EngineRow[] | Promise<EngineRow[]>)[] = [importanceRows];

function line({ what, value, unit, bar, holds }: EngineRow): string {
  const verdict = bar === undefined ? "" : `bar ${bar}: ${holds ? "holds" : "MISSED"}`;
  return `${what.padEnd(58)} ${value.toPrecision(3).padStart(9)} ${unit.padEnd(3)} ${verdict}`.trimEnd();
}

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0].model}`);
const rows: EngineRow[] = [];
for (const measure of MEASUREMENTS) {
  const measured = await measure();
  for (const row of measured) console.log(line(row));
  rows.push(...measured);
}
const at = process.argv.indexOf("--json");
if (at > 0) writeFileSync(process.argv[at + 1], `${JSON.stringify(rows, null, 2)}\n`);
