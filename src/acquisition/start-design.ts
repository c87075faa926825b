/**
 * Where a study starts: a Latin hypercube built point by point. Every point falls, along each
 * dimension, into a stratum that no earlier one holds (if there is one left). Points that also keep
 * far from each other would crowd into the corners, where real optima seldom lie.
 */
import type { Rng } from "../numerics/rng.ts";
import type { Domain } from "./domain.ts";

/**
 * @param earlier points that exist or are under way, whoever asked for them
 * @param size how many points the design is to have
 * @param side of the box about the middle that the numbers' place in the cube is shrunk to, in (0, 1]
 */
export function nextStartPoint(
  domain: Domain,
  earlier: readonly Float64Array[],
  size: number,
  rng: Rng,
  side = 1,
): Float64Array {
  const point = new Float64Array(domain.dimension);
  for (let i = 0; i < point.length; i++) {
    const free = freeStrata(earlier, i, size);
    point[i] = (free[rng.integer(0, free.length - 1)] + rng.uniform()) / size;
    if (!domain.levels[i]) point[i] = 0.5 + side * (point[i] - 0.5);
  }
  return domain.project(point);
}

/** The strata of a dimension that no earlier point holds; all when none is left. */
function freeStrata(earlier: readonly Float64Array[], i: number, size: number): readonly number[] {
  const held = new Set(earlier.map((x) => Math.min(size - 1, Math.floor(x[i] * size))));
  const all = Array.from({ length: size }, (_, k) => k);
  const free = all.filter((k) => !held.has(k));
  return free.length > 0 ? free : all;
}
