import { requireNonNegative, requirePositive } from "../../errors/checks.ts";

// πBO (Hvarfner et al. 2022, arXiv 2204.11051): after n trials the acquisition is
// ln acq + (β0/n)·ln π. The exponent multiplies ln π, so the prior fades as trials come in.

/** β0 = N/10 for a study of N trials. */
export const initialStrength = (trials: number): number => trials / 10;

/** β0/n; before the first trial, β0. */
export function priorExponent(strength: number, trialCount: number): number {
  requireNonNegative("strength", strength);
  requireNonNegative("trialCount", trialCount);
  return strength / Math.max(1, trialCount);
}

/** π^(β0/n): the factor by which a point's acquisition is multiplied. */
export const priorFactor = (logDensity: number, strength: number, trialCount: number): number =>
  Math.exp(priorExponent(strength, trialCount) * logDensity);

/**
 * C = (max π/min π)^(β0/n): a wrong prior costs at most this factor of acquisition, and C → 1. The
 * uniform share keeps max π/min π finite.
 */
export function wrongPriorBound(
  densityRatio: number,
  strength: number,
  trialCount: number,
): number {
  requirePositive("densityRatio", densityRatio);
  return Math.exp(priorExponent(strength, trialCount) * Math.log(densityRatio));
}

/** The weight of the prior as a pseudo-component among n observed ones (TPE): β0/(β0 + n). */
export function pseudoWeight(strength: number, trialCount: number): number {
  requirePositive("strength", strength);
  requireNonNegative("trialCount", trialCount);
  return strength / (strength + trialCount);
}
