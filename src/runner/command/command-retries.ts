import { setTimeout as sleep } from "node:timers/promises";
import { TrialFinishedError } from "../../errors/errors.ts";
import type { Outcome } from "../../contracts/objective.ts";
import type { Slot, SlotPool } from "../slot-pool.ts";
import type { MachineFault } from "./machine-fault.ts";
import { stoppedOutcome } from "../outcome.ts";
import type { HostTrial, Runner } from "../../contracts/runner.ts";

export interface Attempt {
  readonly outcome: Outcome;
  /** Set if the machine is to blame. */
  readonly fault?: MachineFault;
}

export interface RetryOptions {
  /** How often a trial begins again after a fault of the machine. */
  readonly retries: number;
  /** Before the first retry; twice as long before each that follows, up to a minute. */
  readonly retryDelayMs: number;
}

const LONGEST_DELAY_MS = 60_000;
/** So many faults in a row, and a device is set aside. */
const FAULTS_IN_A_ROW = 3;

/**
 * Runs trials in slots, those that the machine failed again: as they were, in another slot if one
 * is free. A device that fails so several times in a row is set aside. Never rejects.
 */
export function retryingRunner<S extends Slot>(
  lanes: SlotPool<S>,
  { retries, retryDelayMs }: RetryOptions,
  attempt: (slot: S, trial: HostTrial) => Promise<Attempt>,
): Runner["run"] {
  const faultsInARow = new Map<string, number>();

  const judge = ({ lease }: S, trial: HostTrial, fault: MachineFault | undefined): void => {
    if (!lease) return;
    const count = fault?.kind === "device" ? (faultsInARow.get(lease.name) ?? 0) + 1 : 0;
    faultsInARow.set(lease.name, count);
    if (count !== FAULTS_IN_A_ROW) return;
    lanes.setAside(lease);
    trial.note(
      `${lease.name} IS SET ASIDE: ${count} trials in a row failed on it, the last with: ${fault!.why}`,
    );
  };

  return async (trial, reservation) => {
    let before: S | undefined;
    for (let retry = 0; ; retry++) {
      let fault: MachineFault | undefined;
      const outcome = await lanes.use(
        trial,
        async (slot) => {
          before = slot;
          const ended = await attempt(slot, trial);
          fault = ended.fault;
          judge(slot, trial, fault);
          return ended.outcome;
        },
        { avoid: before, reservation },
      );
      if (!fault || trial.signal.aborted) return outcome;
      if (retry === retries) return afterRetries(outcome, retries);
      if (!begunAgain(trial, fault)) return outcome;
      if (!(await paused(delayOf(retryDelayMs, retry), trial.signal))) {
        return stoppedOutcome(trial.signal);
      }
    }
  };
}

/** Not if somebody told its end meanwhile. */
function begunAgain(trial: HostTrial, { why }: MachineFault): boolean {
  try {
    trial.retry(why);
    return true;
  } catch (error) {
    if (error instanceof TrialFinishedError) return false;
    throw error;
  }
}

const delayOf = (firstMs: number, retry: number): number =>
  Math.min(LONGEST_DELAY_MS, firstMs * 2 ** retry);

/** Whether the pause was not cut short. */
async function paused(delayMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(delayMs, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

function afterRetries(outcome: Outcome, retries: number): Outcome {
  if (outcome.kind !== "failed" || retries === 0) return outcome;
  const { failure } = outcome;
  const message = `${failure.message.replace(/\.$/, "")} (tried ${retries + 1} times)`;
  return { ...outcome, failure: { ...failure, message } };
}
