import type { Held, TrialLease } from "../contracts/trial-lease.ts";

/** Whether a trial with this `hpo:lease` is still held by whoever shows `held`. */
export function isHeld(lease: unknown, { attempt, lease: id }: Held): boolean {
  const stored = lease as TrialLease | null | undefined;
  return stored?.id === id && stored.attempt === attempt;
}
