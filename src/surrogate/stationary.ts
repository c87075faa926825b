/**
 * Stationary correlations of the scaled squared distance r² = Σ δᵢ²/ℓᵢ², and their slopes
 *
 *   ρ(r²)   1 at 0        γ(r²) = −2·dρ/d(r²), so that ∂ρ/∂ ln ℓᵢ = γ·δᵢ²/ℓᵢ²
 *
 * Rasmussen & Williams, Gaussian Processes for Machine Learning (2006), eq. 4.9, 4.17.
 */
import { expNegative } from "../numerics/exp-negative.ts";

export type Smoothness = "rbf" | "matern52" | "matern32";

const THIRD = 1 / 3;

export function correlation(smoothness: Smoothness, r2: number): number {
  if (smoothness === "rbf") return expNegative(-0.5 * r2);
  if (smoothness === "matern52") {
    const r = Math.sqrt(5 * r2);
    return (1 + r + r * r * THIRD) * expNegative(-r);
  }
  const r = Math.sqrt(3 * r2);
  return (1 + r) * expNegative(-r);
}

/** γ from ρ at the same r², without a second exponential. */
export function slopeOf(smoothness: Smoothness, r2: number, rho: number): number {
  if (smoothness === "rbf") return rho;
  if (smoothness === "matern52") {
    const r = Math.sqrt(5 * r2);
    return (5 * THIRD * (1 + r) * rho) / (1 + r + r * r * THIRD);
  }
  return (3 * rho) / (1 + Math.sqrt(3 * r2));
}
