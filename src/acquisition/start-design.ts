/**
 * Where a study starts: a Latin hypercube built point by point, drawn in to the middle by as much as so
 * few points can stand for so many dimensions. Every point falls, along each dimension, into a stratum
 * that no earlier one holds (if there is one left).
 *
 * Of n points that lie as near as can be to whatever point may be best, each is the mean of what is
 * nearest to it. With d numbers the cells keep a share n^(−2/d) of the cube's variance (the rate of
 * Zador, "Asymptotic quantization error of continuous signals", IEEE Trans. Inf. Theory 28 (1982)), so
 * the points themselves have the rest of it: five points in one dimension use 98 % of each range, in
 * eight 58 %, in fifty 25 %. Nothing is believed of the middle by that; where ranges are set about
 * what their user expects, it gains the more.
 */
import type { Rng } from "../numerics/rng.ts";
import type { Domain } from "./domain.ts";

/** Points of a start design. A model learns more from what it asks for itself than from more of them. */
const USUAL_SIZE = 5;
const LEAST_SIZE = 3;

/** How many points a study of so many trials starts with: of few, no more than half. */
export const startSize = (trials: number): number =>
  Math.max(LEAST_SIZE, Math.min(USUAL_SIZE, Math.floor(trials / 2)));

/**
 * The side of the box that `size` points are to spread over, in [0, 1]: √(1 − size^(−2/d)) for d
 * numbers, 0 for one point, which belongs in the middle; 1 without numbers.
 */
export function startSide({ levels }: Domain, size: number): number {
  const numbers = levels.filter((values) => values === undefined).length;
  return numbers === 0 ? 1 : Math.sqrt(-Math.expm1((-2 / numbers) * Math.log(size)));
}

/**
 * @param earlier points that exist or are under way, whoever asked for them
 * @param size how many points the design is to have
 * @param side of the box about the middle that the numbers' place in the cube is shrunk to, in [0, 1]
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
    const width = domain.levels[i] ? 1 : side;
    const places = earlier.map((x) => 0.5 + (x[i] - 0.5) / width);
    const free = freeStrata(places, size);
    const place = (free[rng.integer(0, free.length - 1)] + rng.uniform()) / size;
    point[i] = 0.5 + width * (place - 0.5);
  }
  return domain.project(point);
}

/** The strata that none of the places, in the design's own box, falls into; all when none is left. */
function freeStrata(places: readonly number[], size: number): readonly number[] {
  const held = new Set(places.map((u) => Math.min(size - 1, Math.floor(u * size))));
  const all = Array.from({ length: size }, (_, k) => k);
  const free = all.filter((k) => !held.has(k));
  return free.length > 0 ? free : all;
}
