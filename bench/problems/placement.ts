import type { Rng } from "../../src/numerics/rng.ts";
import type { TestFunction } from "./functions.ts";

/**
 * Where a seed puts a function's minimum, so that no strategy gains from knowing the function.
 *
 *   u  a point of the unit cube      t  where the minimum now lies
 *   x* the function's own minimum    w  the widths of its box
 *
 *   f'(u) = f(x* + w ∘ R(u − t)) − f(x*)
 */
export interface Placement {
  /** t: the unit coordinates of the minimum, each in [0.05, 0.95]. */
  readonly best: Float64Array;
  /** f'(u) ≥ 0: zero at `best`. */
  regret(unit: ArrayLike<number>): number;
}

/** How far the minimum usually moves at most, as a share of the box's width. */
const LARGEST_SHIFT = 0.25;
const MARGIN = 0.05;

export interface PlacementOptions {
  /** R: row-major, orthogonal; the identity if left out. */
  readonly rotation?: Float64Array;
  /** How far the minimum moves at most, as a share of the box's width; .25. 1: anywhere. */
  readonly largestShift?: number;
}

export function placed(
  f: TestFunction,
  rng: Rng,
  { rotation, largestShift = LARGEST_SHIFT }: PlacementOptions = {},
): Placement {
  const dimension = f.box.length;
  const best = new Float64Array(dimension);
  for (let i = 0; i < dimension; i++) {
    const [low, high] = f.box[i];
    const home = (f.best[i] - low) / (high - low);
    const from = Math.max(home - largestShift, MARGIN);
    const to = Math.min(home + largestShift, 1 - MARGIN);
    best[i] = from + rng.uniform() * (to - from);
  }
  const lowest = f.value(f.best);
  return {
    best,
    regret(unit) {
      const x = new Float64Array(dimension);
      for (let i = 0; i < dimension; i++) {
        let offset = unit[i] - best[i];
        if (rotation) {
          offset = 0;
          for (let j = 0; j < dimension; j++) {
            offset += rotation[i * dimension + j] * (unit[j] - best[j]);
          }
        }
        x[i] = f.best[i] + (f.box[i][1] - f.box[i][0]) * offset;
      }
      return Math.max(0, f.value(x) - lowest);
    },
  };
}
