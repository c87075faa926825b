/** Random points and variations of points, for the search of an acquisition. */
import type { Rng } from "../numerics/rng.ts";
import type { Box, Domain } from "./domain.ts";

/** How often a varied coordinate is drawn anew instead of moved. */
const REDRAW = 0.15;

/** Makes points of a domain within a box. */
export interface Variation {
  /** Uniform. */
  random(): Float64Array;
  /**
   * Moves one coordinate at least, each other one with probability `rate`, by a normal step of
   * `size` times the box's width; a value-by-value coordinate is drawn anew.
   */
  mutate(parent: Float64Array, size: number, rate: number): Float64Array;
  /** Each coordinate from the first parent with probability `share`, else from the second. */
  cross(first: Float64Array, second: Float64Array, share: number): Float64Array;
}

export function variation(domain: Domain, { lower, upper }: Box, rng: Rng): Variation {
  const { dimension, levels } = domain;
  const draw = (i: number): number => {
    const values = levels[i];
    if (values) return values[rng.integer(0, values.length - 1)];
    return lower[i] + rng.uniform() * (upper[i] - lower[i]);
  };
  const clip = (i: number, value: number): number => {
    if (Number.isNaN(value)) return draw(i);
    return Math.min(upper[i], Math.max(lower[i], value));
  };
  const move = (i: number, value: number, size: number): number => {
    if (levels[i] || Number.isNaN(value) || rng.uniform() < REDRAW) return draw(i);
    return clip(i, value + size * (upper[i] - lower[i]) * rng.normal());
  };
  const make = (coordinate: (i: number) => number): Float64Array =>
    domain.project(Float64Array.from({ length: dimension }, (_, i) => coordinate(i)));
  return {
    random: () => make(draw),
    mutate(parent, size, rate) {
      const always = rng.integer(0, dimension - 1);
      return make((i) =>
        i === always || rng.uniform() < rate ? move(i, parent[i], size) : clip(i, parent[i]),
      );
    },
    cross: (first, second, share) =>
      make((i) => clip(i, rng.uniform() < share ? first[i] : second[i])),
  };
}
