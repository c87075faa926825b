import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";

// HPO_PYTHON names the Python of these tests, where it is not the python3 on the PATH.

const root = fileURLToPath(new URL("../../../", import.meta.url));
const hpo = join(root, "dist/src/cli/main.js");
const python = process.env["HPO_PYTHON"] ?? "python3";
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  HPO_STORAGE: undefined,
  OMP_NUM_THREADS: "1",
  ...(process.env["HPO_PYTHON"] && {
    PATH: `${dirname(process.env["HPO_PYTHON"])}${delimiter}${process.env["PATH"]}`,
  }),
};

/** Whether Python has a module; says loudly what is not tested if not. */
function has(t: ExecutionContext, module: string): boolean {
  const { status } = spawnSync(python, ["-c", `import ${module}`], { env: environment });
  if (status === 0) return true;
  t.log(`SKIPPED, NOT TESTED: ${python} has no ${module}. Install it, or set HPO_PYTHON.`);
  t.pass();
  return false;
}

interface Trial {
  readonly number: number;
  readonly state: string;
  readonly values: readonly number[];
  readonly intermediateValues: Readonly<Record<string, number>>;
  readonly userAttrs: Readonly<Record<string, unknown>>;
}

/** Runs a study of this folder to so many trials, in a folder of its own. */
function run(name: string, study: string, trials: number): { trials: Trial[]; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "hpo-python-"));
  const call = (...words: string[]): string => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [hpo, "study", ...words], {
      cwd: folder,
      encoding: "utf8",
      env: environment,
    });
    if (status !== 0) throw new Error(stdout + stderr);
    return stdout;
  };
  const file = join(root, "studies/python", name, "study.yaml");
  call("run", file, "--trials", String(trials), "--quiet");
  return { trials: JSON.parse(call("trials", study, "--json")) as Trial[], folder };
}

test.serial("numpy: a study trains, reports each epoch, and stops what is hopeless", (t) => {
  if (!has(t, "numpy")) return;
  const { trials, folder } = run("numpy", "spirals-numpy", 10);
  t.is(trials.length, 10);
  t.true(trials.every(({ state }) => state === "complete" || state === "pruned"));
  const complete = trials.filter(({ state }) => state === "complete");
  t.true(complete.every((trial) => Object.keys(trial.intermediateValues).length === 30));
  t.true(Math.min(...complete.map(({ values }) => values[0])) < 0.6, "better than a coin");
  const kept = join(folder, "hpo-trials/spirals-numpy", String(complete[0].number));
  t.true(existsSync(join(kept, "checkpoints/state.npz")));
});

test.serial(
  "numpy: a training that was killed goes on from its checkpoint to the same end",
  async (t) => {
    if (!has(t, "numpy")) return;
    const train = join(root, "studies/python/numpy/train.py");
    const start = (checkpoints: string) => ({
      cwd: checkpoints,
      env: { ...environment, HPO_CHECKPOINT_DIR: checkpoints, PYTHONUNBUFFERED: "1" },
    });
    const newFolder = (): string => mkdtempSync(join(tmpdir(), "hpo-checkpoints-"));
    const whole = spawnSync(python, [train], { ...start(newFolder()), encoding: "utf8" });
    const folder = newFolder();
    const killed = spawn(python, [train], start(folder));
    for await (const line of createInterface({ input: killed.stdout })) {
      if (line.startsWith('{"step": 7,')) killed.kill("SIGTERM");
    }
    const resumed = spawnSync(python, [train], { ...start(folder), encoding: "utf8" });
    t.regex(resumed.stdout, /^going on after epoch \d+\n/);
    t.is(resumed.stdout.trimEnd().split("\n").at(-1), whole.stdout.trimEnd().split("\n").at(-1));
  },
);

test.serial("PyTorch: conditional parameters, a schedule, the best model kept", (t) => {
  if (!has(t, "torch")) return;
  const { trials, folder } = run("torch", "spirals-torch", 2);
  t.true(trials.every(({ state }) => state === "complete"));
  t.is(Object.keys(trials[0].intermediateValues).length, 20);
  t.true(existsSync(join(folder, "hpo-trials/spirals-torch/0/model.pt")));
  t.true(existsSync(join(folder, "hpo-trials/spirals-torch/0/checkpoints/state.pt")));
});

test.serial("torchrun: two processes are one trial, and one of them reports", (t) => {
  if (!has(t, "torch")) return;
  const { trials, folder } = run("torchrun", "line-torchrun", 1);
  t.like(trials[0], { state: "complete", userAttrs: { world: 2 } });
  t.is(Object.keys(trials[0].intermediateValues).length, 10);
  t.true(existsSync(join(folder, "hpo-trials/line-torchrun/0/model.pt")));
});
