import { HpoError } from "../../errors/errors.ts";
import {
  complete,
  spacePrior,
  type Params,
  type Scalar,
  type SearchSpace,
} from "../../space/index.ts";
import type { TheoryOptions } from "./options.ts";
import type { StudyRoles } from "../../contracts/study-roles.ts";
import { findRoles } from "./roles.ts";

/** A point of the space at which to measure, one for each choice of the optimizer. */
export interface ProbePoint {
  readonly optimizer?: Scalar;
  readonly params: Params;
}

/**
 * Where a study's probe measures: the middle of each range, or the median of the user's prior on
 * it, but for what `at` says; once for each choice of the optimizer that has a learning rate.
 * @throws HpoError if a role is not found or `at` names no parameter
 *
 * @example
 * ```ts
 * import { float, searchSpace } from "hpo";
 * import { probePoints } from "hpo/theory";
 *
 * const space = searchSpace({ lr: float(1e-4, 1, { log: true }), momentum: float(0, 0.9) });
 * const [point] = probePoints(space, { at: { momentum: 0.8 } }, undefined);
 * console.log(point.params); // { lr: 0.01, momentum: 0.8 }
 * ```
 */
export function probePoints(
  space: SearchSpace,
  { at = {} }: TheoryOptions,
  roles: StudyRoles | undefined,
): readonly ProbePoint[] {
  const stray = Object.keys(at).find((name) => !space.parameters.some((p) => p.name === name));
  if (stray !== undefined) {
    const names = space.parameters.map(({ name }) => `"${name}"`).join(", ");
    throw new HpoError(`theory: at names "${stray}", which the space does not have: ${names}.`);
  }
  const { arms, optimizer: choice } = findRoles(space, roles);
  const half = new Float64Array(space.parameters.length).fill(0.5);
  const middle = spacePrior(space)?.warp(half) ?? half;
  return arms.map(({ optimizer }) => {
    if (choice === undefined || optimizer === undefined) {
      return { params: complete(space, at, middle) };
    }
    return { optimizer, params: complete(space, { ...at, [choice]: optimizer }, middle) };
  });
}
