/**
 * Makes the tables: `npm run tables -- --settings 160`. PyTorch's are trained by generate.py, which
 * this starts first (HPO_PYTHON names a Python with torch and scikit-learn); then those of
 * TensorFlow.js; then what `hpo probe` measures of each. It goes on where it was stopped.
 */
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { createRng } from "../../src/numerics/rng.ts";
import { decode, type Params } from "../../src/space/index.ts";
import { commandProbe } from "../../src/study/prior/command-probe.ts";
import { selectBackend, tfProbe } from "../../src/tfjs/index.ts";
import type { ProbeMeasurement } from "../../src/theory/probe/measurement.ts";
import { parseCount } from "../compare/options.ts";
import { pythonCommand } from "../peers/python.ts";
import { dataFile, measurementFile } from "./read-table.ts";
import { tableSpace, tablesFolder, tableSpecs, type TableSpec } from "./table-spec.ts";
import { tfjsTraining } from "./tfjs-trainings.ts";

const SEEDS = [0, 1];
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const six = (value: number): number => Number(value.toPrecision(6));

function settingOf(spec: TableSpec, index: number): Params {
  const space = tableSpace(spec);
  const rng = createRng(index, "tables", spec.name);
  const params = decode(
    space,
    space.parameters.map(() => rng.uniform()),
  );
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => [key, six(Number(value))]),
  );
}

/** How many settings a file holds; a line that was cut off is removed from it. */
function keptLines(path: string): number {
  if (!existsSync(path)) return 0;
  const text = readFileSync(path, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole !== text) writeFileSync(path, whole);
  return whole.split("\n").length - 1;
}

async function fill(spec: TableSpec, settings: number): Promise<void> {
  const training = tfjsTraining(spec);
  const path = dataFile(spec.name);
  for (let index = keptLines(path); index < settings; index++) {
    const params = settingOf(spec, index);
    const values: (number | null)[] = [];
    for (const seed of SEEDS) {
      const value = await training.run(params, seed);
      values.push(value === null ? null : Number(value.toPrecision(5)));
    }
    appendFileSync(path, `${JSON.stringify({ ...params, values })}\n`);
    if ((index + 1) % 20 === 0) say(`${spec.name}: ${index + 1} of ${settings} settings`);
  }
}

/** At the middle of each range, as a study's prior measures. */
async function measure(spec: TableSpec): Promise<ProbeMeasurement> {
  const space = tableSpace(spec);
  const params = decode(
    space,
    space.parameters.map(() => 0.5),
  );
  const argv = [pythonCommand(), "generate.py", spec.name, JSON.stringify(params)];
  const probe =
    spec.framework === "tfjs"
      ? tfProbe(tfjsTraining(spec).probe(params))
      : await commandProbe({ argv, cwd: tablesFolder, env: { HPO_PROBE: "1" } });
  try {
    return await probe.measure({ budget: 200 });
  } finally {
    await probe.dispose?.();
  }
}

async function main({ settings }: { settings: string }): Promise<void> {
  const count = parseCount("--settings", settings);
  const trained = spawnSync(
    pythonCommand(),
    [join(tablesFolder, "generate.py"), "--settings", String(count)],
    { stdio: "inherit" },
  );
  if (trained.status !== 0) {
    say(`${pythonCommand()} could not train PyTorch's tables. HPO_PYTHON names another Python.`);
    process.exitCode = 1;
    return;
  }
  await selectBackend("wasm");
  for (const spec of tableSpecs.filter(({ framework }) => framework === "tfjs")) {
    await fill(spec, count);
  }
  for (const spec of tableSpecs) {
    const path = measurementFile(spec.name);
    if (existsSync(path)) continue;
    say(`${spec.name}: measuring`);
    writeFileSync(path, `${JSON.stringify(await measure(spec), null, 2)}\n`);
  }
}

await new Command("tables")
  .option("--settings <count>", "of each table", "160")
  .action(main)
  .parseAsync();
