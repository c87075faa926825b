import { addScaledInto } from "../numerics/vectors.ts";

/**
 * What a point promises, on a logarithmic scale; maximised. Points are rows of the unit cube, NaN
 * where a coordinate does not exist.
 */
export interface Acquisition {
  /** Values at m points (m × d, row-major). */
  values(points: Float64Array): Float64Array;
  /** The value at x; adds the gradient. Entries along categorical and missing coordinates are 0. */
  addSlope(x: Float64Array, gradient: Float64Array): number;
}

/** A term that counts so many times. */
export function times(weight: number, term: Acquisition): Acquisition {
  return {
    values: (points) => term.values(points).map((value) => weight * value),
    addSlope(x, gradient) {
      const slope = new Float64Array(gradient.length);
      const value = term.addSlope(x, slope);
      slope.forEach((one, i) => (gradient[i] += weight * one));
      return weight * value;
    },
  };
}

/** Sums of logarithms: improvement, and feasible, and likely under the prior. */
export function sumOf(terms: readonly Acquisition[]): Acquisition {
  return {
    values(points) {
      const [first, ...rest] = terms.map((term) => term.values(points));
      for (const more of rest) addScaledInto(first, 1, more);
      return first;
    },
    addSlope: (x, gradient) => terms.reduce((sum, term) => sum + term.addSlope(x, gradient), 0),
  };
}
