import { meanOf, squaredDeviations } from "../../numerics/moments.ts";
import type { Rng } from "../../numerics/rng.ts";
import { checkedProduct, type Hvp } from "./hvp.ts";
import { requireInteger, requirePositive } from "../../errors/checks.ts";
import { dot } from "../../numerics/vectors.ts";

export interface TraceOptions {
  /** Number of weights. */
  readonly dimension: number;
  readonly rng: Rng;
  /** Stops when the standard error is below this part of the estimate, default .1. */
  readonly tolerance?: number;
  /** Fewest samples before the standard error is believed, default 8. */
  readonly minSamples?: number;
  /** Most samples, default 100. */
  readonly maxSamples?: number;
}

export interface TraceEstimate {
  readonly trace: number;
  /** Of the mean; its law is √(2(‖A‖_F² − Σa_ii²)/m). */
  readonly standardError: number;
  /** The samples zᵀAz themselves. */
  readonly samples: readonly number[];
  readonly converged: boolean;
}

/**
 * tr A = E zᵀAz with z of independent ±1 (Hutchinson 1989; Rademacher vectors have the least
 * variance among independent entries). One product per sample.
 */
export async function hutchinsonTrace(hvp: Hvp, options: TraceOptions): Promise<TraceEstimate> {
  const { dimension, rng, tolerance = 0.1, minSamples = 8, maxSamples = 100 } = options;
  requireInteger("dimension", dimension, 1);
  requireInteger("minSamples", minSamples, 2);
  requireInteger("maxSamples", maxSamples, minSamples);
  requirePositive("tolerance", tolerance);
  const samples: number[] = [];
  for (;;) {
    const z = Float64Array.from({ length: dimension }, () => (rng.uniform() < 0.5 ? -1 : 1));
    samples.push(dot(z, await checkedProduct(hvp, z)));
    if (samples.length < minSamples) continue;
    const { mean, standardError } = summarise(samples);
    const converged = standardError <= tolerance * Math.abs(mean);
    if (converged || samples.length >= maxSamples) {
      return { trace: mean, standardError, samples, converged };
    }
  }
}

function summarise(samples: readonly number[]): { mean: number; standardError: number } {
  const n = samples.length;
  const standardError = Math.sqrt(squaredDeviations(samples) / (n - 1) / n);
  return { mean: meanOf(samples), standardError };
}
