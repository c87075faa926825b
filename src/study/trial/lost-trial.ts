import type { RunningTrial } from "../../contracts/trial.ts";
import { isAlive, type RunnerIdentity } from "../../system/process-identity.ts";
import { RUNNING_ATTRIBUTE } from "./start-attributes.ts";

/** What is to be done with a running trial that does not run in this process. */
export type LostTrialAction =
  /** Nothing: another process runs it, or another library started it. */
  | { readonly kind: "leave" }
  /** Its process died or handed it back: start it again as attempt number `attempts`. */
  | {
      readonly kind: "restart";
      readonly attempts: number;
      readonly heldBy: RunnerIdentity | null;
    }
  | { readonly kind: "fail"; readonly message: string };

/** @param maxRestarts how often a trial whose process died is started again */
export function lostTrialAction(
  trial: RunningTrial,
  maxRestarts: number,
  now: Date,
): LostTrialAction {
  const { systemAttrs } = trial;
  const expires = systemAttrs[RUNNING_ATTRIBUTE.expires];
  if (typeof expires === "string") {
    if (Date.parse(expires) > now.getTime()) return { kind: "leave" };
    return { kind: "fail", message: `It was asked for and not told by ${expires}.` };
  }
  const heldBy = systemAttrs[RUNNING_ATTRIBUTE.runner] as RunnerIdentity | null | undefined;
  if (heldBy === undefined) return { kind: "leave" };
  const attempts = attemptsOf(trial);
  if (heldBy === null) return { kind: "restart", attempts, heldBy };
  if (isAlive(heldBy) !== false) return { kind: "leave" };
  if (attempts < maxRestarts) return { kind: "restart", attempts: attempts + 1, heldBy };
  return {
    kind: "fail",
    message: `Its process died, and so did those of ${maxRestarts} restarts.`,
  };
}

const attemptsOf = (trial: RunningTrial): number =>
  Number(trial.systemAttrs[RUNNING_ATTRIBUTE.attempts] ?? 0);
