import type { ExecutionContext } from "ava";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createRng, type Rng } from "../../../numerics/rng.ts";
import { openStorage } from "../../../storage/open-storage.ts";
import { freePort } from "../../../cli/work/testing/processes.ts";
import { tempFolder } from "../../temp-folder.ts";
import type { PostgresCluster } from "../../postgres/postgres-cluster.ts";
import { checkResults } from "./check-results.ts";
import { shuffled, type Counts, type Fault } from "./deck.ts";
import { member, type Member } from "./fleet.ts";
import { losingProxy } from "./lost-answers.ts";
import { places, type Place } from "./places.ts";
import { progressOf } from "./progress.ts";
import { doublingProxy, type Telling } from "./told-twice.ts";

export interface MachinesCampaign {
  readonly counts: Counts;
  readonly seed: number;
  /** Whether workers know a coordinator, or the database itself. */
  readonly door: "coordinator" | "database";
  /** Of an empty database. */
  readonly url: string;
  readonly cluster: PostgresCluster;
}

const WORKERS = 8;
const SLOTS = 2;
const LEASE_S = 4;
/** Longer than the lease, and by how long. */
const OUTAGE_MS = 2 * LEASE_S * 1000;
const HOUR_MS = 3_600_000;
/** Of the ends of trials, and on the database of its commits. */
const TWICE = 0.1;
const LOST_COMMITS = 0.03;
/** Nothing ended for so long: something is stuck. */
const STUCK_MS = 10 * 60_000;

/** In the folder of all: trials report nothing before it is there. */
const BEGIN = "begin";

/** Each attempt tells in all its reports which one it is. */
const study = (trials: number): string => `
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
export default {
  name: "campaign",
  trials: ${trials},
  strategy: "random",
  maxRestarts: 1000,
  space: { parameters: [
    { name: "x", distribution: { kind: "float", low: 0, high: 1, log: false }, conditions: [] },
    { name: "n", distribution: { kind: "int", low: 1, high: 99, log: false, step: 1 }, conditions: [] },
  ] },
  objective: async (trial) => {
    const attempt = randomInt(1e6);
    trial.setUserAttr("attempt", attempt);
    while (!existsSync("${BEGIN}")) await sleep(50);
    for (let step = 0; step < 4; step++) {
      trial.report(attempt + step / 10, step);
      await sleep(20 + trial.seed % 200);
    }
    return trial.params.x + trial.params.n;
  },
};
`;

/** Runs it, checks what the study has in the end, and gives the table of what went wrong. */
export async function machinesCampaign(
  t: ExecutionContext,
  campaign: MachinesCampaign,
): Promise<string> {
  const { counts, seed, door, url, cluster } = campaign;
  const rng = createRng(seed, "machines", door);
  const folder = await tempFolder(t);
  writeFileSync(join(folder, "study.mjs"), study(counts.trials));
  const where = places(WORKERS);
  t.teardown(() => where.end());
  t.log(`seed ${seed}, ${door}: ${where.kind}`);

  const port = await freePort();
  const lines = await Promise.all(
    where.all.map((_, index) => {
      const forked = rng.fork("line", index);
      return door === "coordinator"
        ? doublingProxy(where.host, port, forked, TWICE)
        : losingProxy(where.host, cluster.socket, forked, LOST_COMMITS);
    }),
  );
  for (const line of lines) t.teardown(() => line.end());
  const clockMs = (): number => (rng.integer(0, 2) - 1) * HOUR_MS;
  const common = { cwd: folder, clockMs };
  const coordinator =
    door === "coordinator" ? serving(common, port, url, counts.trials) : undefined;
  if (coordinator) t.teardown(() => coordinator.end());
  const workers = where.all.map(({ prefix }, index) => {
    const home = join(folder, `worker${index}`);
    mkdirSync(home);
    const at = `${where.host}:${lines[index].port}`;
    const database = new URL(url).pathname;
    const place =
      door === "coordinator"
        ? [`http://${at}/campaign`]
        : [`postgres://hpo@${at}${database}`, "--lease", `${LEASE_S}s`];
    const words = ["study", "work", ...place, "--file", "study.mjs", "--workers", String(SLOTS)];
    return member({
      ...common,
      prefix,
      env: {},
      words: [...words, "--devices", "none", "--artifacts", home, "--json"],
    });
  });
  for (const worker of workers) t.teardown(() => worker.end());

  await begin(t, { folder, url, trials: counts.trials, worker: workers[0] });
  const done = await suffer({ ...campaign, rng, coordinator, workers, lines, places: where.all });
  const codes = await Promise.all(workers.map(({ ended }) => ended));
  t.deepEqual(
    codes,
    workers.map(() => 0),
    "each worker hears that the study is done",
  );
  coordinator?.signal("SIGTERM");
  if (coordinator) t.is(await coordinator.ended, 0, coordinator.text().slice(-2000));

  const tellings: Telling[] = lines.flatMap((line) => ("tellings" in line ? line.tellings : []));
  const storage = await openStorage(url);
  t.teardown(() => storage.close());
  const { trials } = await storage.readTrials((await storage.findStudy("campaign"))!.id);
  const met = checkResults(t, {
    counts,
    trials,
    tellings,
    texts: workers.map((each) => each.text()),
  });
  const doubled = lines.reduce(
    (sum, line) => sum + ("doubled" in line ? line.doubled : line.lost),
    0,
  );
  t.true(doubled > 0, "something was told twice, or its answer lost");
  const what = door === "coordinator" ? "ends told twice" : "commits without an answer";
  return table({ ...done, ...met, [what]: doubled });
}

function serving(
  common: { readonly cwd: string; clockMs(): number },
  port: number,
  url: string,
  trials: number,
): Member {
  const words = ["study", "serve", "study.mjs", "--listen", `127.0.0.1:${port}`];
  const flags = ["--lease", `${LEASE_S}s`, "--trials", String(trials), "--quiet"];
  const env = { HPO_STORAGE: url };
  return member({ ...common, prefix: [], env, words: [...words, ...flags] });
}

interface Beginning {
  readonly folder: string;
  readonly url: string;
  readonly trials: number;
  readonly worker: Member;
}

/**
 * Once every slot holds a trial, kills a worker and lets the rest go on: faults then meet workers that are at work, and
 * some trials have to be started again, however the other faults fall.
 */
async function begin(t: ExecutionContext, beginning: Beginning): Promise<void> {
  const { folder, url, trials, worker } = beginning;
  const progress = progressOf(url, "campaign");
  t.teardown(() => progress.end());
  const all = Math.min(WORKERS * SLOTS, trials);
  const startedAt = performance.now();
  while ((await progress.read()).running < all) {
    if (performance.now() - startedAt > STUCK_MS)
      throw new Error(`${all} trials never ran at once.`);
    await sleep(100);
  }
  await worker.kill(0);
  writeFileSync(join(folder, BEGIN), "");
}

interface Suffering extends MachinesCampaign {
  readonly rng: Rng;
  readonly coordinator: Member | undefined;
  readonly workers: readonly Member[];
  readonly lines: readonly { cut(isCut: boolean): void }[];
  readonly places: readonly Place[];
}

/** Lets all go wrong, by how far the study is. @returns how often each thing did */
async function suffer(campaign: Suffering): Promise<Record<string, number>> {
  const { counts, rng, door, url } = campaign;
  const deck = shuffled(counts, rng).filter(
    (fault) => fault !== "coordinator" || door !== "database",
  );
  const done: Record<string, number> = {};
  const under = new Set<number>();
  const running: Promise<void>[] = [];
  const progress = progressOf(url, "campaign");
  let next = 0;
  let finished = 0;
  let movedAt = performance.now();
  let early: string | undefined;
  for (const each of [
    ...campaign.workers,
    ...(campaign.coordinator ? [campaign.coordinator] : []),
  ]) {
    void each.ended.then((code) => {
      if (code !== 0) early = `Ended with ${code}:\n${each.text().slice(-2000)}`;
    });
  }
  try {
    while (finished < counts.trials) {
      if (early !== undefined) throw new Error(early);
      await sleep(100);
      const now = (await progress.read()).finished;
      if (now > finished) movedAt = performance.now();
      finished = Math.max(finished, now);
      if (performance.now() - movedAt > STUCK_MS) throw new Error(`Stuck at ${finished} trials.`);
      while (
        next < deck.length &&
        finished >= ((next + 0.5) / deck.length) * 0.95 * counts.trials
      ) {
        const fault = deck[next++];
        const at = free(rng, under);
        running.push(strike(campaign, fault, at).finally(() => under.delete(at)));
        under.add(at);
        done[fault] = (done[fault] ?? 0) + 1;
      }
    }
    await Promise.all(running);
  } finally {
    await progress.end();
  }
  if (next < deck.length) throw new Error(`Only ${next} of ${deck.length} faults came to pass.`);
  return done;
}

/** A worker that nothing happens to at the moment, if there is one. */
function free(rng: Rng, under: ReadonlySet<number>): number {
  const all = Array.from({ length: WORKERS }, (_, index) => index);
  const left = all.filter((index) => !under.has(index));
  const from = left.length > 0 ? left : all;
  return from[rng.integer(0, from.length - 1)];
}

let restarting: Promise<void> = Promise.resolve();

async function strike(campaign: Suffering, fault: Fault, at: number): Promise<void> {
  const { cluster, coordinator, workers, lines, places: where, rng } = campaign;
  switch (fault) {
    case "kill":
      return workers[at].kill(rng.integer(0, 1000));
    case "coordinator":
      return coordinator!.kill(rng.integer(0, 3000));
    case "database":
      restarting = restarting.then(() => cluster.restart());
      return restarting;
    case "stop":
      workers[at].signal("SIGSTOP");
      await sleep(OUTAGE_MS);
      workers[at].signal("SIGCONT");
      return;
    case "partition": {
      const cut = where[at].cut ?? ((isCut: boolean) => lines[at].cut(isCut));
      cut(true);
      await sleep(OUTAGE_MS);
      cut(false);
    }
  }
}

const table = (rows: Readonly<Record<string, number>>): string =>
  Object.entries(rows)
    .map(([what, count]) => `${what.padEnd(28)} ${count}`)
    .join("\n");
