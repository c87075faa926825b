import { fork, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { random } from "../../strategies/index.ts";
import { inlineRunner } from "../../src/runner/inline.ts";
import { openStorage } from "../../src/storage/open-storage.ts";
import { createStudy } from "../../src/study/open-study.ts";
import { optimize } from "../../src/study/optimize.ts";
import {
  startPostgres,
  type PostgresCluster,
} from "../../src/testing/postgres/postgres-cluster.ts";
import { runSql } from "../../src/testing/postgres/run-sql.ts";
import { coordinate } from "../../src/workers/coordinator.ts";
import { definitionFacts } from "../../src/workers/definition-facts.ts";
import { httpSource } from "../../src/workers/http-source.ts";
import { RemoteStudy } from "../../src/workers/remote-study.ts";
import { serveWork } from "../../src/workers/work-server.ts";
import { packageRoot } from "../package-root.ts";
import { optunaUrl } from "../peers/optuna-url.ts";
import { countingProxy } from "./counting-proxy.ts";
import { reportLongHistories } from "./long-history.ts";
import { middle } from "./middle.ts";
import { backendsOf, processorMs } from "./processor-time.ts";
import { rate } from "./rate.ts";
import { objective, space } from "./six-floats.ts";

/*
 * One study on a real PostgreSQL server of this machine, which confirms its disk: trials a second of
 * one and eight processes that use it directly, of eight of Optuna's (HPO_PYTHON names a Python with
 * Optuna and psycopg2), and of 64 slots through a coordinator, with round trips and commits a trial;
 * with trials of no length, on this machine and as if the server were 1 ms away, and with trials that take a while, as
 * training does; and the processor time of a trial, which tells how far more processes can get. Then what a trial and a coordinator's start cost after 50,000 trials, on SQLite, too. Everything in this one run; the ratios count, not the rates. usage: main.js [ROUNDS] [SECONDS]
 */

const [rounds, seconds] = [process.argv[2] ?? 5, process.argv[3] ?? 8].map(Number);
if (!(Number.isInteger(rounds) && rounds > 0 && seconds > 0)) {
  console.error(`Give ROUNDS ≥ 1 and SECONDS > 0, got ${process.argv.slice(2).join(" ")}.`);
  process.exit(2);
}
const SLOTS = 64;

/** How long the trials of the second comparison take, which compute nothing meanwhile. */
const WAIT_MS = 50;
/** How far away the server of the third comparison is, as one in another building. */
const FAR_MS = 1;
interface Direct {
  readonly perSecond: number;
  /** Processor time of a trial in ms: of its worker, and of the server for it. */
  readonly workerMs: number;
  readonly serverMs: number;
}

async function direct(url: string, processes: number, waitMs = 0): Promise<Direct> {
  const program = fileURLToPath(new URL("./direct-worker.js", import.meta.url));
  const workers: ChildProcess[] = [];
  for (let index = 0; index < processes; index++) {
    const worker = fork(program, [url, String(waitMs)]);
    await once(worker, "message");
    workers.push(worker);
  }
  const all = () => workers.forEach((worker) => worker.send("next"));
  const pids = workers.map(({ pid }) => pid!);
  const backends = await backendsOf(url);
  const seen: { finished: number; workers: number; server: number }[] = [];
  const perSecond = await rate(url, "direct", processes, seconds, all, (finished) =>
    seen.push({ finished, workers: processorMs(pids), server: processorMs(backends) }),
  );
  const ends = workers.map((worker) => once(worker, "exit"));
  all();
  await Promise.all(ends);
  const [before, after] = seen;
  const trials = after.finished - before.finished;
  return {
    perSecond,
    workerMs: (after.workers - before.workers) / trials,
    serverMs: (after.server - before.server) / trials,
  };
}

/** As `direct`, with a server that is FAR_MS away; in trials a second. */
async function far(cluster: PostgresCluster, url: string, processes: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "hpo-far-"));
  const proxy = await countingProxy(folder, cluster.socket, FAR_MS);
  try {
    const { perSecond } = await direct(through(folder, url), processes);
    return perSecond;
  } finally {
    proxy.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same database by the socket in that folder. */
const through = (folder: string, url: string): string =>
  url.replace(/host=.*/, `host=${encodeURIComponent(folder)}`);

async function optuna(url: string, python: string, processes: number): Promise<number> {
  const script = join(packageRoot, "bench", "peers", "optuna_worker.py");
  const workers: ReturnType<typeof spawn>[] = [];
  for (let index = 0; index < processes; index++) {
    const worker = spawn(python, [script, optunaUrl(url)], { stdio: ["pipe", "pipe", "inherit"] });
    await once(worker.stdout, "data");
    workers.push(worker);
  }
  const all = () => workers.forEach((worker) => worker.stdin!.write("next\n"));
  const perSecond = await rate(url, "optuna", processes, seconds, all);
  const ends = workers.map((worker) => once(worker, "exit"));
  all();
  await Promise.all(ends);
  return perSecond;
}

interface Coordinated {
  readonly perSecond: number;
  readonly trips: number;
  readonly commits: number;
}

async function coordinated(cluster: PostgresCluster, url: string): Promise<Coordinated> {
  const folder = await mkdtemp(join(tmpdir(), "hpo-proxy-"));
  const proxy = await countingProxy(folder, cluster.socket);
  const storage = await openStorage(through(folder, url));
  const definition = { name: "coordinated", space, strategy: random(), objective };
  const study = await createStudy(definition, { storage });
  const source = await coordinate(study, { definition: definitionFacts(definition), total: 1e6 });
  const gate = async () => undefined;
  const studies = new Map([[study.name, source]]);
  const server = await serveWork({ studies, host: "127.0.0.1", port: 0, gate });
  const note = () => undefined;
  const remote = new RemoteStudy({
    source: httpSource({ url: new URL(`http://127.0.0.1:${server.port}/${study.name}`), note }),
    definition,
    folder,
    note,
  });
  const commits = async () => {
    const [{ n }] = await runSql(
      url,
      `select xact_commit::int as n from pg_stat_database where datname = current_database()`,
    );
    return Number(n);
  };
  let work: Promise<string> | undefined;
  const counts = { trips: 0, commits: 0, finished: 0 };
  const perSecond = await rate(url, study.name, 1, seconds, () => {
    work = optimize(remote, inlineRunner(objective, { slots: SLOTS }), { workers: SLOTS });
    counts.trips = proxy.trips;
    counts.finished = study.finished.length;
  });
  counts.trips = proxy.trips - counts.trips;
  counts.finished = study.finished.length - counts.finished;
  remote.stop();
  await work;
  await remote.close();
  source.close();
  await server.close();
  await storage.close();
  proxy.close();
  // The server's own count comes late; it counts reading, too.
  await sleep(1500);
  const all = await commits();
  await rm(folder, { recursive: true, force: true });
  return {
    perSecond,
    trips: counts.trips / counts.finished,
    commits: all / study.finished.length,
  };
}

const python = process.env["HPO_PYTHON"] ?? "python3";
const hasOptuna =
  spawnSync(python, ["-c", "import optuna, psycopg2"], { stdio: "ignore" }).status === 0;
if (!hasOptuna) console.error(`Optuna is not measured: ${python} lacks optuna or psycopg2.`);

const cluster = await startPostgres({
  fsync: "on",
  full_page_writes: "on",
  autovacuum: "on",
  shared_buffers: "128MB",
});
const names = [
  "one",
  "oneWorkerMs",
  "oneServerMs",
  "eight",
  "eightWorkerMs",
  "eightServerMs",
  "oneWaits",
  "eightWait",
  "oneFar",
  "eightFar",
  "theirs",
  "slots",
  "trips",
  "commits",
] as const;
const rows = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
  (typeof names)[number],
  number[]
>;
try {
  for (let round = 0; round < rounds; round++) {
    const fresh = async (name: string): Promise<string> => {
      await runSql(cluster.url("postgres"), `create database ${name}${round}`);
      return cluster.url(`${name}${round}`);
    };
    const one = await direct(await fresh("one"), 1);
    rows.one.push(one.perSecond);
    rows.oneWorkerMs.push(one.workerMs);
    rows.oneServerMs.push(one.serverMs);
    const eight = await direct(await fresh("eight"), 8);
    rows.eight.push(eight.perSecond);
    rows.eightWorkerMs.push(eight.workerMs);
    rows.eightServerMs.push(eight.serverMs);
    rows.oneWaits.push((await direct(await fresh("onewaits"), 1, WAIT_MS)).perSecond);
    rows.eightWait.push((await direct(await fresh("eightwait"), 8, WAIT_MS)).perSecond);
    rows.oneFar.push(await far(cluster, await fresh("onefar"), 1));
    rows.eightFar.push(await far(cluster, await fresh("eightfar"), 8));
    if (hasOptuna) rows.theirs.push(await optuna(await fresh("optuna"), python, 8));
    const slots = await coordinated(cluster, await fresh("slots"));
    rows.slots.push(slots.perSecond);
    rows.trips.push(slots.trips);
    rows.commits.push(slots.commits);
    const last = Object.entries(rows).map(
      ([name, values]) => `${name} ${values.at(-1)?.toFixed(2)}`,
    );
    console.log(`round ${round}: ${last.join("  ")} (load ${loadavg()[0].toFixed(0)})`);
  }
  report();
  await reportLongHistories(cluster);
} finally {
  await cluster.stop();
}

function report(): void {
  const ratio = (a: readonly number[], b: readonly number[]): string =>
    b.length === 0 ? "not measured" : middle(a.map((value, index) => value / b[index])).toFixed(2);
  const ms = (values: readonly number[]): string => middle(values).toFixed(1);
  const eightMs = middle(rows.eightWorkerMs) + middle(rows.eightServerMs);
  const most = (availableParallelism() * 1000) / eightMs;
  console.log(`one process: ${middle(rows.one).toFixed(1)} trials/s
processor a trial, worker + server: one ${ms(rows.oneWorkerMs)} + ${ms(rows.oneServerMs)} ms, \
8 processes ${ms(rows.eightWorkerMs)} + ${ms(rows.eightServerMs)} ms: \
${availableParallelism()} processors are good for ${most.toFixed(0)} trials/s of 8 processes, \
${(most / middle(rows.one)).toFixed(2)} × one
8 processes: ${middle(rows.eight).toFixed(1)} trials/s
8 Optuna processes: ${hasOptuna ? middle(rows.theirs).toFixed(1) : "not measured"} trials/s
8 processes / 8 of Optuna: ${ratio(rows.eight, rows.theirs)} (bar: 5)
8 processes / one: ${ratio(rows.eight, rows.one)} (bar: 1.5)
8 processes / one, server ${FAR_MS} ms away: ${ratio(rows.eightFar, rows.oneFar)} (bar: 1.5), \
${middle(rows.oneFar).toFixed(1)} trials/s of one
8 processes / one, trials of ${WAIT_MS} ms: ${ratio(rows.eightWait, rows.oneWaits)} (bar: 1.5)
64 slots through a coordinator: ${middle(rows.slots).toFixed(1)} trials/s
  round trips a trial: ${middle(rows.trips).toFixed(2)} (bar: 8)
  transactions a trial, reading too: ${middle(rows.commits).toFixed(2)} (bar for commits: 0.15)`);
}
