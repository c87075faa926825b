import { dot, plus, times } from "./flat-vector.ts";

/** One remembered move: s = x′ − x and y = ∇f(x′) − ∇f(x). */
export interface Curvature {
  readonly move: Float64Array;
  readonly change: Float64Array;
}

/** The history with one more pair, at most `size` long; pairs without curvature are left out. */
export const remember = (
  history: readonly Curvature[],
  pair: Curvature,
  size: number,
): readonly Curvature[] =>
  dot(pair.move, pair.change) > 1e-10 ? [...history, pair].slice(-size) : history;

/**
 * −H∇f with H the inverse Hessian of the history: the two-loop recursion (Nocedal and Wright 2006,
 * algorithm 7.4), started at (s·y / y·y) I of the latest pair.
 */
export function direction(history: readonly Curvature[], gradient: Float64Array): Float64Array {
  let q = times(gradient, -1);
  const alphas = new Float64Array(history.length);
  for (let i = history.length - 1; i >= 0; i--) {
    const { move, change } = history[i];
    alphas[i] = dot(move, q) / dot(change, move);
    q = plus(q, change, -alphas[i]);
  }
  const latest = history.at(-1);
  if (!latest) return q;
  let r = times(q, dot(latest.move, latest.change) / dot(latest.change, latest.change));
  history.forEach(({ move, change }, i) => {
    const beta = dot(change, r) / dot(change, move);
    r = plus(r, move, alphas[i] - beta);
  });
  return r;
}
