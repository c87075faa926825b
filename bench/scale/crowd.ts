import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Strategy } from "../../src/contracts/strategy.ts";
import { openStorage } from "../../src/storage/open-storage.ts";
import { createStudy } from "../../src/study/open-study.ts";
import { engineOf } from "../../src/study/study-internals.ts";
import { coordinate } from "../../src/workers/coordinator.ts";
import { definitionFacts } from "../../src/workers/definition-facts.ts";
import { serveWork } from "../../src/workers/work-server.ts";
import { scaledStudy } from "./scaled-study.ts";

/** A coordinator in this process, and workers in others. */
export interface CrowdOptions {
  readonly url: string;
  readonly strategy: Strategy;
  readonly workers: number;
  readonly slots: number;
  /** A trial takes from half of it to one and a half. */
  readonly meanSeconds: number;
  /** Trials that end before anything is measured. */
  readonly warmTrials: number;
  /** Trials that are measured then. */
  readonly trials: number;
  /** Whether suggestions are never made in a thread. */
  readonly onLoop?: boolean;
}

export interface CrowdResult {
  readonly seconds: number;
  readonly perSecond: number;
  /** Of the coordinator's process, threads included. */
  readonly cpuMs: number;
  readonly delayMs: { readonly median: number; readonly p99: number; readonly max: number };
  readonly rssMiB: number;
}

/** Workers in one process. */
const TOGETHER = 250;
const WORKERS = fileURLToPath(new URL("./many-workers.js", import.meta.url));

/** Measures a coordinator from one number of ended trials to another. */
export async function crowd(options: CrowdOptions): Promise<CrowdResult> {
  const { url, strategy, workers, slots, meanSeconds, warmTrials, trials } = options;
  const folder = await mkdtemp(join(tmpdir(), "hpo-scale-"));
  const storage = await openStorage(url);
  const study = await createStudy({ ...scaledStudy, strategy }, { storage });
  if (options.onLoop) engineOf(study).starter.suggestions.slowMs = Infinity;
  const source = await coordinate(study, { definition: definitionFacts(scaledStudy), total: 1e6 });
  const gate = async () => undefined;
  const studies = new Map([[study.name, source]]);
  const server = await serveWork({ studies, host: "127.0.0.1", port: 0, gate });
  const at = `http://127.0.0.1:${server.port}/${study.name}`;
  const children = Array.from({ length: Math.ceil(workers / TOGETHER) }, (_, index) => {
    const count = Math.min(TOGETHER, workers - index * TOGETHER);
    return fork(WORKERS, [at, folder, meanSeconds, count, slots].map(String));
  });
  const ended = async (count: number): Promise<void> => {
    while (study.finished.length < count) await sleep(20);
  };
  await ended(warmTrials);
  const delay = monitorEventLoopDelay();
  delay.enable();
  const [before, from, cpu] = [study.finished.length, performance.now(), process.cpuUsage()];
  await ended(before + trials);
  const seconds = (performance.now() - from) / 1000;
  const count = study.finished.length - before;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  const rssMiB = process.memoryUsage().rss / 2 ** 20;
  const ends = children.map((child) => once(child, "exit"));
  for (const child of children) child.send("stop");
  await Promise.all(ends);
  source.close();
  await server.close();
  await storage.close();
  await rm(folder, { recursive: true, force: true });
  const ms = (nanoseconds: number): number => nanoseconds / 1e6;
  return {
    seconds,
    perSecond: count / seconds,
    cpuMs: (user + system) / 1000 / count,
    delayMs: {
      median: ms(delay.percentile(50)),
      p99: ms(delay.percentile(99)),
      max: ms(delay.max),
    },
    rssMiB,
  };
}
