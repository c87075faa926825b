import { requireInteger } from "../errors/checks.ts";
import type { LiveTrial, Objective, Outcome } from "../contracts/objective.ts";
import type { Params } from "../space/search-space.ts";
import { ABORT_GRACE_MS, withAbortGrace } from "./abort-grace.ts";
import { outcomeOfThrown, stoppedOutcome } from "./outcome.ts";
import type { HostTrial, Runner } from "../contracts/runner.ts";
import { slotPool, type Slot } from "./slot-pool.ts";

/** How many trials run at once in this thread, and how long an aborted one is waited for. */
export interface InlineOptions {
  /** How many trials of an asynchronous objective run interleaved, ≥ 1; 1 if not given. */
  readonly slots?: number;
  /**
   * How long an aborted trial has to end by itself before it counts as stopped, in milliseconds,
   * ≥ 0; 5000 if left out.
   */
  readonly abortGraceMs?: number;
}

/**
 * Runs a closure in this thread. A synchronous objective blocks everything else here, an abort
 * included; what it prints goes where this process prints.
 * @throws HpoError unless `slots` is an integer ≥ 1.
 *
 * @example
 * ```ts
 * import { inlineRunner, type HostTrial } from "hpo";
 *
 * async function runOne(trial: HostTrial) {
 *   const runner = inlineRunner(({ params }) => Number(params.x) ** 2);
 *   try {
 *     return await runner.run(trial); // never rejects: what went wrong is the outcome
 *   } finally {
 *     await runner.close();
 *   }
 * }
 * ```
 */
export function inlineRunner<P = Params>(
  objective: Objective<P>,
  { slots: slotCount = 1, abortGraceMs = ABORT_GRACE_MS }: InlineOptions = {},
): Runner {
  requireInteger("inlineRunner: slots", slotCount, 1, "Give how many trials run at once.");
  const pool = slotPool(Array.from({ length: slotCount }, (): Slot => ({})));
  return {
    slots: slotCount,
    isBlocking: true,
    run: (trial) => pool.use(trial, () => runInline(objective, trial, abortGraceMs)),
    close: () => pool.idle(),
  };
}

async function runInline<P>(
  objective: Objective<P>,
  trial: HostTrial,
  graceMs: number,
): Promise<Outcome> {
  try {
    // The study made the space and the objective together: P is what its space gives.
    const work = callObjective(objective, trial as LiveTrial<unknown> as LiveTrial<P>);
    const waited = await withAbortGrace(work, trial.signal, graceMs);
    if (waited.kind === "abandoned") return stoppedOutcome(trial.signal);
    return { kind: "returned", result: waited.result };
  } catch (thrown) {
    const outcome = outcomeOfThrown(thrown, trial.signal);
    return outcome.kind === "failed" ? { ...outcome, error: thrown } : outcome;
  }
}

const callObjective = async <P>(objective: Objective<P>, trial: LiveTrial<P>): Promise<unknown> =>
  objective(trial);
