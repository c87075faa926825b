import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { random } from "../../strategies/index.ts";
import { inlineRunner } from "../../src/runner/inline.ts";
import { openStorage } from "../../src/storage/open-storage.ts";
import { createStudy } from "../../src/study/open-study.ts";
import { optimize } from "../../src/study/optimize.ts";
import { startPostgres } from "../../src/testing/postgres/postgres-cluster.ts";
import { runSql } from "../../src/testing/postgres/run-sql.ts";
import { coordinate } from "../../src/workers/coordinator.ts";
import { definitionFacts } from "../../src/workers/definition-facts.ts";
import { httpSource } from "../../src/workers/http-source.ts";
import { RemoteStudy } from "../../src/workers/remote-study.ts";
import { serveWork } from "../../src/workers/work-server.ts";
import { objective as sum, space } from "../distributed/six-floats.ts";

/*
 * Workers of one trial at a time, over real HTTP and a real PostgreSQL server, whose trials of 20 to
 * 60 s pass twenty times as fast: how many trials a second come of it, against what the workers could
 * do, and how long the coordinator keeps its event loop. All of it runs in this one process, so that
 * it breaks earlier than a coordinator would alone. usage: main.js [WORKERS,…] [SECONDS]
 */

const sizes = (process.argv[2] ?? "10,100,1000").split(",").map(Number);
const seconds = Number(process.argv[3] ?? 20);
const SPEED = 20;
const [SHORTEST_MS, LONGEST_MS] = [20_000 / SPEED, 60_000 / SPEED];
const MEAN_MS = (SHORTEST_MS + LONGEST_MS) / 2;

async function run(url: string, workers: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "hpo-scale-"));
  const storage = await openStorage(url);
  const objective: typeof sum = async (trial) => {
    // By the parameters, so that each run has the same.
    const share = (Number(trial.params["x0"]) + 5) / 10;
    await sleep(SHORTEST_MS + share * (LONGEST_MS - SHORTEST_MS));
    return sum(trial);
  };
  const definition = { name: "scale", space, strategy: random(), objective };
  const study = await createStudy(definition, { storage });
  const source = await coordinate(study, { definition: definitionFacts(definition), total: 1e6 });
  const gate = async () => undefined;
  const studies = new Map([[study.name, source]]);
  const server = await serveWork({ studies, host: "127.0.0.1", port: 0, gate });
  const notes = new Map<string, number>();
  const note = (text: string): void => {
    notes.set(text, (notes.get(text) ?? 0) + 1);
  };
  const remotes = Array.from({ length: workers }, (_, index) => {
    const at = new URL(`http://127.0.0.1:${server.port}/${study.name}`);
    const worker = `worker-${index}`;
    return new RemoteStudy({
      source: httpSource({ url: at, note }),
      definition,
      folder,
      note,
      worker,
    });
  });
  const delay = monitorEventLoopDelay();
  const working = remotes.map((remote) =>
    optimize(remote, inlineRunner(objective, { slots: 1 }), { workers: 1 }),
  );
  await sleep(2 * MEAN_MS);
  delay.enable();
  const [before, from, cpu] = [study.finished.length, performance.now(), process.cpuUsage()];
  await sleep(seconds * 1000);
  const ms = performance.now() - from;
  const finished = study.finished.length - before;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  const possible = (workers * ms) / MEAN_MS;
  console.log(
    `${workers} workers: ${((1000 * finished) / ms).toFixed(1)} trials/s, ${((100 * finished) / possible).toFixed(0)} % of ` +
      `what they can do; ${((user + system) / 1000 / finished).toFixed(1)} ms of processor a trial; event ` +
      `loop kept ${(delay.percentile(99) / 1e6).toFixed(0)} ms at the 99th percentile; load ${loadavg()[0].toFixed(0)}`,
  );
  for (const [text, times] of notes) console.log(`  ${times} ×: ${text}`);
  for (const remote of remotes) remote.stop();
  await Promise.all(working);
  await Promise.all(remotes.map((remote) => remote.close()));
  source.close();
  await server.close();
  await storage.close();
  await rm(folder, { recursive: true, force: true });
}

const cluster = await startPostgres({ fsync: "on", full_page_writes: "on", autovacuum: "on" });
try {
  for (const workers of sizes) {
    await runSql(cluster.url("postgres"), `create database scale${workers}`);
    await run(cluster.url(`scale${workers}`), workers);
  }
} finally {
  await cluster.stop();
}
