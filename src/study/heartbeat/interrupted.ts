import type { Storage } from "../../contracts/storage.ts";
import { LEASE_MS, type TrialLease } from "../../contracts/trial-lease.ts";
import type { Attributes, RunningTrial } from "../../contracts/trial.ts";
import { runStateOf } from "../trial/lost-trial.ts";
import { leaseOf } from "../trial/trial-lease.ts";
import type { StateParts, StudyState } from "../study-state.ts";
import { presentIn } from "./presence.ts";

/**
 * The numbers of the trials that nobody runs any more: they were handed back, their process died, or
 * it can't be seen from here and was silent for a lease. They are started again when the study goes on.
 * @param systemAttrs the study's, which say what lease a worker has
 */
export async function interruptedAmong(
  running: readonly RunningTrial[],
  storage: Storage,
  systemAttrs: Attributes,
): Promise<ReadonlySet<number>> {
  const now = new Date();
  const interrupted = (isFree: (lease: TrialLease) => boolean): readonly RunningTrial[] =>
    running.filter((trial) => runStateOf(trial, now, isFree) === "interrupted");
  const certain = new Set(interrupted(() => false));
  const workers = interrupted(() => true)
    .filter((trial) => !certain.has(trial))
    .flatMap((trial) => leaseOf(trial.systemAttrs)?.worker ?? []);
  const signs = workers.length > 0 ? await storage.readSigns([...new Set(workers)]) : undefined;
  const leases = new Map(
    presentIn(systemAttrs).map(({ worker, leaseMs }) => [worker, leaseMs] as const),
  );
  const isSilent = ({ worker }: TrialLease): boolean =>
    (signs?.get(worker)?.ageMs ?? 0) > (leases.get(worker) ?? LEASE_MS);
  return new Set(interrupted(isSilent).map(({ number }) => number));
}

/** As `interruptedAmong`, in an open study, by the heartbeats that it read last. */
export function interruptedIn(state: StudyState<StateParts>): ReadonlySet<number> {
  const now = new Date();
  const isFree = (lease: TrialLease): boolean => state.leases.isOver(lease);
  const isInterrupted = (trial: RunningTrial): boolean =>
    !state.active.has(trial.number) && runStateOf(trial, now, isFree) === "interrupted";
  return new Set(state.history.running.filter(isInterrupted).map(({ number }) => number));
}
