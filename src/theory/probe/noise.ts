import type { Hvp } from "../hvp.ts";
import { noiseFromTwoBatches, weightedNoiseScale, type NoiseEstimate } from "../noise-scale.ts";
import { dot, meanVector, plusScaled } from "../vectors.ts";
import type { NoiseScaleMeasurement } from "./measurement.ts";
import type { GradientGroup, GradientStatistics } from "./statistics.ts";

/** Where the batches came from: B_ref examples each, without an example in common, of N. */
export interface Sampling {
  readonly batchSize: number;
  /** Infinity if unknown. */
  readonly examples: number;
}

/**
 * Ŝ and |Ĝ|² from the norms of single batches and of their mean. Drawing without replacement,
 * E|G_B|² = |G|² + (1/B − 1/N)S at both sizes: N leaves Ŝ and stays in |Ĝ|².
 */
function estimate(groups: readonly GradientGroup[], groupSize: number, sampling: Sampling) {
  const { batchSize, examples } = sampling;
  const count = groups.length * groupSize;
  const mean = meanVector(groups.map((group) => group.mean));
  const single = groups.reduce((sum, group) => sum + group.squaredNorm / groups.length, 0);
  const { noise, signal } = noiseFromTwoBatches(
    { batchSize, squaredNorm: single },
    { batchSize: batchSize * count, squaredNorm: dot(mean, mean) },
  );
  return { noise, signal: signal + noise / examples } satisfies NoiseEstimate;
}

/** B_simple with the jackknife's error, and ‖g‖². Undefined from a single batch. */
export function simpleNoise(
  { groups, groupSize }: GradientStatistics,
  sampling: Sampling,
): { readonly scale: NoiseScaleMeasurement; readonly signal: number } | undefined {
  if (groups.length * groupSize < 2) return undefined;
  const all = estimate(groups, groupSize, sampling);
  const ratio = ({ noise, signal }: NoiseEstimate): number | undefined =>
    noise > 0 && signal > 0 ? noise / signal : undefined;
  const without =
    groups.length > 2
      ? groups.map((left) =>
          ratio(
            estimate(
              groups.filter((group) => group !== left),
              groupSize,
              sampling,
            ),
          ),
        )
      : [];
  return { scale: scaleOf(ratio(all), without), signal: all.signal };
}

/** B_noise = tr(HΣ)/gᵀHg and η_max by J + 1 products; J groups as micro-batches. */
export async function weightedNoise(
  hvp: Hvp,
  { groups, groupSize }: GradientStatistics,
  { batchSize, examples }: Sampling,
  signal: number,
): Promise<NoiseScaleMeasurement & { readonly maxRate?: number }> {
  const size = batchSize * groupSize;
  const mean = meanVector(groups.map((group) => group.mean));
  const curvatures: number[] = [];
  for (const group of groups) {
    const delta = plusScaled(group.mean, -1, mean);
    curvatures.push(dot(delta, await hvp(delta)));
  }
  const meanCurvature = dot(mean, await hvp(mean));
  const scale = (spread: readonly number[]) => {
    const sum = spread.reduce((total, value) => total + value, 0);
    // Each δ lacks 1/J of its own variance: Σ over fewer than all of them is scaled up to all.
    const trace = (size / (groups.length - 1)) * sum * (groups.length / spread.length);
    const bias = trace * (1 / (size * groups.length) - 1 / examples);
    return weightedNoiseScale(trace, meanCurvature - bias, signal);
  };
  const all = scale(curvatures);
  const without =
    groups.length > 2
      ? curvatures.map((_, left) => scale(curvatures.filter((_, i) => i !== left)).noiseScale)
      : [];
  return {
    ...scaleOf(all.noiseScale, without),
    ...(all.maxRate !== undefined && { maxRate: all.maxRate }),
  };
}

function scaleOf(
  value: number | undefined,
  without: readonly (number | undefined)[],
): NoiseScaleMeasurement {
  if (value === undefined) return {};
  const sdOfLog = jackknife(without);
  return sdOfLog === undefined ? { value } : { value, sdOfLog };
}

/** The standard deviation of ln x from estimates that each leave one group out (Tukey 1958). */
export function jackknife(without: readonly (number | undefined)[]): number | undefined {
  const logs = without.flatMap((value) => (value === undefined ? [] : [Math.log(value)]));
  if (logs.length < 2 || logs.length < without.length) return undefined;
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  const squares = logs.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return Math.sqrt((squares * (logs.length - 1)) / logs.length);
}
