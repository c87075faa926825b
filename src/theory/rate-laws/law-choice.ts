import { fitRateLaw, type LawFit, type LawKind, type RatePoint } from "./rate-law.ts";

/** The surge must beat its rivals by this much BIC … */
export const SURGE_BIC_MARGIN = 6;
/** … at this many batch sizes or more: one step shows it, whole runs mostly do not. */
export const SURGE_BATCH_SIZES = 5;

export interface LawChoice {
  readonly chosen: LawFit;
  /** Every law that was fitted, best BIC first. */
  readonly fits: readonly LawFit[];
  /** Why the surge was or was not adopted. */
  readonly surge: "adopted" | "tooFewBatchSizes" | "notEnoughEvidence";
}

/**
 * The law of the best learning rates by BIC. The surge is a hypothesis that has to win on
 * evidence: only with ≥ 5 batch sizes, and a BIC 6 below both the power law's and
 * (1 + B_n/B)^-½'s; it is never a correction that is applied unasked.
 */
export function chooseRateLaw(points: readonly RatePoint[]): LawChoice {
  const kinds: readonly LawKind[] = ["power", "saturating", "rootSaturating", "surge"];
  const fits = kinds.map((kind) => fitRateLaw(kind, points)).sort((a, b) => a.bic - b.bic);
  const verdict = surgeGate(
    new Set(points.map((point) => point.batchSize)).size,
    Object.fromEntries(fits.map((fit) => [fit.law.kind, fit.bic])) as Record<LawKind, number>,
  );
  const allowed = fits.filter((fit) => fit.law.kind !== "surge" || verdict === "adopted");
  return { chosen: allowed[0], fits, surge: verdict };
}

/** The gate itself, for BICs from elsewhere. */
export function surgeGate(
  batchSizes: number,
  bic: Readonly<Record<"power" | "rootSaturating" | "surge", number>>,
): LawChoice["surge"] {
  if (batchSizes < SURGE_BATCH_SIZES) return "tooFewBatchSizes";
  const rival = Math.min(bic.power, bic.rootSaturating);
  return rival - bic.surge >= SURGE_BIC_MARGIN ? "adopted" : "notEnoughEvidence";
}
