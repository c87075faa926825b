import { HpoError } from "../../errors/errors.ts";
import { erfc, ndtri } from "../../numerics/normal.ts";
import { checkedProduct, type Hvp } from "../curvature/hvp.ts";
import { requireCoefficient, requirePositive, requireSameLength } from "../../errors/checks.ts";
import { dot } from "../../numerics/vectors.ts";

// The surge of sign-like optimizers' best learning rate (arXiv 2405.14578; kexue.fm 10542).
//   μ, σ    mean and standard deviation of one example's gradient, per coordinate
//   κ² = σ²/μ²      tr = tr H      off = Σ_{i≠j} s_i s_j H_ij, s = sign μ
//   E = E sign ĝ = erf(√(B/2)·μ/σ)      β = (1 + πκ²/2B)^-½, its algebraic form
//   β_n² = tr/off      η_max = Σ|g|/(2√(tr·off))
// One step from fixed weights, noise independent across coordinates: correlation .5 between
// coordinates removes the surge, and so does training for more than a few steps.

/** erf, by its series near 0, where 1 − erfc would cancel; ±1 to the last bit beyond 6. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  if (Math.abs(x) > 0.05) return 1 - erfc(x);
  const q = x * x;
  const series = 1 - q * (1 / 3 - q * (1 / 10 - q * (1 / 42 - q / 216)));
  return (2 / Math.sqrt(Math.PI)) * x * series;
}

/** erf⁻¹ on (−1, 1). */
const erfInverse = (y: number): number => ndtri((1 + y) / 2) * Math.SQRT1_2;

/** E_i = erf(√(B/2)·μ_i/σ_i), the mean of sign ĝ_i at batch size B. */
export function expectedSigns(
  mean: Float64Array,
  standardDeviation: Float64Array,
  batchSize: number,
): Float64Array {
  requireSameLength("standardDeviation", standardDeviation.length, mean.length);
  requirePositive("batchSize", batchSize);
  const root = Math.sqrt(batchSize / 2);
  return mean.map((mu, i) => (mu === 0 ? 0 : erf((root * mu) / standardDeviation[i])));
}

export interface SignStep {
  /** μ, the true gradient. */
  readonly mean: Float64Array;
  /** σ of one example, per coordinate; 0 where there is no noise. */
  readonly standardDeviation: Float64Array;
  /** H_ii. */
  readonly hessianDiagonal: Float64Array;
  readonly hvp: Hvp;
}

/**
 * The exact greedy learning rate of sign descent, ΣE_iμ_i / [Σ(1−E_i²)H_ii + EᵀHE]. Undefined
 * where the curvature in the denominator is not positive.
 */
export async function exactSignRate(
  step: SignStep,
  batchSize: number,
): Promise<number | undefined> {
  const signs = expectedSigns(step.mean, step.standardDeviation, batchSize);
  requireSameLength("hessianDiagonal", step.hessianDiagonal.length, signs.length);
  let curvature = dot(signs, await checkedProduct(step.hvp, signs));
  signs.forEach((sign, i) => (curvature += (1 - sign * sign) * step.hessianDiagonal[i]));
  return curvature > 0 ? dot(signs, step.mean) / curvature : undefined;
}

/** The surge's two or three numbers, with one κ² for all coordinates. */
export interface Surge {
  /** κ² = σ²/μ² of one example; B_simple estimates it. */
  readonly noiseToSignal: number;
  /** β_n > 0; a peak exists only below 1. */
  readonly turningPoint: number;
  /** η_max, the peak's height. */
  readonly maxRate: number;
}

/**
 * From Σ|g|, tr H (Hutchinson) and sᵀHs (one product). Undefined unless tr H > 0 and
 * off = sᵀHs − tr H > 0: without positive interaction there is neither peak nor plateau.
 */
export function surgeFromCurvature(
  gradientSum: number,
  trace: number,
  signCurvature: number,
  noiseToSignal: number,
): Surge | undefined {
  requirePositive("gradientSum", gradientSum);
  requirePositive("noiseToSignal", noiseToSignal);
  const off = signCurvature - trace;
  if (!(trace > 0 && off > 0)) return undefined;
  const maxRate = gradientSum / (2 * Math.sqrt(trace * off));
  return { noiseToSignal, turningPoint: Math.sqrt(trace / off), maxRate };
}

/** η*(B) = η_max/[½(β_n/β + β/β_n)] with the algebraic β; B = ∞ gives the plateau η_∞. */
export function surgeRate(surge: Surge, batchSize: number): number {
  checkSurge(surge);
  const { noiseToSignal, turningPoint, maxRate } = surge;
  const beta = 1 / Math.sqrt(1 + (Math.PI * noiseToSignal) / (2 * batchSize));
  return (2 * maxRate) / (turningPoint / beta + beta / turningPoint);
}

export interface SurgePeak {
  /** Where η* of the algebraic form is highest. */
  readonly batchSize: number;
  /** Where η* of the erf form is highest, 2κ²[erf⁻¹(β_n)]². */
  readonly exactBatchSize: number;
}

/** The peak; undefined for β_n ≥ 1, where η* rises throughout. */
export function surgePeak(surge: Surge): SurgePeak | undefined {
  checkSurge(surge);
  const square = surge.turningPoint * surge.turningPoint;
  if (square >= 1) return undefined;
  const inverse = erfInverse(surge.turningPoint);
  return {
    batchSize: ((Math.PI * surge.noiseToSignal) / 2) * (square / (1 - square)),
    exactBatchSize: 2 * surge.noiseToSignal * inverse * inverse,
  };
}

/** B_crit = (πκ²/2)β_n²/(1+β_n²): half of the best loss decrease; not the peak. */
export function surgeCriticalBatch(surge: Surge): number {
  checkSurge(surge);
  const square = surge.turningPoint * surge.turningPoint;
  return ((Math.PI * surge.noiseToSignal) / 2) * (square / (1 + square));
}

/** The small-B form, η_max·2/(√(B_n/B) + √(B/B_n)), with its peak at B_n. */
export function smallBatchSurgeRate(
  batchSize: number,
  maxRate: number,
  noiseScale: number,
): number {
  requirePositive("batchSize", batchSize);
  const root = Math.sqrt(batchSize / noiseScale);
  return (2 * maxRate) / (root + 1 / root);
}

/** With momentum, ρ = (1−β1)/(1+β1): averaging removes a part of the noise before the sign. */
export interface MomentumSurge {
  /** Σ|g|. */
  readonly gradientSum: number;
  /** tr H > 0. */
  readonly trace: number;
  /** sᵀHs > ρ tr H. */
  readonly signCurvature: number;
  readonly beta1: number;
  /** B_simple. */
  readonly noiseScale: number;
}

/** η* = Σ|g|/[ρ tr H/β + β(sᵀHs − ρ tr H)], β = (1 + B_simple/B)^-½; B = ∞ is allowed. */
export function momentumSurgeRate(surge: MomentumSurge, batchSize: number): number {
  const { damped, off } = momentumParts(surge);
  const beta = 1 / Math.sqrt(1 + surge.noiseScale / batchSize);
  return surge.gradientSum / (damped / beta + beta * off);
}

/** B_peak = B_simple β_n²/(1−β_n²), β_n² = ρ tr H/(sᵀHs − ρ tr H); undefined for β_n ≥ 1. */
export function momentumSurgePeak(surge: MomentumSurge): number | undefined {
  const { damped, off } = momentumParts(surge);
  const square = damped / off;
  return square < 1 ? (surge.noiseScale * square) / (1 - square) : undefined;
}

function momentumParts(surge: MomentumSurge): { damped: number; off: number } {
  requireCoefficient("beta1", surge.beta1);
  requirePositive("trace", surge.trace);
  requirePositive("gradientSum", surge.gradientSum);
  requirePositive("noiseScale", surge.noiseScale);
  const damped = ((1 - surge.beta1) / (1 + surge.beta1)) * surge.trace;
  const off = surge.signCurvature - damped;
  if (!(off > 0)) {
    throw new HpoError(
      `Expected signCurvature sᵀHs > ρ·tr H = ${damped}, got ${surge.signCurvature}. ` +
        `Without positive interaction of the coordinates the surge form does not apply.`,
    );
  }
  return { damped, off };
}

function checkSurge({ noiseToSignal, turningPoint, maxRate }: Surge): void {
  requirePositive("noiseToSignal", noiseToSignal);
  requirePositive("turningPoint", turningPoint);
  requirePositive("maxRate", maxRate);
}
