import { fileURLToPath } from "node:url";
import type { ResourceLimits, Worker } from "node:worker_threads";
import { Piscina } from "piscina";
import { requireInteger } from "../../errors/checks.ts";
import { threadExitCode } from "../../errors/foreign-messages.ts";
import type { Outcome } from "../../contracts/objective.ts";
import { ABORT_GRACE_MS, withAbortGrace } from "../abort-grace.ts";
import { killMarked } from "../../system/marked-processes.ts";
import { orphanGuard } from "../../system/orphan-guard.ts";
import { withMark, workerMark } from "../worker/worker-mark.ts";
import { moduleOf } from "../worker/module-of.ts";
import { failureOf, stoppedOutcome } from "../outcome.ts";
import type { WorkerResult, WorkerTask } from "../worker/protocol.ts";
import type { HostTrial, Runner } from "../../contracts/runner.ts";
import { slotPool, type Slot } from "../slot-pool.ts";
import { taskTrial, threadHost, withUntold } from "../worker/thread-host.ts";

/** The module whose objective runs, and the worker threads that it runs in. */
export interface ThreadOptions {
  /** The objective's module: a URL, or a path from the working directory. TypeScript or not. */
  readonly module: URL | string;
  /** Which export is the objective or a study definition; the default export if not given. */
  readonly exportName?: string;
  /** How many threads, ≥ 1, each with one trial at a time. */
  readonly workers: number;
  /** V8's limits for each thread; a trial that breaks them ends as `outOfMemory`. */
  readonly resourceLimits?: ResourceLimits;
  /** Prints what trials print, too; otherwise it is only kept with them. */
  readonly inheritOutput?: boolean;
  /**
   * How long an aborted trial has to end by itself before its thread is given up, in milliseconds, ≥ 0; 5000 if
   * left out.
   */
  readonly abortGraceMs?: number;
}

/**
 * Runs trials in worker threads, each with the module imported once and kept warm.
 *
 * A thread is never terminated under a running trial: native code would take the process down. An
 * aborted trial that does not end within the grace is told as stopped and its slot gets a fresh
 * thread; the old one leaves as soon as its objective yields, or at `close()`. Processes that an
 * objective starts are killed when its thread is given up, at `close()`, and when this process is
 * gone, however it went (on Linux, and unless they are started without its environment).
 * @throws HpoError if the module's file is missing, or `workers` is not an integer ≥ 1.
 *
 * @example
 * ```ts
 * import { threadRunner, type HostTrial } from "hpo";
 *
 * async function runOne(trial: HostTrial) {
 *   const runner = threadRunner({ module: "./objective.ts", workers: 2 });
 *   try {
 *     return await runner.run(trial); // never rejects: what went wrong is the outcome
 *   } finally {
 *     await runner.close();
 *   }
 * }
 * ```
 */
export function threadRunner(options: ThreadOptions): Runner {
  requireInteger("threadRunner: workers", options.workers, 1, "Give how many trials run at once.");
  const source = moduleOf(options);
  const abandoned = new Set<Piscina>();
  const marks: string[] = [];
  const guard = orphanGuard();
  const newLane = (): Lane => {
    const mark = workerMark();
    marks.push(mark);
    return { mark, pool: poolOfOne(options, mark) };
  };
  const lanes = slotPool(Array.from({ length: options.workers }, newLane));
  const runIn = async (lane: Lane, trial: HostTrial): Promise<Outcome> => {
    const host = threadHost(trial);
    const task: WorkerTask = {
      ...source,
      trial: taskTrial(trial),
      port: host.port,
      shared: host.shared,
      inheritOutput: options.inheritOutput ?? false,
    };
    const { pool, mark } = lane;
    // Processes that an objective starts are killed when the study ends, however it ends.
    guard.add({ mark });
    const work = runTask(pool, task);
    const waited = await withAbortGrace(work, trial.signal, options.abortGraceMs ?? ABORT_GRACE_MS);
    if (waited.kind === "ended") return withUntold(waited.result, host);
    host.leave();
    host.end();
    abandoned.add(pool);
    killMarked(mark);
    Object.assign(lane, newLane());
    const endLater = async (): Promise<void> => {
      await work;
      host.close();
      await pool.destroy();
      abandoned.delete(pool);
    };
    void endLater();
    return stoppedOutcome(trial.signal);
  };
  return {
    slots: options.workers,
    run: (trial) => lanes.use(trial, (lane) => runIn(lane, trial)),
    close: async () => {
      await lanes.idle();
      const pools = [...lanes.all.map((lane) => lane.pool), ...abandoned];
      await Promise.all(pools.map((pool) => pool.destroy()));
      killMarked(...marks);
      guard.end();
    },
  };
}

/** A pool of one thread, so that a thread given up can be replaced alone. */
interface Lane extends Slot {
  pool: Piscina;
  /** A variable in the thread's environment, which processes that the objective starts inherit. */
  mark: string;
}

function poolOfOne({ resourceLimits }: ThreadOptions, mark: string): Piscina {
  const pool = new Piscina({
    filename: fileURLToPath(new URL("./worker.js", import.meta.url)),
    name: "runTask",
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: Infinity,
    // The thread's event loop must run between trials, as child processes and ports need it.
    atomics: "disabled",
    // Not this process's flags: --import hooks break threads on Node 20, and jiti needs none.
    execArgv: [],
    env: withMark(process.env, mark),
    ...(resourceLimits && { resourceLimits }),
  });
  // A thread may die between two trials: the next trial gets a fresh one.
  pool.on("error", () => undefined);
  return pool;
}

/** Never rejects: a thread that died is its trial's failure. */
async function runTask(pool: Piscina, task: WorkerTask): Promise<WorkerResult> {
  const running = pool.run(task, { transferList: [task.port] });
  const threads = [...pool.threads];
  try {
    return (await running) as WorkerResult;
  } catch (error) {
    await Promise.all(threads.map(gone));
    const exitCode = threadExitCode(error);
    if (exitCode === undefined) return { kind: "failed", failure: failureOf(error) };
    const message =
      `The worker thread ended with exit code ${exitCode} in the middle of the trial. ` +
      "Throw an error instead of calling process.exit.";
    return { kind: "failed", failure: { reason: "error", message } };
  }
}

/** Waits for the exit of a thread that died: the pool drops it at its error, a little before. */
const gone = (thread: Worker): Promise<void> =>
  thread.threadId === -1
    ? Promise.resolve()
    : new Promise((resolve) => thread.once("exit", () => resolve()));
