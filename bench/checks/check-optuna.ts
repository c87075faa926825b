import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStorage } from "../../src/storage/open-storage.ts";
import type { Storage } from "../../src/contracts/storage.ts";
import { ATTRIBUTE } from "../../src/contracts/attributes.ts";
import { packageRoot } from "../package-root.ts";
import { writeSampleStudies } from "./optuna/sample-studies.ts";
import { fromJson as pythonJson } from "../../src/storage/json.ts";
import { checkTogether } from "./optuna/together.ts";
import { dumpStudies, type StudyDump, type TrialDump } from "./optuna/study-dump.ts";

// A database goes from here to Optuna, which goes on with its studies, and back. Exit code 1: they
// disagree; 2: there is no Optuna to ask, or none that can reach a PostgreSQL server.

const PROGRAM = join(packageRoot, "bench", "checks", "optuna", "check_optuna.py");
async function check(python: string, folder: string): Promise<void> {
  const path = join(folder, "hpo.db");
  const storage = await openStorage(path);
  await writeSampleStudies(storage);

  const loaded = await ask(python, "dump", path, folder);
  compare(loaded, await dumpStudies(storage));
  assert.deepEqual(
    loaded.map(({ best }) => best),
    [[4], [1, 3], []],
    "the best trials",
  );
  console.log(`written here, loaded by Optuna: ${count(loaded)} agree`);

  const continued = await ask(python, "continue", path, folder);
  compare(continued, await dumpStudies(storage));
  console.log(`continued by Optuna, read here: ${count(continued)} agree`);

  await goOn(storage);
  const again = await ask(python, "dump", path, folder);
  compare(again, await dumpStudies(storage));
  console.log(`continued here, loaded by Optuna: ${count(again)} agree`);
  await storage.close();
}

/** Every state's turn comes: what Optuna queued is run, what it finished gets its index. */
async function goOn(storage: Storage): Promise<void> {
  for (const { id, directions, userAttrs } of await storage.listStudies()) {
    assert.equal(userAttrs["continued"], true);
    await storage.indexFinished(id);
    const { trials } = await storage.readTrials(id);
    const waiting = trials.filter(({ state }) => state === "waiting");
    assert.deepEqual(waiting.at(-1)?.params, { lr: 0.25, kind: null });
    const startedAt = new Date();
    for (const trial of waiting) {
      assert.ok(await storage.inTurn(id, (turn) => turn.startTrial(trial.id, { startedAt })));
      const values = directions.map(() => 0.25);
      await storage.finishTrial(trial.id, { state: "complete", values, completedAt: startedAt });
    }
    const after = (await storage.readTrials(id)).trials;
    const indexes = after.map(({ systemAttrs }) => Number(systemAttrs[ATTRIBUTE.finishIndex]));
    assert.deepEqual(
      indexes.sort((a, b) => a - b),
      after.map((_, index) => index),
      "every finished trial has its own index",
    );
  }
}

function compare(theirs: readonly StudyDump[], ours: readonly Omit<StudyDump, "best">[]): void {
  const comparable = theirs.map(({ best: _, trials, ...study }) => ({
    ...study,
    trials: trials.map(toMilliseconds),
  }));
  assert.deepEqual(comparable, ours);
}

const toMilliseconds = (trial: TrialDump): TrialDump => ({
  ...trial,
  started: trial.started?.slice(0, 23) ?? null,
  completed: trial.completed?.slice(0, 23) ?? null,
});

const count = (studies: readonly StudyDump[]): string =>
  `${studies.length} studies, ${studies.flatMap(({ trials }) => trials).length} trials`;

async function ask(
  python: string,
  command: "dump" | "continue",
  path: string,
  folder: string,
): Promise<readonly StudyDump[]> {
  const out = join(folder, "out.json");
  const { status } = spawnSync(python, [PROGRAM, command, path, out], { stdio: "inherit" });
  assert.equal(status, 0, `check_optuna.py ${command} ended with ${status}`);
  return (pythonJson(await readFile(out, "utf8")) as { studies: StudyDump[] }).studies;
}

/** HPO_PYTHON, or a Python of our own with the newest Optuna. */
function optunaPython(folder: string): string | undefined {
  const given = process.env["HPO_PYTHON"];
  if (given !== undefined) return withOptuna(given, "Set HPO_PYTHON to a Python with optuna.");
  const venv = join(folder, "venv");
  const python = join(venv, "bin", "python");
  run("python3", ["-m", "venv", venv]);
  if (existsSync(python)) run(python, ["-m", "pip", "install", "--quiet", "optuna"]);
  return withOptuna(python, "Install Python 3 with venv and pip, or set HPO_PYTHON.");
}

const run = (command: string, args: readonly string[]) =>
  spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });

function withOptuna(python: string, remedy: string): string | undefined {
  const version = "import optuna; print(optuna.__version__)";
  const { status, stdout } = spawnSync(python, ["-c", version], { encoding: "utf8" });
  if (status === 0) {
    console.log(`Optuna ${stdout.trim()}, ${python}`);
    return python;
  }
  console.error(`There is no Optuna to ask: ${python} can't import it. ${remedy}`);
  return undefined;
}

const folder = await mkdtemp(join(tmpdir(), "hpo-optuna-"));
try {
  const python = optunaPython(folder);
  if (python === undefined) process.exitCode = 2;
  else {
    await check(python, folder);
    if (!(await checkTogether(python))) process.exitCode = 2;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
