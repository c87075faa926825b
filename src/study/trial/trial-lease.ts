import { randomUUID } from "node:crypto";
import type { Attributes } from "../../contracts/trial.ts";
import type { Held, TrialLease } from "../../contracts/trial-lease.ts";
import { thisProcess, workerId } from "../../system/process-identity.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";

/** Who is to run a trial that starts. */
export interface Starter {
  /** Another program runs it, and it counts as lost if it is not told by then. */
  readonly expires?: Date;
  /** Whether other processes can see the study, and take its trials over. */
  readonly isShared: boolean;
  /** A worker elsewhere runs it. */
  readonly remote?: RemoteSlot;
}

/** Where a worker that reaches the study through a coordinator runs one trial. */
export interface RemoteSlot {
  /** The id of its process. */
  readonly worker: string;
  readonly slot: string;
  readonly host: string;
}

/** Says who runs a trial that is started now: this process, or someone outside. */
export function holderOf(attempt: number, { expires, isShared, remote }: Starter): Attributes {
  if (expires) return { [ATTRIBUTE.expires]: expires.toISOString() };
  const runner = remote ? undefined : thisProcess();
  if (runner && !isShared) return { [ATTRIBUTE.runner]: runner };
  const lease: TrialLease = {
    attempt,
    id: randomUUID().replaceAll("-", ""),
    ...(remote ?? { worker: workerId, host: thisProcess().host }),
    since: new Date().toISOString(),
  };
  return { [ATTRIBUTE.runner]: runner, [ATTRIBUTE.lease]: lease };
}

/** Nobody runs it any more: it may be started again as it was. */
export const HANDED_BACK: Attributes = Object.freeze({
  [ATTRIBUTE.runner]: null,
  [ATTRIBUTE.lease]: null,
});

export const leaseOf = (systemAttrs: Attributes): TrialLease | undefined =>
  (systemAttrs[ATTRIBUTE.lease] ?? undefined) as TrialLease | undefined;

/** What whoever holds the trial so shows with each write; undefined where nobody does. */
export function heldOf(systemAttrs: Attributes): Held | undefined {
  const lease = leaseOf(systemAttrs);
  return lease && { attempt: lease.attempt, lease: lease.id };
}
