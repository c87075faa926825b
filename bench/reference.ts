import { decode } from "../src/space/index.ts";
import { createRng } from "../src/random/rng.ts";
import type { Contender } from "./contender.ts";

/** The name that reference runs have; they stand in no table of their own. */
export const REFERENCE = "reference";

/**
 * Uniform random search, run beside every comparison on the same problems: what regrets are clipped
 * by and what "as good as random search" means. It is the bench's own, so that tables keep their
 * measure whatever strategies are in them.
 */
export const referenceSearch: Contender = {
  name: REFERENCE,
  start: ({ space, seed }) => ({
    ask(number) {
      const rng = createRng(seed, "reference", number);
      return {
        params: decode(
          space,
          space.parameters.map(() => rng.uniform()),
        ),
        ms: 0,
      };
    },
    tell() {},
  }),
};
