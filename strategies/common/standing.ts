import { isEvidence, type Observation } from "../../src/contracts/strategy.ts";

/**
 * Where a finished trial stands among the others, best first: feasible complete trials by value;
 * pruned ones by how far they came, then by their last report; infeasible ones by how much they
 * violate; then the trials that failed for their parameters. (Optuna's order for TPE.)
 */
export interface Standing {
  readonly tier: Tier;
  /** Smaller is better; compared within the tier. */
  readonly key: number;
  readonly tie: number;
}

export const TIER = { complete: 0, pruned: 1, infeasible: 2, failed: 3 } as const;
export type Tier = (typeof TIER)[keyof typeof TIER];

/** undefined for a failure that says nothing about the parameters (lost, timeout, error, …). */
export function standingOf(trial: Observation): Standing | undefined {
  if (trial.outcome === "failed") {
    const counts = trial.failure !== undefined && isEvidence(trial.failure);
    return counts ? { tier: TIER.failed, key: 0, tie: 0 } : undefined;
  }
  const violation = violationOf(trial);
  if (violation > 0) return { tier: TIER.infeasible, key: violation, tie: 0 };
  if (trial.outcome === "complete") return { tier: TIER.complete, key: trial.values[0], tie: 0 };
  const last = trial.reports.at(-1);
  if (!last) return { tier: TIER.pruned, key: Infinity, tie: 0 };
  return {
    tier: TIER.pruned,
    key: -last.step,
    tie: Number.isNaN(last.value) ? Infinity : last.value,
  };
}

/** Σ of the constraints above 0; a NaN constraint counts as Infinity. */
function violationOf({ constraints = [] }: Observation): number {
  let sum = 0;
  for (const value of constraints) {
    if (Number.isNaN(value)) return Infinity;
    if (value > 0) sum += value;
  }
  return sum;
}

/** < 0 if a is better. Never NaN. */
export const compareStandings = (a: Standing, b: Standing): number =>
  a.tier - b.tier || difference(a.key, b.key) || difference(a.tie, b.tie);

/** Two equal infinities have none. */
const difference = (a: number, b: number): number => (a === b ? 0 : a - b);
