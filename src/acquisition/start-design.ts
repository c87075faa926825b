/**
 * Where a study starts: a Latin hypercube built point by point. Every point falls, along each
 * dimension, into a stratum that no earlier one holds (if there is one left), and among several such
 * points the one farthest from the earlier ones is taken.
 */
import type { Rng } from "../random/rng.ts";
import type { Domain } from "./domain.ts";

const TRIES = 60;
/** Draws from a prior to choose from: the farthest of many would leave the prior. */
const PRIOR_TRIES = 2;

/**
 * @param earlier points that exist or are under way, whoever asked for them
 * @param size how many points the design is to have
 * @param warp maps uniforms to draws from a prior, if there is one
 */
export function nextStartPoint(
  domain: Domain,
  earlier: readonly Float64Array[],
  size: number,
  rng: Rng,
  warp?: (uniforms: Float64Array) => Float64Array,
): Float64Array {
  // Draws from a prior have no strata of the cube.
  const free = freeStrata(domain.dimension, warp ? [] : earlier, size);
  let best: Float64Array | undefined;
  let bestDistance = -1;
  for (let k = 0; k < (warp ? PRIOR_TRIES : TRIES); k++) {
    const uniforms = Float64Array.from({ length: domain.dimension }, (_, i) => {
      const stratum = free[i][rng.integer(0, free[i].length - 1)];
      return (stratum + rng.uniform()) / size;
    });
    const x = domain.project(warp ? warp(uniforms) : uniforms);
    const distance = nearest(x, earlier);
    if (distance > bestDistance) {
      best = x;
      bestDistance = distance;
    }
  }
  return best!;
}

/** Per dimension the strata that no earlier point holds; all when none is left. */
function freeStrata(
  dimension: number,
  earlier: readonly Float64Array[],
  size: number,
): readonly (readonly number[])[] {
  const all = Array.from({ length: size }, (_, k) => k);
  return Array.from({ length: dimension }, (_, i) => {
    const held = new Set(earlier.map((x) => Math.min(size - 1, Math.floor(x[i] * size))));
    const free = all.filter((k) => !held.has(k));
    return free.length > 0 ? free : all;
  });
}

/** Squared distance to the nearest earlier point; a missing coordinate is half a range away. */
function nearest(x: Float64Array, earlier: readonly Float64Array[]): number {
  let least = Infinity;
  for (const other of earlier) {
    let square = 0;
    for (let i = 0; i < x.length; i++) {
      const difference = x[i] - other[i];
      if (Number.isNaN(x[i]) && Number.isNaN(other[i])) continue;
      square += Number.isNaN(difference) ? 0.25 : difference * difference;
    }
    least = Math.min(least, square);
  }
  return least;
}
