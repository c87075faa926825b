import { cardinality, valueAt } from "./distribution.ts";
import { isActive, type Params, type SearchSpace } from "./search-space.ts";

/**
 * How many distinct points there are, conditions counted; Infinity if a float has no step.
 *
 * @example
 * ```ts
 * import { float, int, oneOf, searchSpace, spaceCardinality } from "hpo";
 *
 * const choice = oneOf("kind", { plain: {}, deep: { layers: int(2, 4) } });
 * spaceCardinality(searchSpace(choice)); // 4
 * spaceCardinality(searchSpace({ lr: float(0, 1) })); // Infinity
 * ```
 */
export function spaceCardinality(space: SearchSpace): number {
  if (space.parameters.some((p) => cardinality(p.distribution) === Infinity)) return Infinity;
  if (space.parameters.every((p) => p.conditions.length === 0)) {
    return space.parameters.reduce((product, p) => product * cardinality(p.distribution), 1);
  }
  let count = 0;
  const bound = 1e6;
  for (const _point of points(space)) if (++count >= bound) return Infinity;
  return count;
}

/**
 * Every point of a finite space once, the last parameter turning fastest.
 *
 * @example
 * ```ts
 * import { categorical, int, points, searchSpace } from "hpo";
 *
 * const space = searchSpace({ depth: int(1, 2), activation: categorical(["relu", "tanh"]) });
 * [...points(space)].length; // 4
 * ```
 */
export function* points(space: SearchSpace, index = 0, params: Params = {}): Generator<Params> {
  const parameter = space.parameters[index];
  if (!parameter) {
    yield params;
  } else if (!isActive(parameter, params)) {
    yield* points(space, index + 1, params);
  } else {
    const { name, distribution } = parameter;
    for (let i = 0; i < cardinality(distribution); i++) {
      yield* points(space, index + 1, { ...params, [name]: valueAt(distribution, i) });
    }
  }
}

/**
 * A key that two equal points share. Equal numbers have equal keys; 1 and "1" do not.
 *
 * @example
 * ```ts
 * import { paramsKey } from "hpo";
 *
 * paramsKey({ lr: 0.1, depth: 2 }) === paramsKey({ depth: 2, lr: 0.1 }); // true
 * ```
 */
export const paramsKey = (params: Params): string =>
  JSON.stringify(
    Object.keys(params)
      .sort()
      .map((name) => [name, params[name]]),
  );
