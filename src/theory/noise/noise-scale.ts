import { meanOf, squaredDeviations, total } from "../../numerics/moments.ts";
import { HpoError } from "../../errors/errors.ts";
import { checkedProduct, type Hvp } from "../curvature/hvp.ts";
import { requireAtLeast, requirePositive } from "../../errors/checks.ts";
import { dot, meanVector, plusScaled } from "../../numerics/vectors.ts";

// The gradient's noise scale (McCandlish et al. 2018, arXiv 1812.06162, App. A).
//   G the true gradient   Σ one example's covariance   S = tr Σ   B_simple = S/|G|²
//   E|G_B|² = |G|² + S/B with replacement, |G|² + (1/B − 1/N)S without, from N examples

/** Unbiased estimates; one of |G|² may be negative, so average before dividing. */
export interface NoiseEstimate {
  /** Ŝ, estimates tr Σ. */
  readonly noise: number;
  /** |Ĝ|². */
  readonly signal: number;
}

export interface SquaredNorm {
  readonly batchSize: number;
  /** |G_B|², or its mean over several batches of this size. */
  readonly squaredNorm: number;
}

/** Ŝ and |Ĝ|² from gradients at two batch sizes (App. A.1). */
export function noiseFromTwoBatches(one: SquaredNorm, other: SquaredNorm): NoiseEstimate {
  const [small, big] = one.batchSize < other.batchSize ? [one, other] : [other, one];
  for (const { batchSize } of [one, other]) requirePositive("batchSize", batchSize);
  if (small.batchSize === big.batchSize) {
    throw new HpoError(
      `Expected two different batch sizes, got ${small.batchSize} twice. ` +
        `Take a gradient at another batch size, or use noiseFromExamples.`,
    );
  }
  const signal =
    (big.batchSize * big.squaredNorm - small.batchSize * small.squaredNorm) /
    (big.batchSize - small.batchSize);
  const noise = (small.squaredNorm - big.squaredNorm) / (1 / small.batchSize - 1 / big.batchSize);
  return { noise, signal };
}

/** Ŝ = Σ‖g_i − ḡ‖²/(n−1) and |Ĝ|² = ‖ḡ‖² − Ŝ/n from n ≥ 2 examples' gradients. */
export function noiseFromExamples(gradients: readonly Float64Array[]): NoiseEstimate {
  requireAtLeast("examples' gradients", gradients, 2);
  const mean = meanVector(gradients);
  const squares = gradients.map((g) => plusScaled(g, -1, mean)).map((d) => dot(d, d));
  const noise = total(squares) / (gradients.length - 1);
  return { noise, signal: dot(mean, mean) - noise / gradients.length };
}

/** E|G_B|²: with replacement, or without from a `population` of N examples. */
export function expectedSquaredNorm(
  { noise, signal }: NoiseEstimate,
  batchSize: number,
  population = Infinity,
): number {
  return signal + (1 / batchSize - 1 / population) * noise;
}

/**
 * B_simple = S/|G|² of several estimates: both are averaged separately, then divided. Undefined
 * (unknown, not zero) where the mean of |Ĝ|² or of Ŝ is not positive: measure more batches.
 */
export function simpleNoiseScale(estimates: readonly NoiseEstimate[]): number | undefined {
  requireAtLeast("noise estimates", estimates, 1);
  const noise = estimates.reduce((sum, estimate) => sum + estimate.noise, 0);
  const signal = estimates.reduce((sum, estimate) => sum + estimate.signal, 0);
  return signal > 0 && noise > 0 ? noise / signal : undefined;
}

export interface WeightedNoiseScale {
  /** B_noise = tr(HΣ)/gᵀHg; undefined where either is not positive. */
  readonly noiseScale: number | undefined;
  /** η_max = |g|²/gᵀHg, the greedy step of full-batch gradient descent. */
  readonly maxRate: number | undefined;
  /** tr(HΣ) for one example. */
  readonly traceHessianNoise: number;
  /** gᵀHg. */
  readonly gradientCurvature: number;
}

/** From tr(HΣ), gᵀHg and |g|², where they are known. */
export function weightedNoiseScale(
  traceHessianNoise: number,
  gradientCurvature: number,
  signal: number,
): WeightedNoiseScale {
  const usable = gradientCurvature > 0;
  const noisy = usable && traceHessianNoise > 0;
  const maxRate = usable && signal > 0 ? signal / gradientCurvature : undefined;
  return {
    noiseScale: noisy ? traceHessianNoise / gradientCurvature : undefined,
    maxRate,
    traceHessianNoise,
    gradientCurvature,
  };
}

/**
 * B_noise from the gradients of J ≥ 2 micro-batches of size b: with δ_j = g_j − ḡ,
 * T = (b/(J−1)) Σ δ_jᵀHδ_j estimates tr(HΣ), and gᵀHg = ḡᵀHḡ − T/(bJ). J + 1 products.
 */
export async function weightedNoiseFromMicroBatches(
  hvp: Hvp,
  gradients: readonly Float64Array[],
  microBatchSize: number,
): Promise<WeightedNoiseScale> {
  requireAtLeast("micro-batches' gradients", gradients, 2);
  requirePositive("microBatchSize", microBatchSize);
  const count = gradients.length;
  const mean = meanVector(gradients);
  let spread = 0;
  let squares = 0;
  for (const gradient of gradients) {
    const delta = plusScaled(gradient, -1, mean);
    spread += dot(delta, await checkedProduct(hvp, delta));
    squares += dot(delta, delta);
  }
  const trace = (microBatchSize / (count - 1)) * spread;
  const curvature = dot(mean, await checkedProduct(hvp, mean)) - trace / (microBatchSize * count);
  const signal = dot(mean, mean) - squares / (count - 1) / count;
  return weightedNoiseScale(trace, curvature, signal);
}

/**
 * One noise scale from several points of training (after about 10 % of a pilot run and near the
 * target; the one at initialisation is not the critical batch size): the mean of the logs, and a
 * standard deviation of ln B that is never below 1.
 */
export function summariseNoiseScales(values: readonly number[]) {
  requireAtLeast("noise scales", values, 1);
  for (const value of values) requirePositive("noise scale", value);
  const logs = values.map(Math.log);
  const spread = logs.length > 1 ? Math.sqrt(squaredDeviations(logs) / (logs.length - 1)) : 0;
  return { noiseScale: Math.exp(meanOf(logs)), sdOfLog: Math.max(1, spread) };
}
