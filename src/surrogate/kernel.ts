/**
 * The covariance of the surrogate.
 *
 *   d   dimensions          δᵢ  difference of two points along dimension i (dimensions.ts)
 *   ρ   correlation of the full part, ρ(Σ δᵢ²/ℓᵢ²)                        (stationary.ts)
 *   zᵢ  = exp(−½ δᵢ²/λᵢ²), the additive part's correlation along i, with lengthscales of its own
 *
 *   k = s·ρ + s₁/d · Σᵢ zᵢ + s₂/(d(d−1)) · Σ_{i≠j} zᵢzⱼ
 *
 * The additive part (Duvenaud, Nickisch & Rasmussen, "Additive Gaussian processes", NeurIPS 2011,
 * orders 1 and 2) lets a few points per axis say something about the whole cube.
 *
 *   θ   hyperparameters, all logarithms: ln ℓ₁ … ln ℓ_d, ln s, ln noise [, ln λ₁ … ln λ_d, ln s₁, ln s₂]
 */
import { CONTINUOUS, otherSquare, type DimensionKinds } from "./dimensions.ts";
import type { Smoothness } from "./stationary.ts";

export interface Kernel {
  readonly kinds: DimensionKinds;
  readonly smoothness: Smoothness;
  /** Whether there is an additive part; it needs at least two dimensions. */
  readonly additive: boolean;
}

/** A kernel in plain words and numbers. */
export const settingsOf = ({ kinds, smoothness, additive }: Kernel): readonly unknown[] => [
  [...kinds],
  smoothness,
  additive,
];

/** Where each hyperparameter stands in θ. */
export interface ThetaLayout {
  readonly signal: number;
  readonly noise: number;
  readonly additive: number;
  readonly first: number;
  readonly second: number;
  readonly length: number;
}

export function thetaLayout({ kinds, additive }: Kernel): ThetaLayout {
  const d = kinds.length;
  return {
    signal: d,
    noise: d + 1,
    additive: d + 2,
    first: 2 * d + 2,
    second: 2 * d + 3,
    length: additive ? 2 * d + 4 : d + 2,
  };
}

/** θ taken apart for the loops. */
export interface Weights {
  /** 1/ℓᵢ². */
  readonly full: Float64Array;
  readonly signal: number;
  readonly noise: number;
  /** 1/λᵢ²; empty without an additive part. */
  readonly additive: Float64Array;
  /** s₁/d. */
  readonly first: number;
  /** s₂/(d(d−1)). */
  readonly second: number;
  /** k(x, x), noise left out. */
  readonly variance: number;
}

const inverseSquares = (logs: Float64Array): Float64Array => logs.map((v) => Math.exp(-2 * v));

export function weightsOf(kernel: Kernel, theta: Float64Array): Weights {
  const at = thetaLayout(kernel);
  const d = kernel.kinds.length;
  const signal = Math.exp(theta[at.signal]);
  const s1 = kernel.additive ? Math.exp(theta[at.first]) : 0;
  const s2 = kernel.additive ? Math.exp(theta[at.second]) : 0;
  return {
    full: inverseSquares(theta.subarray(0, d)),
    signal,
    noise: Math.exp(theta[at.noise]),
    additive: inverseSquares(theta.subarray(at.additive, kernel.additive ? at.first : at.additive)),
    first: s1 / d,
    second: kernel.additive ? s2 / (d * (d - 1)) : 0,
    variance: signal + s1 + s2,
  };
}

/** δ² along one dimension. */
export function squareAlong(kind: number, a: number, b: number): number {
  return kind === CONTINUOUS ? (a - b) * (a - b) : otherSquare(kind, a, b);
}
