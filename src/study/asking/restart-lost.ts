import type { TrialChange, Turn } from "../../contracts/storage.ts";
import type { Attributes, RunningTrial } from "../../contracts/trial.ts";
import type { StudyState } from "../study-state.ts";
import { endAfter } from "../trial/trial-clock.ts";
import { holderOf, type Starter } from "../trial/trial-lease.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";

/**
 * Fails the trials that were lost too often; with `lostTrials: "clone"`, fails all lost trials and
 * queues copies of them.
 * @returns the numbers of those that it failed
 */
export async function failLost(state: StudyState, turn: Turn): Promise<readonly number[]> {
  const failed: number[] = [];
  const fail = async ({ number, startedAt }: RunningTrial, message: string): Promise<void> => {
    const failure = { reason: "lost", message } as const;
    const attributes = { system: { [ATTRIBUTE.failure]: failure } };
    const end = { state: "failed", completedAt: endAfter(startedAt), attributes } as const;
    const index = await turn.finishTrial(state.history.idOf(number), end);
    if (index !== undefined) failed.push(number);
  };
  for (const trial of state.history.running) {
    const action = state.actionFor(trial);
    if (action.kind === "fail") await fail(trial, action.message);
    else if (action.kind === "restart" && state.parts.lostTrials === "clone") {
      await fail(trial, "Its process died.");
      await queueCopy(state, turn, trial);
    }
  }
  return failed;
}

/** Optuna's way (RetryFailedTrialCallback): the trial fails, and a copy of it is queued. */
async function queueCopy(state: StudyState, turn: Turn, trial: RunningTrial): Promise<void> {
  const { number, params, distributions, userAttrs, systemAttrs } = trial;
  const before = (systemAttrs[ATTRIBUTE.retryHistory] ?? []) as readonly number[];
  const history = [...before, number];
  if (history.length > state.parts.maxRestarts) return;
  const retry = {
    [ATTRIBUTE.failedTrial]: systemAttrs[ATTRIBUTE.failedTrial] ?? number,
    [ATTRIBUTE.retryHistory]: history,
    ...pick(systemAttrs, [ATTRIBUTE.continueFrom, ATTRIBUTE.maxStep]),
  };
  const copy = { state: "waiting", params, distributions, reports: [], userAttrs } as const;
  await turn.createTrials([{ ...copy, systemAttrs: retry }]);
}

/** A trial that starts again, and what is written of it. */
export interface Restart {
  readonly trial: RunningTrial;
  readonly change: TrialChange;
}

/**
 * The lost trial of the lowest number, not in `taken`: it restarts in place, without its reports.
 */
export function nextRestart(
  state: StudyState,
  taken: ReadonlySet<number>,
  starter: Starter,
): Restart | undefined {
  for (const trial of state.history.running) {
    if (taken.has(trial.number)) continue;
    const action = state.actionFor(trial);
    if (action.kind !== "restart") continue;
    const { attempts } = action;
    const system = { ...holderOf(attempts, starter), [ATTRIBUTE.attempts]: attempts };
    const startedAt = new Date();
    const systemAttrs = { ...trial.systemAttrs, ...system };
    return {
      trial: { ...trial, reports: [], startedAt, systemAttrs },
      change: { clearReports: true, startedAt, attributes: { system } },
    };
  }
  return undefined;
}

const pick = (from: Attributes, names: readonly string[]): Attributes =>
  Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));
