import { choleskyInto, packedStart, solveLowerInto } from "../../numerics/cholesky.ts";
import type { BestRate } from "./best-rates.ts";

// How the best learning rates y_g = ln η_g of a sweep lie around a smooth law of b_g = ln B_g:
//   cov(y_g, y_h) = τ²s·exp(−|b_g − b_h|/ℓ) + δ_gh (sd_g² + τ²(1 − s)),
// s the share of the scatter τ that neighbours have in common, as what bends the curve at one batch
// size bends it at the next (an Ornstein–Uhlenbeck process in ln B, a kriging model of the rest).

/** s and ℓ: half of the scatter, over a factor 4 of batch size [engineering choices]. */
const SHARE = 0.5;
const LENGTH = Math.log(4);

export interface Deviations {
  /** L⁻¹r, of unit covariance, for residuals r with the covariance LLᵀ. */
  whiten(residuals: readonly number[]): number[];
  /** Σ ln L_gg. */
  readonly logScale: number;
  /** L⁻¹k: the whitened covariances of the residuals with the deviation at ln B = b. */
  towards(b: number): number[];
}

/** @param scatter τ, above 0 */
export function deviationsOf(rates: readonly BestRate[], scatter: number): Deviations {
  const b = rates.map((rate) => Math.log(rate.batchSize));
  const variance = scatter * scatter;
  const shared = (p: number, q: number): number =>
    variance * SHARE * Math.exp(-Math.abs(p - q) / LENGTH);
  const n = rates.length;
  const factor = new Float64Array(packedStart(n));
  for (let p = 0; p < n; p++) {
    for (let q = 0; q < p; q++) factor[packedStart(p) + q] = shared(b[p], b[q]);
    const { sdOfLog } = rates[p];
    factor[packedStart(p) + p] = variance + sdOfLog * sdOfLog;
  }
  // Positive definite by its diagonal: τ²(1 − s) and sd² stand there alone.
  choleskyInto(factor, n);
  const whiten = (residuals: readonly number[]): number[] => {
    const whitened = Float64Array.from(residuals);
    solveLowerInto(factor, whitened, n);
    return [...whitened];
  };
  return {
    whiten,
    logScale: rates.reduce((sum, _, p) => sum + Math.log(factor[packedStart(p) + p]), 0),
    towards: (at) => whiten(b.map((value) => shared(value, at))),
  };
}
