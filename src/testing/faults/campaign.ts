import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ExecutionContext } from "ava";
import { loadStudy } from "../../study/load-study.ts";
import { createStudy } from "../../study/open-study.ts";
import { engineOf } from "../../study/study-internals.ts";
import { createRng } from "../../numerics/rng.ts";
import { commandRunner } from "../../runner/command/command-runner.ts";
import { descendantsOf, untilNone } from "../../runner/fixtures/processes.ts";
import { processRunner } from "../../runner/process/process-runner.ts";
import type { Runner } from "../../contracts/runner.ts";
import { threadRunner } from "../../runner/thread/thread-runner.ts";
import { categorical, float, searchSpace } from "../../space/index.ts";
import { openStorage } from "../../storage/open-storage.ts";
import type { FinishedTrial } from "../../contracts/trial.ts";

/*
 * Studies whose trials go wrong in every way that their runner can meet. How each must end follows
 * from its parameters.
 */

type Kind = "thread" | "process" | "command";

/** Each fault's end: a state, or the reason of a failure. */
const ENDS: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
  thread: {
    none: "complete",
    throws: "error",
    nan: "diverged",
    noValue: "error",
    diverges: "diverged",
    prunes: "pruned",
    doubleReport: "complete",
    garbage: "complete",
    uncaught: "error",
    exits: "error",
    waitsForEver: "timeout",
  },
  process: {
    none: "complete",
    throws: "error",
    nan: "diverged",
    noValue: "error",
    diverges: "diverged",
    prunes: "pruned",
    doubleReport: "complete",
    garbage: "complete",
    uncaught: "error",
    exits: "error",
    waitsForEver: "timeout",
    loopsForEver: "timeout",
    segfault: "error",
    killed: "error",
    aborts: "error",
    bomb: "outOfMemory",
    garbledChannel: "error",
    leavesChild: "complete",
  },
  command: {
    none: "complete",
    throws: "error",
    nan: "diverged",
    noValue: "error",
    doubleReport: "complete",
    garbage: "complete",
    torn: "complete",
    exits: "error",
    waitsForEver: "timeout",
    ignoresTerm: "timeout",
    segfault: "error",
    killed: "error",
    bomb: "outOfMemory",
    leavesChild: "complete",
  },
};
const KINDS = ["thread", "process", "command"] as const;

export interface Campaign {
  /** Trials in all, spread over the kinds of runners. */
  readonly trials: number;
  /** What a hanging trial gets; what does not hang must be done by then. */
  readonly trialTimeoutMs: number;
}

/** Runs it, checks every end, and gives the table of what was met. */
export async function runCampaign(t: ExecutionContext, campaign: Campaign): Promise<string> {
  const met = new Map<string, number>();
  const descriptors = countOf("/proc/self/fd");
  const threads = countOf("/proc/self/task");
  for (const [index, kind] of KINDS.entries()) {
    const share = Math.floor((campaign.trials + index) / KINDS.length);
    await runKind(t, kind, share, campaign.trialTimeoutMs, met);
  }
  t.deepEqual(await untilNone(() => descendantsOf(process.pid)), [], "processes live on");
  await collectGarbage();
  // libuv starts its pool of four threads once.
  t.true(countOf("/proc/self/task") <= threads + 5, "threads live on");
  t.true(countOf("/proc/self/fd") <= descriptors + 16, "descriptors stay open");
  const rows = [...met].sort().map(([what, count]) => `${what.padEnd(40)} ${count}`);
  return ["runner   fault            end           trials", ...rows].join("\n");
}

/** SQLite's handles wait for it. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise((done) => setImmediate(done));
  }
}

const countOf = (folder: string): number => readdirSync(folder).length;

async function runKind(
  t: ExecutionContext,
  kind: Kind,
  trials: number,
  trialTimeoutMs: number,
  met: Map<string, number>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `hpo-campaign-${kind}-`));
  const url = `sqlite:${join(folder, "hpo.db")}`;
  const names = Object.keys(ENDS[kind]);
  const storage = await openStorage(url);
  const space = searchSpace({ fault: categorical(names), salt: float(0, 1) });
  const study = await createStudy({ name: "campaign", space }, { storage });
  const rng = createRng(1, "campaign", kind);
  for (let number = 0; number < trials; number++) {
    // Each fault once, then at random.
    const fault = names[number < names.length ? number : rng.integer(0, names.length - 1)];
    await study.enqueue({ fault, salt: rng.uniform() });
  }
  const acknowledged = new Set<number>();
  const runner = runnerOf(kind);
  await engineOf(study).optimizeWith(runner, {
    trials,
    workers: runner.slots,
    trialTimeoutMs,
    catch: true,
    onTrial: ({ number }) => acknowledged.add(number),
  });
  await runner.close();
  await storage.close();

  const again = await openStorage(url);
  const kept = (await loadStudy("campaign", { storage: again })).trials() as FinishedTrial[];
  t.is(acknowledged.size, trials);
  t.is(kept.length, trials);
  for (const trial of kept) checkEnd(t, kind, trial, met);
  await again.close();
  rmSync(folder, { recursive: true });
}

function checkEnd(
  t: ExecutionContext,
  kind: Kind,
  trial: FinishedTrial,
  met: Map<string, number>,
): void {
  const { fault, salt } = trial.params as { fault: string; salt: number };
  const end: string = trial.state === "failed" ? trial.failure.reason : trial.state;
  const why = trial.state === "failed" ? trial.failure.message : "";
  t.is(end, ENDS[kind][fault], `${kind}, ${fault}: ${why}`);
  const reports = [0, 1, 2].map((step) => ({ step, value: salt + step }));
  t.deepEqual(trial.reports, reports, `${kind}, ${fault}`);
  const row = `${kind.padEnd(8)} ${fault.padEnd(16)} ${end}`;
  met.set(row, (met.get(row) ?? 0) + 1);
}

const SLOTS = 3;
const MEMORY_LIMIT = "300MiB";

function runnerOf(kind: Kind): Runner {
  const module = new URL("./faulty-objective.js", import.meta.url);
  const exportName = "faulty";
  const program = fileURLToPath(new URL("./faulty-program.js", import.meta.url));
  switch (kind) {
    case "thread":
      return threadRunner({ module, exportName, workers: SLOTS, abortGraceMs: 100 });
    case "process":
      return processRunner({
        module,
        exportName,
        workers: SLOTS,
        memoryLimit: MEMORY_LIMIT,
        abortGraceMs: 100,
        killGraceMs: 200,
      });
    case "command":
      return commandRunner({
        command: [process.execPath, program, "{fault}", "{salt}"],
        parameters: ["fault", "salt"],
        slots: SLOTS,
        memoryLimit: MEMORY_LIMIT,
        graceMs: 200,
        retries: 0,
      });
  }
}
