import { dot, plus, times } from "./flat-vector.ts";
import { loadArray, saveArray, type SavedArray } from "./state.ts";

/** One remembered move: s = x′ − x and y = ∇f(x′) − ∇f(x). */
export interface Curvature {
  readonly move: Float64Array;
  readonly change: Float64Array;
}

/** The last move and the gradient before it; with the next gradient they make a pair. */
export interface Arrival {
  readonly move: Float64Array;
  readonly gradient: Float64Array;
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

/** The history as plain data. */
export function saveHistory(
  history: readonly Curvature[],
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
  readonly history: readonly Curvature[];
  readonly arrival: Arrival | undefined;
} {
  const get = (name: string) => Float64Array.from(loadArray(memory[name]));
  const history: Curvature[] = [];
  for (let i = 0; `move${i}` in memory; i++) {
    history.push({ move: get(`move${i}`), change: get(`change${i}`) });
  }
  if (!("lastMove" in memory)) return { history, arrival: undefined };
  return { history, arrival: { move: get("lastMove"), gradient: get("lastGradient") } };
}
