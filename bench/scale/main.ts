import { loadavg } from "node:os";
import { bayesian, random } from "../../strategies/index.ts";
import { startPostgres } from "../../src/testing/postgres/postgres-cluster.ts";
import { runSql } from "../../src/testing/postgres/run-sql.ts";
import { crowd, type CrowdResult } from "./crowd.ts";

/*
 * Workers of one trial at a time, over real HTTP and a real PostgreSQL server, whose trials of 20 to
 * 60 s pass SPEED times as fast: how many trials a second come of it, against what the workers could do,
 * and what that costs the coordinator, in its own process. Measured by progress: once each worker had
 * a trial, until each had another one.
 * usage: main.js [WORKERS[@SPEED],…]      10@20, 100@20, 1000@2 if left out
 *        main.js suggestions [TRIALS]     how long a coordinator of 64 slots keeps its event loop as
 *                                         bayesian suggests, with its thread and without
 */

const MEAN_SECONDS = 40;

const shown = ({ perSecond, cpuMs, delayMs, rssMiB }: CrowdResult): string =>
  `${perSecond.toFixed(1)} trials/s; the coordinator took ${cpuMs.toFixed(1)} ms of processor a trial, ` +
  `${rssMiB.toFixed(0)} MiB, and kept its event loop ${delayMs.median.toFixed(0)} ms at the median, ` +
  `${delayMs.p99.toFixed(0)} at the 99th percentile, ${delayMs.max.toFixed(0)} at most; ` +
  `load ${loadavg()[0].toFixed(0)}`;

const cluster = await startPostgres({ fsync: "on", full_page_writes: "on", autovacuum: "on" });
let databases = 0;
const database = async (): Promise<string> => {
  const name = `scale${databases++}`;
  await runSql(cluster.url("postgres"), `create database ${name}`);
  return cluster.url(name);
};
const [what = "10@20,100@20,1000@2", count = "400"] = process.argv.slice(2);
try {
  if (what === "suggestions") await suggestions(Number(count));
  else for (const size of what.split(",")) await scale(size);
} finally {
  await cluster.stop();
}

async function scale(size: string): Promise<void> {
  const [workers, speed = 1] = size.split("@").map(Number);
  const meanSeconds = MEAN_SECONDS / speed;
  const trials = Math.max(workers, 100);
  const result = await crowd({
    url: await database(),
    strategy: random(),
    workers,
    slots: 1,
    meanSeconds,
    warmTrials: trials,
    trials,
  });
  const share = (100 * result.perSecond * meanSeconds) / workers;
  console.log(
    `${workers} workers at ${speed} × the speed: ${share.toFixed(0)} % of what they can do, ${shown(result)}`,
  );
}

async function suggestions(trials: number): Promise<void> {
  for (const onLoop of [true, false]) {
    const result = await crowd({
      url: await database(),
      strategy: bayesian(),
      workers: 1,
      slots: 64,
      meanSeconds: 4,
      warmTrials: 100,
      trials,
      onLoop,
    });
    console.log(`${onLoop ? "on the event loop" : "in a thread"}: ${shown(result)}`);
  }
}
