import { setTimeout as sleep } from "node:timers/promises";
import type { Runner } from "../../contracts/runner.ts";
import type { OptimizedStudy } from "../../study/optimize.ts";
import { RemoteStudy } from "../../workers/remote-study.ts";
import { RemoteTrial } from "../../workers/remote-trial.ts";
import type { Drain } from "./drain.ts";

/** How long after the worker's own SIGTERM a trial's end is laid to one that its processes got. */
const AFTER_MS = 10_000;
/** The worker may hear of its trial's end before it hears of its own signal. */
const BEFORE_MS = 300;

/**
 * Slurm signals all processes of a job that it requeues: the worker, and its trials' programs. Trials
 * that fail of it are handed back, to be started again as they were; they didn't fail by themselves.
 */
export const handingBackSignalled = (
  runner: Runner,
  study: OptimizedStudy,
  drain: Drain,
): Runner => ({
  slots: runner.slots,
  isBlocking: runner.isBlocking,
  ...(runner.reserve && { reserve: (waiter) => runner.reserve!(waiter) }),
  run: async (trial, reservation) => {
    const outcome = await runner.run(trial, reservation);
    if (outcome.kind !== "failed" || outcome.failure.reason !== "error") return outcome;
    if (!drain.wasAsked) await sleep(BEFORE_MS);
    if (drain.askedMsAgo > AFTER_MS || !(study instanceof RemoteStudy)) return outcome;
    if (trial instanceof RemoteTrial && study.holds(trial)) {
      study.note(`Trial ${trial.number} was stopped with its worker: it is handed back.`);
      await study.release(trial);
    }
    return outcome;
  },
  close: () => runner.close(),
});
