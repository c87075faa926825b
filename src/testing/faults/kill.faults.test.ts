import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import { createRng } from "../../numerics/rng.ts";
import { loadSqlite } from "../../storage/sql/sqlite/sqlite-driver.ts";
import type { TrialJson } from "../../export/trial-json.ts";

/*
 * Studies that are killed by SIGKILL at random moments, and gone on with. HPO_KILLS says how many
 * (100 if left out).
 */

const main = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
const KILLS = Number(process.env["HPO_KILLS"] ?? 100);

/** The same reports in each attempt. */
const SAME = `
    for (let step = 0; step < 3; step++) {
      trial.report(trial.params.x + step, step);
      await wait(trial.seed % 4);
    }`;
/** Others in each attempt, and not as many: each tells the process that it comes from. */
const OTHERS = `
    for (let step = 0; step < 2 + process.pid % 4; step++) {
      trial.report(process.pid + step / 10, step);
      await wait(trial.seed % 4);
    }`;

const STUDY = `
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export default {
  name: "killed",
  trials: TRIALS,
  workers: WORKERS,
  maxRestarts: 1000,
  space: { parameters: [
    { name: "x", distribution: { kind: "float", low: 0, high: 1, log: false }, conditions: [] },
    { name: "n", distribution: { kind: "int", low: 1, high: 99, log: false, step: 1 }, conditions: [] },
  ] },
  objective: async (trial) => {REPORTS
    if (trial.number % 17 === 3) return NaN;
    return trial.params.x + trial.params.n;
  },
};
`;

function newStudy(trials: number, workers: number, reports: string): string {
  const folder = mkdtempSync(join(tmpdir(), "hpo-kill-"));
  const text = STUDY.replace("TRIALS", String(trials))
    .replace("WORKERS", String(workers))
    .replace("REPORTS", reports);
  writeFileSync(join(folder, "study.mjs"), text);
  return folder;
}

const start = (folder: string): ChildProcess =>
  spawn(process.execPath, [main, "study", "run", "study.mjs"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });

const trialsOf = (folder: string): TrialJson[] => {
  const args = [main, "study", "trials", "killed", "--json"];
  const options = { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 } as const;
  const { stdout, status } = spawnSync(process.execPath, args, options);
  return status === 0 ? (JSON.parse(stdout) as TrialJson[]) : [];
};

/**
 * Runs until the process ends by itself, or is killed `ms` after it acknowledged a trial: after its
 * start one time in five, when it may still be opening the database.
 */
function runFor(folder: string, ms: number): Promise<{ killed: boolean; out: string }> {
  return new Promise((resolve) => {
    const child = start(folder);
    let timer: NodeJS.Timeout | undefined;
    const arm = (): void => {
      timer ??= setTimeout(() => child.kill("SIGKILL"), ms);
    };
    if (ms % 5 === 0) arm();
    let out = "";
    child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      if (acknowledged(out).length > 0) arm();
    });
    child.on("close", (_code, signal) => {
      clearTimeout(timer);
      resolve({ killed: signal === "SIGKILL", out });
    });
  });
}

/** The processes whose working directory is the folder: none may outlive the study. */
const processesIn = (folder: string): string[] =>
  readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`PWD=${folder}\0`);
    } catch {
      return false;
    }
  });

const acknowledged = (out: string): number[] =>
  [...out.matchAll(/^trial (\d+) {2}(?!is started)/gm)].map((match) => Number(match[1]));

test(`${KILLS} kills of a run with two workers lose, double and mix nothing`, async (t) => {
  const rng = createRng(1, "kills");
  const seen = new Set<number>();
  let folder = newStudy(60, 2, OTHERS);
  let kills = 0;
  while (kills < KILLS) {
    const { killed, out } = await runFor(folder, rng.integer(1, 400));
    for (const number of acknowledged(out)) seen.add(number);
    if (killed) kills++;
    const kept = new Map(trialsOf(folder).map((trial) => [trial.number, trial]));
    for (const number of seen) {
      const state = kept.get(number)?.state;
      t.true(state === "complete" || state === "failed", `trial ${number} is ${state}`);
    }
    if (killed) continue;
    await checkWhole(t, folder, 60);
    rmSync(folder, { recursive: true });
    folder = newStudy(60, 2, OTHERS);
    seen.clear();
  }
  await runFor(folder, 60_000);
  await checkWhole(t, folder, 60);
});

async function checkWhole(t: ExecutionContext, folder: string, count: number): Promise<void> {
  const trials = trialsOf(folder);
  t.is(trials.length, count);
  t.true(trials.every(({ state }) => state === "complete" || state === "failed"));
  for (const trial of trials) {
    t.is(trial.state, trial.number % 17 === 3 ? "failed" : "complete");
    const reports = Object.entries(trial.intermediateValues).map(([step, value]) => [
      Number(step),
      Number(value),
    ]);
    const process = Math.floor(reports[0][1]);
    t.deepEqual(
      reports,
      Array.from({ length: 2 + (process % 4) }, (_, step) => [step, process + step / 10]),
      `trial ${trial.number} has the reports of one attempt, whole`,
    );
  }
  t.deepEqual(processesIn(folder), []);
  const database = (await loadSqlite())(join(folder, "hpo.db"), { timeout: 1000 });
  t.deepEqual(database.prepare("PRAGMA integrity_check").get(), { integrity_check: "ok" });
  database.close();
}

test("a sequential study killed again and again equals one never stopped", async (t) => {
  const whole = newStudy(40, 1, SAME);
  await runFor(whole, 120_000);
  const torn = newStudy(40, 1, SAME);
  const rng = createRng(2, "kills");
  for (let runs = 0; runs < 200; runs++) {
    const { killed } = await runFor(torn, rng.integer(1, 250));
    if (!killed) break;
  }
  const facts = (folder: string) =>
    trialsOf(folder).map(({ startedAt: _s, completedAt: _c, ...trial }) => trial);
  t.is(facts(torn).length, 40);
  t.deepEqual(facts(torn), facts(whole));
});
