import { contains, type Distribution, type Scalar } from "../../src/space/distribution.ts";
import { existingParams, type Params, type SearchSpace } from "../../src/space/search-space.ts";
import { paramsKey } from "../../src/space/points.ts";
import { toUnit } from "../../src/space/unit-cube.ts";

/**
 * The unit-cube form of a trial's parameters, NaN where a parameter is missing or does not exist
 * beside the others, whatever stands there. A value off a moved grid is taken at its place between
 * the cells.
 *
 * Undefined where a value lies outside its range: a study's ranges move, others add trials, and an
 * enqueued point may lie anywhere. Taken at the edge, such a trial would tell of points that it knows
 * nothing of: it is left out.
 *
 * @example
 * ```ts
 * import { float, searchSpace } from "hpo";
 * import { encodeInside } from "hpo/strategies";
 *
 * const space = searchSpace({ x: float(0, 10) });
 * encodeInside(space, { x: 5 }); // Float64Array [ 0.5 ]
 * encodeInside(space, { x: 11 }); // undefined
 * ```
 */
export function encodeInside(space: SearchSpace, params: Params): Float64Array | undefined {
  const unit = new Float64Array(space.parameters.length).fill(NaN);
  const existing = existingParams(space, params);
  for (let i = 0; i < unit.length; i++) {
    const { name, distribution } = space.parameters[i];
    if (!Object.hasOwn(existing, name)) continue;
    if (!isInside(distribution, existing[name])) return undefined;
    unit[i] = toUnit(distribution, existing[name]);
  }
  return unit;
}

/** Rounding error that is allowed at the ends of a range: 0.1 + 0.2 is above 0.3. */
const ROUNDING = 1e-12;

function isInside(distribution: Distribution, value: Scalar): boolean {
  if (distribution.kind === "categorical") return contains(distribution, value);
  const { kind, low, high } = distribution;
  const slack = kind === "float" ? ROUNDING * (high - low) : 0;
  return typeof value === "number" && value >= low - slack && value <= high + slack;
}

/** A key of the values that exist beside each other in the space. */
export const keyInside = (space: SearchSpace, params: Params): string =>
  paramsKey(existingParams(space, params));
