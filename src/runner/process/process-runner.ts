import { requireInteger } from "../../errors/checks.ts";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import type { Outcome } from "../../contracts/objective.ts";
import { ABORT_GRACE_MS } from "../abort-grace.ts";
import { parseMemoryLimit } from "../../system/byte-size.ts";
import type { Launch } from "./child-process.ts";
import type { Lease } from "../../contracts/lease.ts";
import { slotPool, type Slot } from "../slot-pool.ts";
import { checkMemoryWatch } from "../../system/memory-watch.ts";
import { moduleOf } from "../worker/module-of.ts";
import { failureOf, stoppedOutcome } from "../outcome.ts";
import type { ChildRun, ChildRunEnd } from "./supervisor-thread.ts";
import type { HostTrial, Runner, Waiter } from "../../contracts/runner.ts";
import { taskTrial, threadHost, withUntold } from "../worker/thread-host.ts";

/** The module whose objective runs, and the child processes that it runs in. */
export interface ProcessOptions {
  /** The objective's module: a URL, or a path from the working directory. TypeScript or not. */
  readonly module: URL | string;
  /** Which export is the objective or a study definition; the default export if not given. */
  readonly exportName?: string;
  /** How many processes, ≥ 1, each with one trial at a time; the leases' number where there are any. */
  readonly workers?: number;
  /** The devices that each process is bound to. */
  readonly leases?: readonly Lease[];
  /** "4GiB" or bytes, ≥ 1: a trial whose process and its descendants hold more ends as `outOfMemory`. */
  readonly memoryLimit?: string | number;
  /** Node's own flags for the processes, as --max-old-space-size=8192. */
  readonly execArgv?: readonly string[];
  /** Prints what trials print, too; otherwise it is only kept with them. */
  readonly inheritOutput?: boolean;
  /**
   * How long an aborted trial has to end by itself before its group gets SIGTERM, in milliseconds, ≥ 0; 5000 if
   * left out.
   */
  readonly abortGraceMs?: number;
  /** How long it has from then until SIGKILL, in milliseconds, ≥ 0; 2000 if left out. */
  readonly killGraceMs?: number;
}

const KILL_GRACE_MS = 2000;
/** How long an idle process has to leave at `close`: exit handlers of the user's run in it. */
const LEAVE_GRACE_MS = 2000;

/**
 * Runs trials in child processes, each with the module imported once and kept warm.
 *
 * Whatever a trial does to its process, by a crash, abort(), process.exit, lack of memory or a
 * signal, is the trial's failure alone; the next trial gets a fresh process. A process leads a group
 * of its own, which goes with it, and leaves when this process is gone, however it ended.
 * @throws HpoError if the module's file is missing, `workers` is not an integer ≥ 1, or
 * `memoryLimit` is no size or can't be watched here.
 *
 * @example
 * ```ts
 * import { processRunner, type HostTrial } from "hpo";
 *
 * async function runOne(trial: HostTrial) {
 *   const runner = processRunner({ module: "./objective.ts", workers: 2, memoryLimit: "2GiB" });
 *   try {
 *     return await runner.run(trial); // never rejects: what went wrong is the outcome
 *   } finally {
 *     await runner.close();
 *   }
 * }
 * ```
 */
export function processRunner(options: ProcessOptions): Runner {
  const { leases, workers = leases?.length ?? 1, execArgv = [] } = options;
  requireInteger("processRunner: workers", workers, 1, "Give how many trials run at once.");
  const source = moduleOf(options);
  const memoryLimitBytes = memoryLimitOf(options);
  const lanes = slotPool(
    leases
      ? leases.map((lease, slot): Lane => ({ slot, launch: launchOn(lease, execArgv), lease }))
      : Array.from({ length: workers }, (_, slot): Lane => ({
          slot,
          launch: { env: {}, execArgv },
        })),
  );
  const pool = new Piscina({
    filename: fileURLToPath(new URL("./supervisor-thread.js", import.meta.url)),
    name: "runInChild",
    minThreads: 0,
    maxThreads: 1,
    concurrentTasksPerWorker: lanes.all.length + 1,
    idleTimeout: Infinity,
    // The thread's event loop must run between trials, as child processes and ports need it.
    atomics: "disabled",
    execArgv: [],
  });
  const runIn = async ({ slot, launch }: Lane, trial: HostTrial): Promise<Outcome> => {
    const host = threadHost(trial);
    const run: ChildRun = {
      ...source,
      slot,
      launch,
      trial: taskTrial(trial),
      port: host.port,
      memoryLimitBytes,
      abortGraceMs: options.abortGraceMs ?? ABORT_GRACE_MS,
      killGraceMs: options.killGraceMs ?? KILL_GRACE_MS,
      inheritOutput: options.inheritOutput ?? false,
    };
    const end = await runInPool(pool, run);
    return withUntold(end.kind === "stopped" ? stoppedOutcome(trial.signal) : end, host);
  };
  return {
    slots: lanes.all.length,
    ...(leases && { reserve: (waiter: Waiter) => lanes.reserve(waiter) }),
    run: (trial, reservation) => lanes.use(trial, (lane) => runIn(lane, trial), { reservation }),
    close: async () => {
      await lanes.idle();
      if (pool.threads.length > 0) {
        await pool.run({ graceMs: LEAVE_GRACE_MS }, { name: "endChildren" });
      }
      await pool.destroy();
    },
  };
}

interface Lane extends Slot {
  readonly slot: number;
  readonly launch: Launch;
}

/** How to start a child on a lease; the lease's lock is taken by this thread. */
const launchOn = ({ env, cpus }: Lease, execArgv: readonly string[]): Launch => ({
  env,
  execArgv,
  ...(cpus && { cpus }),
});

/** Never rejects. */
async function runInPool(pool: Piscina, run: ChildRun): Promise<ChildRunEnd> {
  try {
    return (await pool.run(run, { transferList: [run.port] })) as ChildRunEnd;
  } catch (error) {
    return { kind: "failed", failure: failureOf(error) };
  }
}

function memoryLimitOf({ memoryLimit }: ProcessOptions): number | undefined {
  if (memoryLimit === undefined) return undefined;
  checkMemoryWatch();
  return parseMemoryLimit("memoryLimit", memoryLimit);
}
