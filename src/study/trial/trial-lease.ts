import { randomUUID } from "node:crypto";
import type { Provenance } from "../../contracts/provenance.ts";
import type { Attributes } from "../../contracts/trial.ts";
import type { Held, TrialLease } from "../../contracts/trial-lease.ts";
import { thisProcess, workerId } from "../../system/process-identity.ts";
import { ATTRIBUTE } from "../../contracts/attributes.ts";

/** Who is to run a trial that starts. */
export interface Starter {
  /** Another program runs it; it counts as lost if its end is not told by then. */
  readonly expires?: Date;
  /** Whether other processes can see the study, and take its trials over. */
  readonly isShared: boolean;
  /** A worker elsewhere runs it. */
  readonly remote?: RemoteSlot;
  /** The code and versions that this process runs it with, if it does. */
  readonly provenance?: Provenance;
  /** SHA-256 of the study file that this process runs by, where that is known. */
  readonly file?: string;
}

/** A place at a coordinator's worker where one trial runs. */
export interface RemoteSlot {
  /** The id of its process. */
  readonly worker: string;
  readonly slot: string;
  readonly host: string;
  /** The code and versions that it runs trials with. */
  readonly provenance?: Provenance;
  /** SHA-256 of the study file that it runs by. */
  readonly file?: string;
}

/** The system attributes that say who runs a trial that starts now. */
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
  // Null replaces the provenance of an earlier attempt.
  const provenance = (remote ?? starter).provenance ?? null;
  return {
    [ATTRIBUTE.runner]: runner,
    [ATTRIBUTE.lease]: lease,
    [ATTRIBUTE.provenance]: provenance,
  };
}

/** The attributes of a trial that nobody runs any more, so that it may be started again. */
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
