/**
 * Candidates from the product density of the best trials, for surfaces with many near-ties, where
 * the acquisition alone would chase noise: per dimension a mixture of normals at the best trials and
 * one uniform component (Bergstra et al., "Algorithms for hyper-parameter optimization", 2011).
 */
import { squaredDeviations } from "../numerics/moments.ts";
import type { Rng } from "../numerics/rng.ts";
import type { Domain } from "./domain.ts";

const SHARE_OF_TRIALS = 0.12;
const UNIFORM_CANDIDATES = 0.25;
const SMALLEST_BANDWIDTH = 0.05;
const MOST_REJECTIONS = 20;

/** @param good points of trials, best first; at least one */
export function parzenCandidates(
  domain: Domain,
  good: readonly Float64Array[],
  count: number,
  rng: Rng,
): Float64Array[] {
  const best = good.slice(0, Math.max(2, Math.ceil(SHARE_OF_TRIALS * good.length)));
  const bandwidths = Float64Array.from({ length: domain.dimension }, (_, i) => bandwidth(best, i));
  const anywhere = (i: number): number => {
    const values = domain.levels[i];
    return values ? values[rng.integer(0, values.length - 1)] : rng.uniform();
  };
  const nearBest = (i: number): number => {
    const component = rng.integer(0, best.length);
    if (component === best.length || Number.isNaN(best[component][i])) return anywhere(i);
    if (domain.levels[i]) return best[component][i];
    for (let k = 0; k < MOST_REJECTIONS; k++) {
      const value = best[component][i] + bandwidths[i] * rng.normal();
      if (value >= 0 && value <= 1) return value;
    }
    return anywhere(i);
  };
  return Array.from({ length: count }, (_, k) => {
    const coordinate = k < UNIFORM_CANDIDATES * count ? anywhere : nearBest;
    return domain.project(Float64Array.from({ length: domain.dimension }, (_, i) => coordinate(i)));
  });
}

/** Scott's rule, never below SMALLEST_BANDWIDTH. */
function bandwidth(points: readonly Float64Array[], axis: number): number {
  const values = points.map((x) => x[axis]).filter((v) => !Number.isNaN(v));
  if (values.length < 2) return SMALLEST_BANDWIDTH;
  const variance = squaredDeviations(values) / values.length;
  const shrink = Math.exp(-0.2 * Math.log(values.length));
  return Math.max(SMALLEST_BANDWIDTH, Math.sqrt(variance) * shrink);
}
