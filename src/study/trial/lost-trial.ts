import type { RunningTrial, Trial } from "../../contracts/trial.ts";
import type { TrialLease } from "../../contracts/trial-lease.ts";
import { isAlive, type ProcessIdentity } from "../../system/process-identity.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";
import { leaseOf } from "./trial-lease.ts";

/** How often a trial whose process died is started again, if its study does not say. */
export const MAX_RESTARTS = 3;

/** What is to be done with a running trial that does not run in this process. */
export type LostTrialAction =
  /** Nothing: another process runs it, or another library started it. */
  | { readonly kind: "leave" }
  /** Its process can't be seen from here, so its lease decides. */
  | {
      readonly kind: "wait";
      readonly host: string;
      readonly since: string | undefined;
      /** Left out if an earlier version started it, which keeps no lease and no heartbeat. */
      readonly lease?: TrialLease;
    }
  /** Its process died, handed it back or is silent: start it again as attempt `attempts`. */
  | { readonly kind: "restart"; readonly attempts: number }
  | { readonly kind: "fail"; readonly message: string };

/**
 * @param maxRestarts how often a trial whose process died is started again
 * @param isFree whether a lease may be taken over: its worker was silent for too long
 */
export function lostTrialAction(
  trial: RunningTrial,
  maxRestarts: number,
  now: Date,
  isFree: (lease: TrialLease) => boolean,
): LostTrialAction {
  const { systemAttrs } = trial;
  const expires = systemAttrs[ATTRIBUTE.expires];
  if (typeof expires === "string") {
    if (Date.parse(expires) > now.getTime()) return { kind: "leave" };
    return { kind: "fail", message: `It was asked for and not told by ${expires}.` };
  }
  const runner = systemAttrs[ATTRIBUTE.runner] as ProcessIdentity | null | undefined;
  const lease = leaseOf(systemAttrs);
  if (runner === undefined && lease === undefined) return { kind: "leave" };
  const attempts = attemptsOf(trial);
  if (runner === null) return { kind: "restart", attempts };
  // No process is known of a coordinator's worker, so that its lease decides.
  switch (runner && isAlive(runner)) {
    case true:
      return { kind: "leave" };
    case undefined: {
      if (lease && isFree(lease)) break;
      const host = runner?.host ?? lease!.host;
      return { kind: "wait", host, since: lease?.since, ...(lease && { lease }) };
    }
    case false:
  }
  if (attempts < maxRestarts) return { kind: "restart", attempts: attempts + 1 };
  return {
    kind: "fail",
    message: `Its process died, and so did those of ${maxRestarts} restarts.`,
  };
}

/**
 * The state of a running trial for a reader: "runs": somebody runs it, or may; "interrupted": it is
 * started again when the study goes on (or fails, if it was lost too often); "overdue": another
 * program asked for it and did not tell it in time, so that it fails then.
 */
export type RunState = "runs" | "interrupted" | "overdue";

export function runStateOf(
  trial: RunningTrial,
  now: Date,
  isFree: (lease: TrialLease) => boolean,
): RunState {
  switch (lostTrialAction(trial, Infinity, now, isFree).kind) {
    case "leave":
    case "wait":
      return "runs";
    case "restart":
      return "interrupted";
    case "fail":
      return "overdue";
  }
}

/** Whether another program asked for a trial and did not tell it in time, as it stands now. */
export const isOverdue = (trial: Trial): boolean =>
  trial.state === "running" && runStateOf(trial, new Date(), () => false) === "overdue";

/**
 * Whether a trial stored as running is run by nobody: its process handed it back or died. It is
 * started again, as it was, when its study goes on.
 * @param runner its attribute `hpo:runner`; undefined where another library or program runs it
 */
export const isInterrupted = (runner: unknown): boolean =>
  runner === null || (runner !== undefined && isAlive(runner as ProcessIdentity) === false);

const attemptsOf = (trial: RunningTrial): number =>
  Number(trial.systemAttrs[ATTRIBUTE.attempts] ?? 0);
