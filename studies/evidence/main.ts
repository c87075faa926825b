/*
 * What is measured of the theory, as studies that anyone can run again:
 *
 *   npm run evidence [-- NAME …] [--json FILE] [--report FOLDER] [--full]
 *
 * Each prints tables and whether its bars are met; the exit code is 1 where one is missed. --report
 * writes each as NAME.md with its picture; docs/evidence is made so. --full also trains what the
 * prior's ablation looks up, as far as it is not kept, and confirms two of its cells live.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { control } from "./control.ts";
import { criticalBatch } from "./critical-batch.ts";
import { edgeOfStability } from "./edge-of-stability.ts";
import { drawSheet } from "../sheet.ts";
import { tableText } from "./evidence.ts";
import type { Evidence, EvidenceStudy } from "./evidence.ts";
import { priorAblation } from "./prior-ablation.ts";
import { sizes } from "./sizes.ts";
import { surge } from "./surge.ts";

const studies: readonly EvidenceStudy[] = [
  edgeOfStability,
  criticalBatch,
  surge,
  control,
  priorAblation,
  sizes,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    report: { type: "string" },
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

/** What it took, and which bars were met. */
const closing = ({ bars, notes }: Evidence, seconds: number): string[] => [
  ...notes,
  `${seconds.toFixed(0)} s of CPU: ${machine}.`,
  ...bars.map(({ what, found, met }) => `${met ? "met" : "MISSED"}: ${what}: ${found}`),
];

function print(name: string, evidence: Evidence, seconds: number): void {
  console.log(`\n${name}: ${evidence.title}\n`);
  for (const table of evidence.tables) console.log(`${tableText(table)}\n`);
  for (const line of closing(evidence, seconds)) console.log(`- ${line}`);
}

function write(folder: string, name: string, evidence: Evidence, seconds: number): void {
  const tables = evidence.tables.map((table) => `\`\`\`text\n${tableText(table)}\n\`\`\`\n`);
  const lines = closing(evidence, seconds).map((line) => `- ${line}`);
  const heading = `# ${evidence.title[0].toUpperCase()}${evidence.title.slice(1)}`;
  const shown =
    `<picture><source media="(prefers-color-scheme: dark)" srcset="${name}-dark.svg">` +
    `<img alt="${evidence.picture.title}" src="${name}-light.svg"></picture>`;
  const made = `\`npm run evidence -- ${name}\``;
  const text = `${heading}\n\nYou get: ${evidence.gives}\n\n${made}\n\n${tables.join("\n")}\n${lines.join("\n")}\n\n${shown}\n`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.md`), text);
  for (const theme of ["light", "dark"] as const) {
    const svg = drawSheet(evidence.picture, theme);
    writeFileSync(path.join(folder, `${name}-${theme}.svg`), svg);
  }
}

const chosen = studies.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const found: Record<string, object> = {};
let missed = false;
for (const { name, run } of chosen) {
  const before = process.cpuUsage();
  const progress = (text: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${name}: ${text}`);
  };
  const evidence = await run({ full: values.full, progress });
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  const seconds = process.cpuUsage(before).user / 1e6;
  print(name, evidence, seconds);
  const { picture: _, ...rest } = evidence;
  found[name] = { ...rest, machine, seconds };
  missed ||= evidence.bars.some(({ met }) => !met);
  if (values.report !== undefined) write(values.report, name, evidence, seconds);
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(found, null, 1)}\n`);
process.exitCode = missed ? 1 : 0;
