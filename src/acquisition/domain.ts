/**
 * The points that a search may visit: the unit cube with its grids, choices and conditions.
 *
 *   u  any point of [0, 1]^d      x  the point that it stands for: grids snapped, NaN where a
 *   parameter does not exist
 */
import { cardinality, valueAt } from "../space/distribution.ts";
import { decode, encode, type SearchSpace } from "../space/search-space.ts";
import { toUnit } from "../space/unit-cube.ts";
import { kindsOf, type DimensionKinds } from "../surrogate/dimensions.ts";

export interface Domain {
  readonly space: SearchSpace;
  readonly dimension: number;
  readonly kinds: DimensionKinds;
  /**
   * The unit coordinates of all values of a dimension that is searched value by value; undefined
   * for one that is searched by gradient (and snapped when it is a fine grid).
   */
  readonly levels: readonly (Float64Array | undefined)[];
  /** Every u is its own x. */
  readonly plain: boolean;
  project(u: Float64Array): Float64Array;
}

/** Finer grids than this are searched as if they were continuous, then snapped. */
const MOST_LEVELS = 24;

export function domainOf(space: SearchSpace): Domain {
  const { parameters } = space;
  const plain = parameters.every(
    ({ distribution, conditions }) =>
      conditions.length === 0 && distribution.kind === "float" && distribution.step === undefined,
  );
  return {
    space,
    dimension: parameters.length,
    kinds: kindsOf(space),
    levels: parameters.map(({ distribution }) => {
      const count = cardinality(distribution);
      if (distribution.kind !== "categorical" && count > MOST_LEVELS) return undefined;
      return Float64Array.from({ length: count }, (_, index) =>
        toUnit(distribution, valueAt(distribution, index)),
      );
    }),
    plain,
    project: (u) => (plain ? u : encode(space, decode(space, u))),
  };
}

/** The box that a search keeps to, in unit coordinates; of a value-by-value dimension both ends are values. */
export interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

export const wholeCube = (dimension: number): Box => ({
  lower: new Float64Array(dimension),
  upper: new Float64Array(dimension).fill(1),
});
