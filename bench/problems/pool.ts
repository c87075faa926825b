import { encode, type Params, type SearchSpace } from "../../src/space/index.ts";
import type { TrialAnswer } from "./problem.ts";

/** A configuration that somebody trained. */
export interface PoolRow {
  readonly params: Params;
  /** NaN: it diverged. */
  readonly value: number;
  readonly regret: number;
}

/**
 * Answers a question with the nearest row that has not been given yet: Euclidean in the unit cube,
 * ties to the first. @throws Error when no row is left
 */
export function pool(
  space: SearchSpace,
  rows: readonly PoolRow[],
): (params: Params) => TrialAnswer {
  const take = nearestUnused(space, rows);
  return (params) => {
    const { value, regret, params: row } = take(params);
    return { value, regret, row };
  };
}

/** The nearest row each time, and each row once. @throws Error when no row is left */
export function nearestUnused<One extends { readonly params: Params }>(
  space: SearchSpace,
  rows: readonly One[],
): (params: Params) => One {
  const dimension = space.parameters.length;
  const units = rows.map(({ params }) => encode(space, params));
  const unused = new Set(rows.keys());
  return (params) => {
    const asked = encode(space, params);
    let nearest = -1;
    let smallest = Infinity;
    for (const index of unused) {
      let distance = 0;
      for (let i = 0; i < dimension; i++) {
        const offset = units[index][i] - asked[i];
        distance += offset * offset;
      }
      if (distance < smallest) {
        smallest = distance;
        nearest = index;
      }
    }
    if (nearest < 0) throw new Error(`All ${rows.length} rows of the pool have been given.`);
    unused.delete(nearest);
    return rows[nearest];
  };
}
