import { squaredDeviations, total } from "../../numerics/moments.ts";
import type { Hvp } from "../curvature/hvp.ts";
import {
  noiseFromTwoBatches,
  weightedNoiseScale,
  type NoiseEstimate,
  type WeightedNoiseScale,
} from "../noise/noise-scale.ts";
import { dot, meanVector } from "../../numerics/vectors.ts";
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

/** ‖g‖², and what it is without each group; empty where there are too few groups for that. */
export interface Signals {
  readonly all: number;
  readonly without: readonly number[];
}

/** B_simple with the jackknife's error, and ‖g‖². Undefined from a single batch. */
export function simpleNoise(
  { groups, groupSize }: GradientStatistics,
  sampling: Sampling,
): { readonly scale: NoiseScaleMeasurement; readonly signals: Signals } | undefined {
  if (groups.length * groupSize < 2) return undefined;
  const all = estimate(groups, groupSize, sampling);
  const without =
    groups.length > 2
      ? groups.map((left) => {
          const others = groups.filter((group) => group !== left);
          return estimate(others, groupSize, sampling);
        })
      : [];
  const ratio = ({ noise, signal }: NoiseEstimate): number | undefined =>
    noise > 0 && signal > 0 ? noise / signal : undefined;
  return {
    scale: scaleOf(ratio(all), without.map(ratio)),
    signals: { all: all.signal, without: without.map(({ signal }) => signal) },
  };
}

/**
 * B_noise = tr(HΣ)/gᵀHg and η_max from J groups as micro-batches, by J products: everything is in
 * the matrix m_aᵀHm_b of the groups' means, that without one group too.
 *
 * @param signals ‖g‖² from all groups and from all but each one
 */
export async function weightedNoise(
  hvp: Hvp,
  { groups, groupSize }: GradientStatistics,
  sampling: Sampling,
  signals: Signals,
): Promise<NoiseScaleMeasurement & { readonly maxRate?: number }> {
  const products: Float64Array[] = [];
  for (const { mean } of groups) products.push(await hvp(mean));
  const gram = groups.map(({ mean }) => products.map((product) => dot(mean, product)));
  const size = sampling.batchSize * groupSize;
  const all = weightedFrom(gram, size, sampling.examples, signals.all);
  const without = signals.without.map((signal, left) => {
    const rest = (_: unknown, i: number): boolean => i !== left;
    const less = gram.filter(rest).map((row) => row.filter(rest));
    return weightedFrom(less, size, sampling.examples, signal).noiseScale;
  });
  return {
    ...scaleOf(all.noiseScale, without),
    ...(all.maxRate !== undefined && { maxRate: all.maxRate }),
  };
}

/** T = (b/(J−1)) Σδ_jᵀHδ_j; gᵀHg = ḡᵀHḡ − T (1/bJ − 1/N). */
function weightedFrom(
  gram: readonly (readonly number[])[],
  size: number,
  examples: number,
  signal: number,
): WeightedNoiseScale {
  const count = gram.length;
  const own = gram.reduce((sum, row, i) => sum + row[i], 0);
  const ofMean = total(gram.flat()) / (count * count);
  const trace = (size / (count - 1)) * (own - count * ofMean);
  const bias = trace * (1 / (size * count) - 1 / examples);
  return weightedNoiseScale(trace, ofMean - bias, signal);
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
  return Math.sqrt((squaredDeviations(logs) * (logs.length - 1)) / logs.length);
}
