import { randomUUID } from "node:crypto";
import type { Provenance } from "../../contracts/provenance.ts";
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
  /** Where this process runs trials from, if it runs it. */
  readonly provenance?: Provenance;
  /** SHA-256 of the study file that this process runs by, where that is known. */
  readonly file?: string;
}

/** Where a worker that reaches the study through a coordinator runs one trial. */
export interface RemoteSlot {
  /** The id of its process. */
  readonly worker: string;
  readonly slot: string;
  readonly host: string;
  /** Where it runs trials from. */
  readonly provenance?: Provenance;
  /** SHA-256 of the study file that it runs by. */
  readonly file?: string;
}

/** Says who runs a trial that is started now: this process, or someone outside. */
export function holderOf(attempt: number, starter: Starter): Attributes {
  const { expires, isShared, remote } = starter;
  if (expires) return { [ATTRIBUTE.expires]: expires.toISOString() };
  const runner = remote ? undefined : thisProcess();
  if (runner && !isShared) return { [ATTRIBUTE.runner]: runner };
  const { file } = remote ?? starter;
  const lease: TrialLease = {
    attempt,
    id: randomUUID().replaceAll("-", ""),
    ...(remote
      ? { worker: remote.worker, slot: remote.slot, host: remote.host }
      : { worker: workerId, host: thisProcess().host }),
    ...(file !== undefined && { file }),
    since: new Date().toISOString(),
  };
  // Of a trial that starts again, nothing stays of where it ran before.
  const provenance = (remote ?? starter).provenance ?? null;
  return {
    [ATTRIBUTE.runner]: runner,
    [ATTRIBUTE.lease]: lease,
    [ATTRIBUTE.provenance]: provenance,
  };
}

/** Nobody runs it any more: it may be started again as it was. */
export const HANDED_BACK: Attributes = Object.freeze({
  [ATTRIBUTE.runner]: null,
  [ATTRIBUTE.lease]: null,
});

export const leaseOf = (systemAttrs: Attributes): TrialLease | undefined =>
  (systemAttrs[ATTRIBUTE.lease] ?? undefined) as TrialLease | undefined;

/** What the trial's holder sends with each write, as proof; undefined where the trial has no holder. */
export function heldOf(systemAttrs: Attributes): Held | undefined {
  const lease = leaseOf(systemAttrs);
  return lease && { attempt: lease.attempt, lease: lease.id };
}
