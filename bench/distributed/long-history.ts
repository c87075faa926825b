import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quasiRandom, random } from "../../strategies/index.ts";
import type { Strategy } from "../../src/contracts/strategy.ts";
import { openStorage } from "../../src/storage/open-storage.ts";
import { openStudy } from "../../src/study/open-study.ts";
import type { PostgresCluster } from "../../src/testing/postgres/postgres-cluster.ts";
import { runSql } from "../../src/testing/postgres/run-sql.ts";
import { packageRoot } from "../package-root.ts";
import { growStudy } from "./grown-study.ts";
import { middle } from "./middle.ts";
import { objective, space } from "./six-floats.ts";

const FEW = 1_000;
const MANY = 50_000;
/** Trials of each study in turn, so that what else the machine does is the same for both. */
const BLOCK = 10;
const BLOCKS = 7;
const CLI = join(packageRoot, "dist", "src", "cli", "main.js");

/** What a trial costs with many trials before it, and how long a coordinator takes to start again. */
export async function reportLongHistories(cluster: PostgresCluster): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "hpo-long-"));
  try {
    for (const [database, create] of Object.entries({
      SQLite: async (name: string) => `sqlite:${join(folder, `${name}.db`)}`,
      PostgreSQL: async (name: string) => {
        await runSql(cluster.url("postgres"), `create database ${name}`);
        return cluster.url(name);
      },
    })) {
      for (const strategy of [random(), quasiRandom()]) {
        const [few, many] = [FEW, MANY].map((count) => ({ name: `grown${count}`, count }));
        const urls = new Map<number, string>();
        for (const { name, count } of [few, many]) {
          const url = await create(`${name}_${strategy.name.replaceAll("-", "_")}`);
          await growStudy(url, name, strategy, count);
          urls.set(count, url);
        }
        const cost = await costs(urls, strategy);
        console.log(
          `${database}, ${strategy.name}: a trial after ${MANY} costs ${cost.toFixed(2)} × one after ` +
            `${FEW} (bar: 1.3)`,
        );
        if (strategy.name !== "random") continue;
        const restart = await restarts(urls, folder);
        console.log(
          `${database}: a coordinator starts again on ${MANY} trials in ${restart.toFixed(1)} × the ` +
            `time on ${FEW} (bar: 20)`,
        );
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ratio of the times of a trial, medians of blocks taken in turn. */
async function costs(urls: ReadonlyMap<number, string>, strategy: Strategy): Promise<number> {
  const studies = await Promise.all(
    [...urls].map(async ([count, url]) => {
      const storage = await openStorage(url);
      const study = await openStudy(
        { name: `grown${count}`, space, strategy, objective },
        { storage },
      );
      await study.optimize({ trials: BLOCK });
      return { study, storage, times: [] as number[] };
    }),
  );
  for (let block = 0; block < BLOCKS; block++) {
    for (const { study, times } of studies) {
      const from = performance.now();
      await study.optimize({ trials: BLOCK });
      times.push(performance.now() - from);
    }
  }
  for (const { storage } of studies) await storage.close();
  const [few, many] = studies.map(({ times }) => middle(times));
  return many / few;
}

/** Ratio of the times until `hpo study serve` serves, its process started anew. */
async function restarts(urls: ReadonlyMap<number, string>, folder: string): Promise<number> {
  const times = new Map([...urls.keys()].map((count) => [count, [] as number[]]));
  for (let round = 0; round < 3; round++) {
    for (const [count, url] of urls) times.get(count)!.push(await start(url, count, folder));
  }
  return middle(times.get(MANY)!) / middle(times.get(FEW)!);
}

async function start(url: string, count: number, folder: string): Promise<number> {
  const names = space.parameters.map(({ name }) => `  ${name}: { type: float, low: -5, high: 5 }`);
  const file = join(folder, `grown${count}.yaml`);
  await writeFile(
    file,
    `name: grown${count}\nstrategy: random\ncommand: "true"\nspace:\n${names.join("\n")}\n`,
  );
  const from = performance.now();
  const words = ["study", "serve", file, "--listen", "127.0.0.1:0", "--quiet"];
  const child = spawn(process.execPath, [CLI, ...words], {
    env: { ...process.env, HPO_STORAGE: url },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), ended]);
  const time = performance.now() - from;
  if (child.exitCode !== null) throw new Error(`hpo study serve ended with ${child.exitCode}`);
  child.kill("SIGTERM");
  await ended;
  return time;
}
