/*
 * What is measured of the theory, as studies that anyone can run again:
 *
 *   npm run evidence [-- NAME …] [--json FILE] [--pictures FOLDER] [--full]
 *
 * Each prints tables and whether its bars are met; the exit code is 1 where one is missed.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { control } from "./control.ts";
import { criticalBatch } from "./critical-batch.ts";
import { edgeOfStability } from "./edge-of-stability.ts";
import { tableText } from "./evidence.ts";
import type { Evidence, EvidenceStudy } from "./evidence.ts";
import { priorAblation } from "./prior-ablation.ts";
import { surge } from "./surge.ts";

const studies: readonly EvidenceStudy[] = [
  edgeOfStability,
  criticalBatch,
  surge,
  control,
  priorAblation,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    pictures: { type: "string" },
    full: { type: "boolean", default: false },
  },
});
const unknown = positionals.find((name) => !studies.some((study) => study.name === name));
if (unknown !== undefined) {
  console.error(
    `There is no evidence study "${unknown}". There is ${studies.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(2);
}

const machine = `${os.cpus()[0]?.model ?? "unknown CPU"}, Node ${process.versions.node}`;

function print(name: string, { title, tables, bars, notes }: Evidence, seconds: number): void {
  console.log(`\n${name}: ${title}\n`);
  for (const table of tables) console.log(`${tableText(table)}\n`);
  for (const note of notes) console.log(`- ${note}`);
  console.log(`- ${seconds.toFixed(0)} s on one core of ${machine}`);
  for (const { what, found, met } of bars)
    console.log(`${met ? "met" : "MISSED"}: ${what}: ${found}`);
}

const chosen = studies.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const found: Record<string, object> = {};
let missed = false;
for (const { name, run } of chosen) {
  const start = process.hrtime.bigint();
  const progress = (text: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${name}: ${text}`);
  };
  const evidence = await run({ full: values.full, progress });
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  print(name, evidence, seconds);
  const { picture, ...rest } = evidence;
  found[name] = { ...rest, machine, seconds };
  missed ||= evidence.bars.some(({ met }) => !met);
  if (values.pictures !== undefined) {
    mkdirSync(values.pictures, { recursive: true });
    writeFileSync(path.join(values.pictures, `${name}.svg`), picture);
  }
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(found, null, 1)}\n`);
process.exitCode = missed ? 1 : 0;
