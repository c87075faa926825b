import assert from "node:assert/strict";
import { spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TrialJson } from "../../src/export/trial-json.ts";
import { packageRoot } from "../package-root.ts";
import {
  checkSampler,
  checkSweeper,
  checkUrl,
  checkWandb,
  type AskingSetting,
} from "./python/asking.ts";

// The Python client in real trainings: each framework that can be imported, two ranks, a kill in the midst
// of a save, the time from a report to SIGTERM. HPO_PYTHON names the Python; `-- 50 keras` runs so
// many trials of two ranks, and of the checks that one alone. Exit code 1: something does not hold; 2: there is no Python.

const python = process.env["HPO_PYTHON"] ?? "python3";
const hpo = join(packageRoot, "dist/src/cli/main.js");
const programs = join(packageRoot, "bench/checks/python");
const env: NodeJS.ProcessEnv = {
  ...process.env,
  HPO_STORAGE: undefined,
  OMP_NUM_THREADS: "1",
  KERAS_BACKEND: process.env["KERAS_BACKEND"] ?? "torch",
  PATH: `${dirname(python)}:${process.env["PATH"]}`,
  PYTHONPATH: join(packageRoot, "clients/python"),
};

interface Study {
  readonly folder: string;
  readonly call: (...words: string[]) => string;
  readonly trials: () => TrialJson[];
}

/** A study of one of the programs, in a folder of its own. */
function studyOf(command: string, more: Readonly<Record<string, unknown>>): Study {
  const folder = folderOf();
  const file = { name: "check", seed: 0, strategy: "random", command, ...more };
  writeFileSync(join(folder, "study.json"), JSON.stringify(file));
  const call = (...words: string[]): string => {
    const ran = spawnSync(process.execPath, [hpo, "study", ...words], {
      cwd: folder,
      env,
      encoding: "utf8" as const,
    });
    if (ran.status !== 0) throw new Error(`hpo study ${words.join(" ")}:\n${saidBy(ran)}`);
    return ran.stdout;
  };
  return {
    folder,
    call,
    trials: () => JSON.parse(call("trials", "check", "--json")) as TrialJson[],
  };
}

const folderOf = (): string => mkdtempSync(join(tmpdir(), "hpo-check-python-"));
const saidBy = ({ stdout, stderr }: SpawnSyncReturns<string>): string => `${stdout}${stderr}`;

const lr = { lr: { type: "float", low: 1e-9, high: 1, log: true } };
/** Stops what is worse than the trial before it. */
const pruner = { name: "median", startupTrials: 1 };

interface Framework {
  readonly module: string;
  readonly reports: number;
  readonly direction?: "maximize";
  readonly curve?: string;
  readonly good?: number;
}

const FRAMEWORKS: Readonly<Record<string, Framework>> = {
  plain: { module: "json", reports: 8, curve: "x" },
  sklearn: { module: "sklearn", reports: 4, direction: "maximize", good: 0.001 },
  lightgbm: { module: "lightgbm", reports: 4, curve: "l1" },
  xgboost: { module: "xgboost", reports: 20 },
  keras: { module: "keras", reports: 5, curve: "loss" },
  transformers: { module: "transformers", reports: 4, curve: "eval_runtime" },
  lightning: { module: "lightning", reports: 4 },
};

/** A good trial is complete with its reports, and the hopeless one after it is pruned. */
function checkFramework(
  name: string,
  { reports, direction, curve, good = 0.1 }: Framework,
): string {
  const program = join(programs, `train_${name}.py`);
  const plain = spawnSync(python, [program], { env, encoding: "utf8", cwd: folderOf() });
  assert.equal(plain.status, 0, `by hand: ${saidBy(plain)}`);
  const study = studyOf(`${python} ${program}`, { space: lr, pruner, direction });
  study.call("run", "study.json", "--trials", "0", "--quiet");
  study.call("enqueue", "check", `lr=${good}`);
  study.call("enqueue", "check", "lr=1e-9");
  study.call("run", "study.json", "--trials", "2", "--quiet");
  const [first, second] = study.trials();
  assert.equal(first.state, "complete", JSON.stringify(first));
  assert.equal(Object.keys(first.intermediateValues).length, reports);
  assert.equal(second.state, "pruned", JSON.stringify(second));
  const shown = study.call("show", "check", "0", "--json");
  if (curve !== undefined) assert.match(shown, new RegExp(`"${curve}"`), "the curve is kept");
  const told = Object.keys(second.intermediateValues).length;
  return `${first.values?.[0]} after ${reports} reports; pruned after ${told}`;
}

/** Pruned trials of two ranks; nothing of them is left, nor waits for its SIGKILL. */
function checkRanks(command: string, count: number, more: NodeJS.ProcessEnv = {}): string {
  const study = studyOf(command, { space: lr, pruner, graceSeconds: 20, env: more });
  study.call("run", "study.json", "--trials", "0", "--quiet");
  study.call("enqueue", "check", "lr=0.1");
  for (let trial = 0; trial < count; trial++) study.call("enqueue", "check", "lr=1e-9");
  study.call("run", "study.json", "--trials", String(count + 1), "--quiet");
  const [first, ...others] = study.trials();
  assert.equal(first.state, "complete", JSON.stringify(first));
  assert.ok(!("toldBy1" in first.userAttrs), "rank 1 told something");
  for (const trial of others) assert.equal(trial.state, "pruned", JSON.stringify(trial));
  const left = readdirSync("/proc").filter((pid) => isOf(pid, study.folder));
  assert.deepEqual(left, [], "processes that are left");
  const times = others.map((trial) => secondsOf(trial)).sort((a, b) => a - b);
  const whole = secondsOf(first).toFixed(1);
  return `${count} pruned, none left; ${times[0].toFixed(1)} to ${times.at(-1)!.toFixed(1)} s each, a whole one ${whole} s`;
}

const secondsOf = ({ startedAt, completedAt }: TrialJson): number =>
  (Date.parse(String(completedAt)) - Date.parse(String(startedAt))) / 1000;

function isOf(pid: string, folder: string): boolean {
  try {
    return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, "latin1").includes(folder);
  } catch {
    return false;
  }
}

/** hpo is killed in the midst of a save: the trial goes on from the checkpoint before. */
async function checkKill(): Promise<string> {
  const program = join(programs, "train_slow_save.py");
  const study = studyOf(`${python} ${program}`, { space: lr });
  const killed = spawn(process.execPath, [hpo, "study", "run", "study.json", "--trials", "1"], {
    cwd: study.folder,
    env,
    stdio: "ignore" as const,
  });
  const checkpoints = join(study.folder, "hpo-trials/check/0/checkpoints");
  const isSaving = (): boolean =>
    existsSync(join(checkpoints, "state")) &&
    readdirSync(checkpoints).some((name) => name.startsWith(".partial"));
  while (!isSaving()) await sleep(10);
  killed.kill("SIGKILL");
  const before = readFileSync(join(checkpoints, "state"), "utf8").length;
  study.call("run", "study.json", "--trials", "1", "--quiet");
  const [trial] = study.trials();
  assert.equal(trial.state, "complete", JSON.stringify(trial));
  const begun = Number(trial.values?.[0]);
  assert.ok(begun >= before && begun > 0, `it began at ${begun}, and ${before} were saved`);
  return `killed while saving, went on from step ${begun}`;
}

/** TensorBoard itself reads each trial's reports, curves and parameters, once. */
function checkTensorBoard(): string {
  const study = studyOf(`${python} ${join(programs, "train_plain.py")}`, { space: lr });
  study.call("run", "study.json", "--trials", "3", "--quiet");
  for (let times = 0; times < 2; times++) study.call("export", "check", "--to", "tensorboard");
  const reader = [join(programs, "read_tensorboard.py"), join(study.folder, "tensorboard/check")];
  const { status, stdout, stderr } = spawnSync(python, reader, { env, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const runs = JSON.parse(stdout) as Readonly<Record<string, TensorBoardRun>>;
  for (const trial of study.trials()) {
    const { scalars, hparams } = runs[trial.number];
    const reports = Object.entries(trial.intermediateValues);
    assert.deepEqual(
      scalars["value"].map(([step, value]) => [step, Math.fround(value)]),
      reports.map(([step, value]) => [Number(step), Math.fround(Number(value))]),
    );
    assert.equal(scalars["x"].length, reports.length);
    assert.deepEqual(hparams, { lr: trial.params["lr"], status: 1 });
  }
  return `${Object.keys(runs).length} runs, as TensorBoard reads them`;
}

interface TensorBoardRun {
  readonly scalars: Readonly<Record<string, readonly (readonly [step: number, value: number])[]>>;
  readonly hparams: Readonly<Record<string, number>>;
}

/** Each trial is a run of W&B's with its parameters and each of its reports, once. */
function checkRuns(): string {
  const study = studyOf(`${python} ${join(programs, "train_plain.py")}`, { space: lr });
  study.call("run", "study.json", "--trials", "3", "--quiet");
  return checkWandb({ python, hpo, programs, env, folder: study.folder });
}

/** From a report to SIGTERM: at most 20 ms in the median, on a machine with other work, too. */
function checkLatency(count: number): string {
  const program = join(programs, "train_latency.py");
  const file = join(folderOf(), "ms");
  const study = studyOf(`${python} ${program}`, {
    space: lr,
    pruner,
    env: { CHECK_LATENCIES: file },
  });
  study.call("run", "study.json", "--trials", String(count), "--quiet");
  const times = readFileSync(file, "utf8").trim().split("\n").map(Number);
  const [median, most] = [0.5, 1].map(
    (q) => times.sort((a, b) => a - b)[Math.ceil(q * times.length) - 1],
  );
  assert.ok(median <= 20, `the median is ${median} ms`);
  return `from report to SIGTERM ${median.toFixed(1)} ms (median of ${times.length}, most ${most.toFixed(1)} ms)`;
}

const has = (module: string): boolean =>
  spawnSync(python, ["-c", `import ${module}`], { env }).status === 0;

if (!has("json")) {
  console.error(`There is no Python "${python}". Set HPO_PYTHON.`);
  process.exit(2);
}
/** `-- 50 keras`: so many trials of two ranks, and the checks alone whose names have one of the words. */
const words = process.argv.slice(2);
const ranks = Number(words.find((word) => /^\d+$/.test(word)) ?? 4);
const wanted = words.filter((word) => !/^\d+$/.test(word));
const isWanted = (name: string): boolean =>
  wanted.length === 0 || wanted.some((word) => name.includes(word));
/** Over a minute, five and fifteen. */
const loadNow = (): string =>
  loadavg()
    .map((load) => load.toFixed(1))
    .join(" ");
const loadBefore = loadNow();
let failed = 0;
async function check(name: string, module: string, work: () => string | Promise<string>) {
  if (!isWanted(name)) return;
  if (!has(module)) return console.log(`NOT RUN  ${name}: ${python} has no ${module}`);
  const begun = performance.now();
  try {
    const said = await work();
    console.log(`ok       ${name}: ${said} (${((performance.now() - begun) / 1000).toFixed(0)} s)`);
  } catch (error) {
    failed++;
    console.log(`FAILED   ${name}: ${(error as Error).message}`);
  }
}

for (const [name, framework] of Object.entries(FRAMEWORKS)) {
  await check(name, framework.module, () => checkFramework(name, framework));
}
const torchrun = `${python} -m torch.distributed.run --standalone --nproc-per-node 2`;
await check("two ranks by torchrun", "torch", () =>
  checkRanks(`${torchrun} ${join(programs, "train_ranks.py")}`, ranks),
);
await check("two ranks by spawn", "torch", () =>
  checkRanks(`${python} ${join(programs, "train_spawn.py")}`, 2),
);
await check("two ranks by Lightning", "lightning", () =>
  checkRanks(`${python} ${join(programs, "train_lightning.py")}`, 2, { CHECK_DEVICES: "2" }),
);
await check("TensorBoard", "tensorboard", checkTensorBoard);
const setting = (): AskingSetting => ({ python, hpo, programs, env, folder: folderOf() });
await check("a coordinator's URL", "json", () => checkUrl(setting()));
await check("HpoSampler in Optuna", "optuna", () => checkSampler(setting()));
await check("HpoSweeper in Hydra", "hydra", () => checkSweeper(setting()));
await check("W&B", "wandb", checkRuns);
await check("a kill while saving", "json", checkKill);
await check("an answer to a report", "json", () => checkLatency(12));
console.log(`Load ${loadBefore} before, ${loadNow()} after, on ${cpus().length} cores.`);
if (failed > 0) process.exitCode = 1;
