import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadStudy } from "../../../src/study/load-study.ts";
import { ATTRIBUTE } from "../../../src/contracts/attributes.ts";
import { openStorage } from "../../../src/storage/open-storage.ts";
import { packageRoot } from "../../package-root.ts";

const CLI = join(packageRoot, "dist", "src", "cli", "main.js");
const OURS = 40;
const THEIRS = 20;

const STUDY = `
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export default {
  name: "together", trials: ${OURS + THEIRS}, workers: 2,
  space: { parameters: [
    { name: "x", distribution: { kind: "float", low: -1, high: 1, log: false }, conditions: [] },
  ] },
  objective: async (trial) => { trial.report(1, 0); await wait(40); return trial.params.x ** 2; },
};
`;

const PYTHON = `
import sys, time, optuna
optuna.logging.set_verbosity(optuna.logging.CRITICAL)
def objective(trial):
    x = trial.suggest_float("x", -1, 1)
    trial.report(1, 0)
    time.sleep(0.04)
    return x ** 2
study = optuna.load_study(study_name="together", storage="sqlite:///" + sys.argv[1])
study.optimize(objective, n_trials=${THEIRS})
`;

/** The command line and Optuna run one study at once, in one file: nothing is lost or mixed up. */
export async function checkTogether(python: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "hpo-together-"));
  try {
    await writeFile(join(folder, "study.mjs"), STUDY);
    await run(process.execPath, [CLI, "study", "run", "study.mjs", "--trials", "0"], folder);
    await Promise.all([
      run(process.execPath, [CLI, "study", "run", "study.mjs"], folder),
      run(python, ["-c", PYTHON, join(folder, "hpo.db")], folder),
    ]);
    const storage = await openStorage(`sqlite:${join(folder, "hpo.db")}`);
    const study = await loadStudy("together", { storage });
    const trials = study.trials();
    const ours = trials.filter(({ systemAttrs }) => ATTRIBUTE.asked in systemAttrs).length;
    assert.equal(trials.length - ours, THEIRS, "all of Optuna's trials are there");
    assert.ok(ours >= OURS, `${ours} trials of the command line`);
    assert.ok(trials.every(({ number }, index) => number === index));
    assert.ok(trials.every((trial) => trial.state === "complete" && trial.reports.length === 1));
    assert.equal(study.finished.length, trials.length, "each has its place in the order");
    await storage.close();
    console.log(`run at once: ${ours} trials of the command line, ${THEIRS} of Optuna`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const run = (command: string, args: readonly string[], cwd: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}`)),
    );
  });
