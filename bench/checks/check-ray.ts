import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../src/cli/work/testing/processes.ts";
import { openStorage } from "../../src/storage/open-storage.ts";
import { packageRoot } from "../package-root.ts";

// What hpo launch ray prints, on a real Ray of one node on this machine: two workers, one of whose tasks is
// killed and started again. Takes some two minutes. Exit code 1: something does not hold; 2: there is no Ray:
// HPO_PYTHON names a Python that has it.

const hpo = join(packageRoot, "dist/src/cli/hpo.cjs");
const python = process.env["HPO_PYTHON"] ?? "python3";
const TRIALS = 8;
const PATIENCE_MS = 180_000;

const STUDY = `
name: on-ray
command: sh train.sh {x}
space: { x: { type: float, low: 0, high: 1 } }
metric: json-lines
trials: ${TRIALS}
`;
const TRAIN = `
printf . >> begun
while [ -e hold ]; do sleep 0.5; done
echo "{\\"value\\": $1}"
`;

async function check(folder: string): Promise<void> {
  const files = { "study.yaml": STUDY, "train.sh": TRAIN, hold: "" };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const [port, head] = [await freePort(), await freePort()];
  const group: ChildProcess[] = [];
  const begin = (
    file: string,
    words: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): ChildProcess => {
    const child = spawn(file, words, {
      cwd: folder,
      detached: true,
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, ...env },
    });
    group.push(child);
    return child;
  };
  try {
    const url = `http://127.0.0.1:${port}/on-ray`;
    const serve = ["study", "serve", "study.yaml", "--lease", "10s", "--until-done"];
    const coordinator = begin(process.execPath, [hpo, ...serve, "--listen", `127.0.0.1:${port}`]);
    const served = once(coordinator, "close") as Promise<[number | null]>;
    begin(join(dirname(python), "ray"), [
      ...["start", "--head", "--block", "--port", String(head), "--num-cpus", "2"],
      ...["--include-dashboard", "false", "--disable-usage-stats", "--temp-dir", join(folder, "r")],
    ]);
    const launch = ["launch", "ray", "study.yaml", "-n", "2", "--cpus", "1", "--url", url];
    const { status, stdout, stderr } = spawnSync(process.execPath, [hpo, ...launch, "--hpo", hpo], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    writeFileSync(join(folder, "driver.py"), stdout);
    const { ended: driver } = await connected(() =>
      begin(python, ["driver.py"], { RAY_ADDRESS: `127.0.0.1:${head}` }),
    );
    const begun = (): number =>
      existsSync(join(folder, "begun")) ? readFileSync(join(folder, "begun"), "utf8").length : 0;
    await until("two workers train", () => begun() >= 2);
    console.log("two tasks of Ray run workers, and each has a trial");

    const [task] = tasksOf(url);
    process.kill(task, "SIGKILL");
    await until("its trial runs again", () => begun() >= 3);
    rmSync(join(folder, "hold"));
    assert.equal((await driver)[0], 0, "the driver's exit code");
    assert.equal((await served)[0], 0, "the coordinator's exit code");
    console.log("a task whose process was killed was started again");
    const storage = await openStorage(`sqlite:${join(folder, "hpo.db")}`);
    const { trials } = await storage.readTrials((await storage.findStudy("on-ray"))!.id);
    await storage.close();
    assert.deepEqual(
      trials.map(({ state }) => state),
      Array.from({ length: TRIALS }, () => "complete"),
    );
    console.log(`${TRIALS} trials, each complete once`);
  } finally {
    // Ray ends all that it has begun, wherever that is, when it is told to.
    for (const { pid } of group) endGroup(pid, "SIGTERM");
    const gone = group.map(async (child) => {
      if (child.exitCode === null) await once(child, "close");
    });
    await Promise.race([Promise.all(gone), sleep(45_000, undefined, { ref: false })]);
    for (const { pid } of group) endGroup(pid, "SIGKILL");
  }
}

/** Begins a driver again until Ray, which takes its time to start, lets it in. */
async function connected(
  begin: () => ChildProcess,
): Promise<{ readonly ended: Promise<[number | null]> }> {
  const endsAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const ended = once(begin(), "close") as Promise<[number | null]>;
    const isIn = await Promise.race([ended.then(() => false), sleep(30_000, true, { ref: false })]);
    if (isIn || performance.now() > endsAt) return { ended };
    await sleep(1000);
  }
}

/** The processes of Ray whose children are workers of this coordinator. */
function tasksOf(url: string): number[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`study\0work\0${url}`)) return [];
      const [, parent] = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))!;
      const isTask = readFileSync(`/proc/${parent}/cmdline`, "utf8").startsWith("ray::");
      return isTask ? [Number(parent)] : [];
    } catch {
      return [];
    }
  });
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const endsAt = performance.now() + PATIENCE_MS;
  while (!holds()) {
    assert.ok(
      performance.now() < endsAt,
      `In ${PATIENCE_MS / 1000} s it did not come to pass: ${what}`,
    );
    await sleep(500);
  }
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid!, signal);
  } catch {
    // It has ended.
  }
}

if (spawnSync(python, ["-c", "import ray"]).status !== 0) {
  console.error(
    `${python} has no Ray. Set HPO_PYTHON to a Python where \`pip install ray\` was run.`,
  );
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "hpo-ray-"));
try {
  await check(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
