import type { Rng } from "../numerics/rng.ts";

/**
 * Of n values at most so many, in random order: the best of them for half of these, and a spread over
 * the others. A process fits its hyperparameters to the first of them.
 */
export function knownRows(values: Float64Array, most: number, rng: Rng): number[] {
  const order = [...values.keys()].sort((a, b) => values[a] - values[b] || a - b);
  const half = Math.ceil(most / 2);
  const stride = Math.max(1, (order.length - half) / (most - half));
  const rest = Math.min(order.length, most) - half;
  const spread = Array.from(
    { length: Math.max(0, rest) },
    (_, k) => order[half + Math.floor(k * stride)],
  );
  const known = [...order.slice(0, half), ...spread];
  return rng.permutation(known.length).map((k) => known[k]);
}
