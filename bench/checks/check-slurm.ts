import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ATTRIBUTE } from "../../src/contracts/attributes.ts";
import { openStorage } from "../../src/storage/open-storage.ts";
import { packageRoot } from "../package-root.ts";
import { SLURM_PROGRAMS, startSlurm, type SlurmCluster } from "./slurm/cluster.ts";

// What hpo launch slurm prints, on a real Slurm of one controller and two nodes on this machine: an array
// with GPUs on both, a job that is requeued, a node that dies. Takes some 90 seconds. Exit code 1:
// something does not hold; 2: there is no Slurm to start.

const hpo = join(packageRoot, "dist/src/cli/hpo.cjs");
const TRIALS = 16;
/** From this one on trials wait until all has been tried. */
const HELD = 8;

const STUDY = `
name: on slurm
command: sh train.sh {x}
space: { x: { type: float, low: 0, high: 1 } }
metric: json-lines
trials: ${TRIALS}
`;
const TRAIN = `
[ "$HPO_TRIAL_NUMBER" -lt ${HELD} ] || printf . >> held
while [ "$HPO_TRIAL_NUMBER" -ge ${HELD} ] && [ -e hold ]; do sleep 0.5; done
echo "{\\"value\\": $1}"
`;

async function check(cluster: SlurmCluster, folder: string): Promise<void> {
  await until("both nodes are idle", () => nodeStates(cluster).every((state) => state === "idle"));
  for (const [file, text] of [
    ["study.yaml", STUDY],
    ["train.sh", TRAIN],
    ["hold", ""],
  ]) {
    writeFileSync(join(folder, file), text);
  }
  const port = await freePort();
  const serve = ["study", "serve", "study.yaml", "--lease", "10s", "--until-done"];
  const coordinator = spawn(process.execPath, [hpo, ...serve, "--listen", `127.0.0.1:${port}`], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(coordinator, "close") as Promise<[number | null]>;
  try {
    await tryAll(cluster, folder, `http://127.0.0.1:${port}/on%20slurm`);
    rmSync(join(folder, "hold"));
    assert.equal((await ended)[0], 0, "the coordinator's exit code");
    await checkTrials(folder);
  } catch (error) {
    for (const log of logs(folder)) console.error(log);
    console.error(cluster.ask("squeue", "--format=%i %T %N %r"));
    throw error;
  } finally {
    end(coordinator);
  }
}

async function tryAll(cluster: SlurmCluster, folder: string, url: string): Promise<void> {
  const words = ["launch", "slurm", "study.yaml", "-n", "4", "--gpus", "1", "--url", url];
  // The GPUs are files: Slurm gives them out, and no program sees them.
  const own = ["--hpo", hpo, "--grace", "32s", "--submit", "--", "--devices", "none"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [hpo, ...words, ...own], {
    cwd: folder,
    env: cluster.env,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  const job = /Submitted batch job (\d+)/.exec(stdout)?.[1];
  assert.ok(job, stdout);
  await until("four workers run", () => running(cluster).length === 4);
  const nodes = running(cluster)
    .map(({ node }) => node)
    .sort();
  assert.deepEqual(nodes, ["node0", "node0", "node1", "node1"], "two GPUs each");
  await until("trials are held on all four", () => heldTrials(folder) === 4);
  console.log("array: four workers on two nodes, a GPU each");

  const [first] = running(cluster).filter(({ node }) => node === "node0");
  cluster.ask("scontrol", "requeue", first.task);
  await until("the requeued worker handed its trial back", () =>
    logs(folder).some((log) => log.includes("handed back")),
  );
  await until("it runs again", () => running(cluster).length === 4);
  await until("its trial runs again", () => heldTrials(folder) >= 5);
  console.log(`requeue: ${first.task} handed its trial back, and runs again`);

  const lost = running(cluster).filter(({ node }) => node === "node1");
  const killed = cluster.killNode("node1");
  assert.ok(killed >= 4, `${killed} processes were killed`);
  await until("the controller misses the node", () =>
    nodeStates(cluster).some((state) => state.startsWith("down")),
  );
  cluster.startNode("node1");
  await until("the lost workers run again", () => running(cluster).length === 4);
  const again = running(cluster).map(({ task }) => task);
  for (const { task } of lost) assert.ok(again.includes(task), `${task} of ${again.join(", ")}`);
  await until("their trials run again", () => heldTrials(folder) >= 7);
  console.log(`node death: ${lost.map(({ task }) => task).join(", ")} run again`);
}

async function checkTrials(folder: string): Promise<void> {
  const storage = await openStorage(`sqlite:${join(folder, "hpo.db")}`);
  const [{ id }] = await storage.listStudies();
  const { trials } = await storage.readTrials(id);
  await storage.close();
  assert.equal(trials.length, TRIALS);
  assert.ok(trials.every(({ state }) => state === "complete"));
  const attempts = trials.map(({ systemAttrs }) => Number(systemAttrs[ATTRIBUTE.attempts] ?? 0));
  // The node's two trials were lost; the one that was handed back counts no attempt.
  assert.equal(
    attempts.reduce((sum, count) => sum + count, 0),
    2,
    `attempts: ${attempts.join(" ")}`,
  );
  console.log(`${TRIALS} trials, each complete once; the dead node's two were a second attempt`);
}

/** How often a trial began to wait, in all attempts. */
const heldTrials = (folder: string): number =>
  existsSync(join(folder, "held")) ? readFileSync(join(folder, "held"), "utf8").length : 0;

const logs = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".log"))
    .map((name) => readFileSync(join(folder, name), "utf8"));

/** Of the nodes, without marks such as `*`. */
const nodeStates = (cluster: SlurmCluster): string[] => {
  try {
    return cluster.ask("sinfo", "--noheader", "--Node", "--format=%T").trim().split("\n");
  } catch {
    // The controller doesn't listen yet.
    return ["unknown"];
  }
};

function running(cluster: SlurmCluster): { task: string; node: string }[] {
  const text = cluster.ask("squeue", "--noheader", "--states=RUNNING", "--format=%i %N");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" "))
    .map(([task, node]) => ({ task, node }));
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + 75_000;
  while (!holds()) {
    assert.ok(performance.now() < end, `waited 75 seconds until ${what}`);
    await sleep(1000);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

function end(child: ChildProcess): void {
  if (child.exitCode === null) child.kill("SIGKILL");
}

const onPath = (program: string): boolean =>
  (process.env["PATH"] ?? "").split(":").some((folder) => existsSync(join(folder, program)));

const missing = SLURM_PROGRAMS.filter((program) => !onPath(program));
if (missing.length > 0 || process.getuid?.() !== 0) {
  const why = missing.length > 0 ? `there is no ${missing.join(", ")} here` : "this is not root";
  console.error(
    `SKIPPED: Slurm is not tried, since ${why}. As root on Debian: ` +
      "apt-get install slurmctld slurmd slurm-client munge",
  );
  process.exitCode = 2;
} else {
  const folder = mkdtempSync(join(tmpdir(), "hpo-slurm-"));
  const work = mkdtempSync(join(tmpdir(), "hpo-slurm-study-"));
  const cluster = startSlurm(folder);
  try {
    await check(cluster, work);
  } finally {
    cluster.end();
    for (const one of [folder, work]) rmSync(one, { recursive: true, force: true });
  }
}
