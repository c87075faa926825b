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
import { expNegative } from "../numerics/exp-negative.ts";
import { CONTINUOUS, otherSlope, otherSquare, type DimensionKinds } from "./dimensions.ts";
import { correlation, slopeOf, type Smoothness } from "./stationary.ts";

export interface Kernel {
  readonly kinds: DimensionKinds;
  readonly smoothness: Smoothness;
  /** Whether there is an additive part; it needs at least two dimensions. */
  readonly additive: boolean;
}

/** Where each hyperparameter stands in θ. */
export interface Layout {
  readonly signal: number;
  readonly noise: number;
  readonly additive: number;
  readonly first: number;
  readonly second: number;
  readonly length: number;
}

export function layoutOf({ kinds, additive }: Kernel): Layout {
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
  const at = layoutOf(kernel);
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

/**
 * out[start + p·stride] ← k(x, X_p) for p < n.
 * @param x holds the point from xAt on; X is n × d, row-major
 */
export function covariancesInto(
  out: Float64Array,
  kernel: Kernel,
  weights: Weights,
  x: Float64Array,
  xAt: number,
  X: Float64Array,
  n: number,
  start = 0,
  stride = 1,
): void {
  const { kinds, smoothness } = kernel;
  const { full, signal, additive, first, second } = weights;
  const d = kinds.length;
  const hasAdditive = kernel.additive;
  for (let p = 0, at = 0; p < n; p++) {
    let r2 = 0;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < d; i++, at++) {
      const difference = x[xAt + i] - X[at];
      const square =
        kinds[i] === CONTINUOUS
          ? difference * difference
          : otherSquare(kinds[i], x[xAt + i], X[at]);
      r2 += square * full[i];
      if (hasAdditive) {
        const z = expNegative(-0.5 * square * additive[i]);
        sum += z;
        squares += z * z;
      }
    }
    out[start + p * stride] =
      signal * correlation(smoothness, r2) + first * sum + second * (sum * sum - squares);
  }
}

/**
 * out[p] ← k(x, X_p) and slopes[p·d + i] ← ∂k(x, X_p)/∂xᵢ for p < n. Slopes along categorical
 * and missing coordinates are 0.
 */
export function covarianceSlopesInto(
  out: Float64Array,
  slopes: Float64Array,
  kernel: Kernel,
  weights: Weights,
  x: Float64Array,
  X: Float64Array,
  n: number,
): void {
  const { kinds, smoothness } = kernel;
  const { full, signal, additive, first, second } = weights;
  const d = kinds.length;
  const z = new Float64Array(d);
  for (let p = 0; p < n; p++) {
    const at = p * d;
    let r2 = 0;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < d; i++) {
      const square = squareAlong(kinds[i], x[i], X[at + i]);
      r2 += square * full[i];
      if (!kernel.additive) continue;
      z[i] = expNegative(-0.5 * square * additive[i]);
      sum += z[i];
      squares += z[i] * z[i];
    }
    const rho = correlation(smoothness, r2);
    out[p] = signal * rho + first * sum + second * (sum * sum - squares);
    const slope = signal * slopeOf(smoothness, r2, rho);
    for (let i = 0; i < d; i++) {
      const half =
        kinds[i] === CONTINUOUS ? x[i] - X[at + i] : otherSlope(kinds[i], x[i], X[at + i]);
      let factor = slope * full[i];
      if (kernel.additive) factor += (first + 2 * second * (sum - z[i])) * z[i] * additive[i];
      slopes[at + i] = -factor * half;
    }
  }
}

/** δ² along one dimension. */
export function squareAlong(kind: number, a: number, b: number): number {
  return kind === CONTINUOUS ? (a - b) * (a - b) : otherSquare(kind, a, b);
}
