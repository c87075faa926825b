/**
 * Stationary correlations of the scaled squared distance r² = Σ δᵢ²/ℓᵢ², and their slopes
 *
 *   ρ(r²)   1 at 0        γ(r²) = −2·dρ/d(r²), so that ∂ρ/∂ ln ℓᵢ = γ·δᵢ²/ℓᵢ²
 *
 * Rasmussen & Williams, Gaussian Processes for Machine Learning (2006), eq. 4.9, 4.17.
 */
import { expNegativeInto } from "../numerics/exp-negative.ts";

export type Smoothness = "rbf" | "matern52" | "matern32";

const THIRD = 1 / 3;

/** rho[p] ← ρ(r2[p]) for p < count. */
export function correlationsInto(
  rho: Float64Array,
  smoothness: Smoothness,
  r2: Float64Array,
  count: number,
): void {
  if (smoothness === "rbf") {
    for (let p = 0; p < count; p++) rho[p] = -0.5 * r2[p];
    expNegativeInto(rho, count);
    return;
  }
  const order = smoothness === "matern52" ? 5 : 3;
  for (let p = 0; p < count; p++) rho[p] = -Math.sqrt(order * r2[p]);
  expNegativeInto(rho, count);
  const square = smoothness === "matern52" ? THIRD : 0;
  for (let p = 0; p < count; p++) {
    const r = Math.sqrt(order * r2[p]);
    rho[p] *= 1 + r + r * r * square;
  }
}

/** slope[p] ← γ(r2[p]) for p < count, from ρ at the same r², without a second exponential. */
export function correlationSlopesInto(
  slope: Float64Array,
  smoothness: Smoothness,
  r2: Float64Array,
  rho: Float64Array,
  count: number,
): void {
  for (let p = 0; p < count; p++) {
    if (smoothness === "rbf") slope[p] = rho[p];
    else if (smoothness === "matern52") {
      const r = Math.sqrt(5 * r2[p]);
      slope[p] = (5 * THIRD * (1 + r) * rho[p]) / (1 + r + r * r * THIRD);
    } else slope[p] = (3 * rho[p]) / (1 + Math.sqrt(3 * r2[p]));
  }
}
