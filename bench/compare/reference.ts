import { decode } from "../../src/space/index.ts";
import { createRng } from "../../src/numerics/rng.ts";
import type { Contender } from "./contender.ts";
import { runSeed } from "./run-seed.ts";

/** The name that reference runs have; they stand in no table of their own. */
export const REFERENCE = "reference";

/**
 * Uniform random search, run beside every comparison on the same problems: what regrets are clipped
 * by and what "as good as random search" means. It is the bench's own, so that tables keep their
 * measure whatever strategies are in them.
 */
export const referenceSearch: Contender = {
  name: REFERENCE,
  start(problem) {
    const { parameters } = problem.space;
    const seed = runSeed(problem);
    return {
      ask(number) {
        const rng = createRng(seed, "reference", number);
        const unit = parameters.map(() => rng.uniform());
        return { params: decode(problem.space, unit), ms: 0 };
      },
      tell() {},
    };
  },
};
