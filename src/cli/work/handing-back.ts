import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome } from "../../contracts/objective.ts";
import type { Runner } from "../../contracts/runner.ts";
import type { OptimizedStudy } from "../../study/optimize.ts";
import { ActiveTrial } from "../../study/trial/active-trial.ts";
import type { Drain } from "./drain.ts";

/** How long after the worker's own SIGTERM a trial's end is laid to one that its processes got. */
const AFTER_MS = 10_000;
/** The worker may hear of its trial's end before it hears of its own signal. */
const BEFORE_MS = 300;

/** A study whose trials are run here, wherever it is. */
export interface WorkedStudy extends OptimizedStudy {
  /** How many trials it has here, and how many of them have their end before them. */
  readonly running: number;
  readonly training: number;
  stop(): void;
  /** Tells running trials to stop as soon as they can. */
  interrupt(reason: Error): void;
  /** Hands a trial that runs here back, to be started again as it was. */
  handBack(number: number): Promise<void>;
}

/**
 * Hands trials back, to be started again as they were, that stop as their worker drains: it told them
 * to, or a cluster manager did. Slurm signals all processes of a job that it requeues, the worker and
 * its trials' programs; these didn't fail by themselves.
 */
export const handingBack = (runner: Runner, study: WorkedStudy, drain: Drain): Runner => ({
  slots: runner.slots,
  isBlocking: runner.isBlocking,
  ...(runner.reserve && { reserve: (waiter) => runner.reserve!(waiter) }),
  run: async (trial, reservation) => {
    const outcome = await runner.run(trial, reservation);
    if (!(trial instanceof ActiveTrial) || !(await isByDrain(outcome, drain))) return outcome;
    if (!study.holds(trial)) return outcome;
    study.note(`Trial ${trial.number} was stopped with its worker: it is handed back.`);
    await study.handBack(trial.number);
    return outcome;
  },
  close: () => runner.close(),
});

async function isByDrain(outcome: Outcome, drain: Drain): Promise<boolean> {
  if (outcome.kind !== "failed") return false;
  const { reason } = outcome.failure;
  if (reason === "lost") return drain.interrupting.aborted;
  if (reason !== "error") return false;
  if (!drain.stopping.aborted) await sleep(BEFORE_MS);
  return drain.interrupting.aborted || drain.askedMsAgo <= AFTER_MS;
}
