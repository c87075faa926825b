import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { random } from "../../strategies/index.ts";
import { float, searchSpace } from "../../src/space/index.ts";
import { loadStudy } from "../../src/study/load-study.ts";
import { createStudy } from "../../src/study/open-study.ts";
import { threadRunner } from "../../src/runner/thread/thread-runner.ts";
import { memoryStorage } from "../../src/storage/memory.ts";
import { openStorage } from "../../src/storage/open-storage.ts";
import type { Storage } from "../../src/contracts/storage.ts";
import type { Study } from "../../src/study/study.ts";
import type { EngineRow } from "./engine-row.ts";
import { askTellRows, commandRows } from "./engine-commands.ts";
import { runnerRows } from "./engine-runners.ts";
import { sizeRows } from "./engine-sizes.ts";
import { packageRoot } from "../package-root.ts";
import { engineOf } from "../../src/study/study-internals.ts";

/*
 * What the engine costs, and how it compares with Optuna's where Python has it (HPO_PYTHON names
 * the interpreter): five floats, random search, an objective that does nothing, one trial after the
 * other. Everything is measured in this one run. usage: engine.js [--runners | --sizes | --asks]
 * [--json FILE]; --runners measures only where trials run, --sizes only what must not follow a size,
 * --asks only what ask and tell cost by command
 */

const NAMES = ["x0", "x1", "x2", "x3", "x4"];
const space = searchSpace(Object.fromEntries(NAMES.map((name) => [name, float(0, 1)])));
const sum = (trial: { readonly params: Readonly<Record<string, unknown>> }): number =>
  NAMES.reduce((total, name) => total + Number(trial.params[name]), 0);
const folder = mkdtempSync(join(tmpdir(), "hpo-engine-"));

const open = (storage: Storage): Promise<Study> =>
  createStudy({ name: "bench", space, strategy: random(), objective: sum }, { storage });

async function perSecond(study: Study, trials: number): Promise<number> {
  await study.optimize({ trials: Math.max(5, Math.floor(trials / 20)) });
  const start = performance.now();
  await study.optimize({ trials });
  return (1000 * trials) / (performance.now() - start);
}

async function sqlitePerSecond(synchronous: "full" | "normal", trials: number): Promise<number> {
  const storage = await openStorage(`sqlite:${join(folder, `${synchronous}.db`)}`, { synchronous });
  try {
    return await perSecond(await open(storage), trials);
  } finally {
    await storage.close();
  }
}

/** Optuna's trials per second; undefined where Python has no Optuna. */
function optunaPerSecond(trials: number, file?: string): number | undefined {
  const python = process.env["HPO_PYTHON"] ?? "python3";
  const script = join(packageRoot, "bench", "peers", "optuna_engine.py");
  const args = [script, String(trials), ...(file === undefined ? [] : [join(folder, file)])];
  const { status, stdout, stderr } = spawnSync(python, args, { encoding: "utf8" });
  if (status === 0) return (JSON.parse(stdout) as { perSecond: number }).perSecond;
  const why = stderr.trim().split("\n").at(-1) ?? `exit code ${status}`;
  console.error(`Optuna is not measured: ${python} says "${why}". Set HPO_PYTHON.`);
  return undefined;
}

function ratio(what: string, ours: number, theirs: number | undefined, least: number): EngineRow[] {
  const row = { what: `${what}, trials per second`, value: ours, unit: "/s" };
  if (theirs === undefined) return [row];
  const times = ours / theirs;
  const holds = times >= least;
  return [
    row,
    { what: `  Optuna's`, value: theirs, unit: "/s" },
    { what: `  ratio`, value: times, unit: "×", bar: `≥ ${least}`, holds },
  ];
}

async function threadRow(): Promise<EngineRow> {
  const module = join(folder, "noop.mjs");
  writeFileSync(module, "export default () => 0;\n");
  const study = await open(memoryStorage());
  const runner = threadRunner({ module, workers: 1 });
  await engineOf(study).optimizeWith(runner, { trials: 200 });
  const start = performance.now();
  await engineOf(study).optimizeWith(runner, { trials: 1000 });
  const value = (performance.now() - start) / 1000;
  await runner.close();
  return {
    what: "no-op trial through a worker thread",
    value,
    unit: "ms",
    bar: "≤ 1",
    holds: value <= 1,
  };
}

function versionRow(): EngineRow {
  const main = join(packageRoot, "dist", "src", "cli", "hpo.cjs");
  const times = Array.from({ length: 9 }, () => {
    const start = performance.now();
    spawnSync(process.execPath, [main, "--version"]);
    return performance.now() - start;
  });
  const value = times.sort((a, b) => a - b)[4];
  return {
    what: "hpo --version, median of 9",
    value,
    unit: "ms",
    bar: "≤ 150",
    holds: value <= 150,
  };
}

async function loadRow(): Promise<EngineRow> {
  const url = `sqlite:${join(folder, "load.db")}`;
  const storage = await openStorage(url, { synchronous: "normal" });
  const params = Object.fromEntries(NAMES.map((name) => [name, 0.5]));
  const study = await open(storage);
  await study.addTrials(Array.from({ length: 10_000 }, (_, i) => ({ params, result: i })));
  await storage.close();
  const again = await openStorage(url);
  const start = performance.now();
  const loaded = await loadStudy("bench", { storage: again });
  const value = (performance.now() - start) / 1000;
  await again.close();
  const count = loaded.trials().length;
  return { what: `loading ${count} trials`, value, unit: "s", bar: "≤ 0.5", holds: value <= 0.5 };
}

/** Many asks in one transaction: what eight cost at once, against one. */
async function askRow(): Promise<EngineRow> {
  const storage = await openStorage(`sqlite:${join(folder, "asks.db")}`);
  const study = await open(storage);
  const times: Record<1 | 8, number[]> = { 1: [], 8: [] };
  for (let round = 0; round < 40; round++) {
    for (const count of [1, 8] as const) {
      const start = performance.now();
      const trials = await study.ask(count);
      times[count].push(performance.now() - start);
      for (const trial of trials) await study.tell(trial, 0);
    }
  }
  await storage.close();
  const [one, eight] = ([1, 8] as const).map((count) => times[count].sort((a, b) => a - b)[20]);
  const value = eight / one;
  return {
    what: "8 asks at once ÷ one, SQLite FULL",
    value,
    unit: "×",
    bar: "≤ 2",
    holds: value <= 2,
  };
}

/** The cost of a trial as the study grows, and the memory that 100,000 trials take. */
async function growthRows(): Promise<EngineRow[]> {
  const study = await open(memoryStorage());
  const cost = async (until: number): Promise<number> => {
    await study.optimize({ total: until - 1000 });
    const start = performance.now();
    await study.optimize({ trials: 1000 });
    return performance.now() - start;
  };
  const early = await cost(2_000);
  const late = await cost(100_000);
  const growth = late / early;
  const memory = process.memoryUsage().rss / 2 ** 20;
  return [
    {
      what: "cost of a trial at 100,000 ÷ at 1,000",
      value: growth,
      unit: "×",
      bar: "≤ 2",
      holds: growth <= 2,
    },
    {
      what: "memory with 100,000 trials",
      value: memory,
      unit: "MB",
      bar: "≤ 500",
      holds: memory <= 500,
    },
  ];
}

async function measure(): Promise<EngineRow[]> {
  if (process.argv.includes("--sizes")) return sizeRows();
  if (process.argv.includes("--asks")) return askTellRows(folder);
  const rows = await runnerRows(folder);
  if (process.argv.includes("--runners")) return rows;
  rows.push(
    versionRow(),
    ...(await askTellRows(folder)),
    ...(await commandRows(folder)),
    await loadRow(),
    await threadRow(),
  );
  rows.push(await askRow());
  const rdb = optunaPerSecond(60, "optuna.db");
  rows.push(...ratio("SQLite, synchronous FULL", await sqlitePerSecond("full", 500), rdb, 10));
  rows.push(...ratio("SQLite, synchronous NORMAL", await sqlitePerSecond("normal", 2000), rdb, 50));
  const memory = await perSecond(await open(memoryStorage()), 10_000);
  rows.push(...ratio("in memory", memory, optunaPerSecond(1000), 5));
  rows.push(...(await growthRows()), ...(await sizeRows()));
  return rows;
}

function line({ what, value, unit, bar, holds }: EngineRow): string {
  const verdict = bar === undefined ? "" : `bar ${bar}: ${holds ? "holds" : "MISSED"}`;
  return `${what.padEnd(42)} ${value.toPrecision(3).padStart(9)} ${unit.padEnd(3)} ${verdict}`.trimEnd();
}

try {
  const rows = await measure();
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0].model}`);
  for (const row of rows) console.log(line(row));
  const at = process.argv.indexOf("--json");
  if (at > 0) writeFileSync(process.argv[at + 1], `${JSON.stringify(rows, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
