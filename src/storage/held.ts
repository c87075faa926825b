import type { Held, TrialLease } from "../contracts/trial-lease.ts";

/** Whether `lease`, a trial's attribute `hpo:lease`, is still the one that the caller holds. */
export function isHeld(lease: unknown, { attempt, lease: id }: Held): boolean {
  const stored = lease as TrialLease | null | undefined;
  return stored?.id === id && stored.attempt === attempt;
}
