import { isAlive, type RunnerIdentity } from "../../system/process-identity.ts";
import type { Params } from "../../space/search-space.ts";
import type { Seen } from "../suggester.ts";
import type { RunningTrial } from "../../contracts/trial.ts";

/** The system attributes of a trial that was started here. */
export const RUNNING_ATTRIBUTE = {
  /** What its suggestion had seen, and under which version: makes it replayable. */
  asked: "hpo:asked",
  /** Who runs it; null: whoever did let it go. */
  runner: "hpo:runner",
  /** How often it was started again. */
  attempts: "hpo:attempts",
  /** When a trial that was asked from outside counts as lost (ISO 8601). */
  expires: "hpo:expires",
  why: "hpo:why",
} as const;

export interface Asked extends Seen {
  /** Index among the study's versions; 0 if left out. */
  readonly version?: number;
  /** Define-by-run: what was suggested before the objective asked. */
  readonly suggested?: Params;
}

/** What is to be done with a running trial that does not run in this process. */
export type Fate =
  /** Someone runs it, or another library answers for it. */
  | { readonly kind: "runs" }
  /** Its process is dead, or let it go: start it again as attempt number `attempts`. */
  | {
      readonly kind: "restart";
      readonly attempts: number;
      readonly heldBy: RunnerIdentity | null;
    }
  | { readonly kind: "fail"; readonly message: string };

/** @param maxRestarts how often a trial whose process died is started again */
export function fateOf(trial: RunningTrial, maxRestarts: number, now: Date): Fate {
  const { systemAttrs } = trial;
  const expires = systemAttrs[RUNNING_ATTRIBUTE.expires];
  if (typeof expires === "string") {
    if (Date.parse(expires) > now.getTime()) return { kind: "runs" };
    return { kind: "fail", message: `It was asked for and not told by ${expires}.` };
  }
  const heldBy = systemAttrs[RUNNING_ATTRIBUTE.runner] as RunnerIdentity | null | undefined;
  if (heldBy === undefined) return { kind: "runs" };
  const attempts = attemptsOf(trial);
  if (heldBy === null) return { kind: "restart", attempts, heldBy };
  if (isAlive(heldBy) !== false) return { kind: "runs" };
  if (attempts < maxRestarts) return { kind: "restart", attempts: attempts + 1, heldBy };
  return {
    kind: "fail",
    message: `Its process died, and so did those of ${maxRestarts} restarts.`,
  };
}

const attemptsOf = (trial: RunningTrial): number =>
  Number(trial.systemAttrs[RUNNING_ATTRIBUTE.attempts] ?? 0);
