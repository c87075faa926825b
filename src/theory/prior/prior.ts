import type { Prior, SearchSpace } from "../../space/index.ts";
import type { RateBelief } from "./rate-belief.ts";
import { ratePrior } from "./rate-prior.ts";

/** Which parameters of a space play which part. */
export interface Roles {
  readonly learningRate: string;
  /** Left out when the batch size is not searched. */
  readonly batchSize?: string;
}

export interface TheoryPriorOptions {
  /** The batch size in use when it is not searched, or has no value at a point; default B_ref. */
  readonly batchSize?: number;
  /** Multiplies s: 2 after trials cast doubt on the prior. Default 1. */
  readonly widen?: number;
}

/**
 * The prior over a search space from one belief about its learning rate: see {@link ratePrior}.
 *
 * @throws HpoError if a role names no parameter or a categorical learning rate.
 */
export function theoryPrior(
  space: SearchSpace,
  roles: Roles,
  belief: RateBelief,
  { batchSize, widen }: TheoryPriorOptions = {},
): Prior {
  const arm = { learningRate: roles.learningRate, belief, widen };
  return ratePrior(space, { batchSize: roles.batchSize }, [arm], batchSize);
}
