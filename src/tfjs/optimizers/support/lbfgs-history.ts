import { dot, plusScaled, scaled } from "../../../numerics/vectors.ts";
import { loadArray, saveArray, type SavedArray } from "./state.ts";

/** One remembered move: s = x′ − x and y = ∇f(x′) − ∇f(x). */
export interface CurvaturePair {
  readonly move: Float64Array;
  readonly change: Float64Array;
}

/** The last move and the gradient before it; with the next gradient they make a pair. */
export interface Arrival {
  readonly move: Float64Array;
  readonly gradient: Float64Array;
}

/** The history with one more pair, at most `size` long; pairs without curvature are left out. */
export const rememberPair = (
  history: readonly CurvaturePair[],
  pair: CurvaturePair,
  size: number,
): readonly CurvaturePair[] =>
  dot(pair.move, pair.change) > 1e-10 ? [...history, pair].slice(-size) : history;

/**
 * −H∇f with H the inverse Hessian of the history: the two-loop recursion (Nocedal and Wright 2006,
 * algorithm 7.4), started at (s·y / y·y) I of the latest pair.
 */
export function direction(history: readonly CurvaturePair[], gradient: Float64Array): Float64Array {
  let q = scaled(gradient, -1);
  const alphas = new Float64Array(history.length);
  for (let i = history.length - 1; i >= 0; i--) {
    const { move, change } = history[i];
    alphas[i] = dot(move, q) / dot(change, move);
    q = plusScaled(q, -alphas[i], change);
  }
  const latest = history.at(-1);
  if (!latest) return q;
  let r = scaled(q, dot(latest.move, latest.change) / dot(latest.change, latest.change));
  history.forEach(({ move, change }, i) => {
    const beta = dot(change, r) / dot(change, move);
    r = plusScaled(r, alphas[i] - beta, move);
  });
  return r;
}

/** The history as plain data. */
export function saveHistory(
  history: readonly CurvaturePair[],
  arrival: Arrival | undefined,
): Readonly<Record<string, SavedArray>> {
  const memory: Record<string, SavedArray> = {};
  const put = (name: string, array: Float64Array) => {
    memory[name] = saveArray(array, [array.length]);
  };
  history.forEach(({ move, change }, i) => {
    put(`move${i}`, move);
    put(`change${i}`, change);
  });
  if (arrival) {
    put("lastMove", arrival.move);
    put("lastGradient", arrival.gradient);
  }
  return memory;
}

/** What `saveHistory` gave. */
export function loadHistory(memory: Readonly<Record<string, SavedArray>>): {
  readonly history: readonly CurvaturePair[];
  readonly arrival: Arrival | undefined;
} {
  const get = (name: string) => Float64Array.from(loadArray(memory[name]));
  const history: CurvaturePair[] = [];
  for (let i = 0; `move${i}` in memory; i++) {
    history.push({ move: get(`move${i}`), change: get(`change${i}`) });
  }
  if (!("lastMove" in memory)) return { history, arrival: undefined };
  return { history, arrival: { move: get("lastMove"), gradient: get("lastGradient") } };
}
