import type { Prior } from "../src/space/prior.ts";
import { decode, type SearchSpace } from "../src/space/search-space.ts";
import type { Rng } from "../src/numerics/rng.ts";
import type { Strategy } from "../src/contracts/strategy.ts";
import { givenOptions } from "../src/errors/checks.ts";
import { withoutRepeats } from "./common/without-repeats.ts";

/**
 * A point of the unit cube drawn from the prior, uniform without one: a coordinate for each parameter of
 * the space, those too that do not exist beside the others. `decode` gives its parameters.
 *
 * @example
 * ```ts
 * import { createRng, decode, float, searchSpace, spacePrior } from "hpo";
 * import { drawUnit } from "hpo/strategies";
 *
 * const space = searchSpace({ lr: float(1e-4, 1, { log: true }) });
 * decode(space, drawUnit(space, spacePrior(space), createRng(0))); // { lr: … }
 * ```
 */
export function drawUnit(space: SearchSpace, prior: Prior | undefined, rng: Rng): Float64Array {
  const uniforms = Float64Array.from(space.parameters, () => rng.uniform());
  return prior ? prior.warp(uniforms) : uniforms;
}

/**
 * Independent draws: uniform on each parameter's scale, or from its prior. Takes any number of
 * metrics; failures and constraints don't matter to it. In a finite space no point comes twice while
 * one is left.
 *
 * Bergstra & Bengio, "Random search for hyper-parameter optimization", JMLR 13 (2012).
 * @throws HpoError on an option: it takes none
 *
 * @example
 * ```ts
 * import { createStudy, float, searchSpace } from "hpo";
 * import { random } from "hpo/strategies";
 *
 * const space = searchSpace({ x: float(-1, 1) });
 * const study = await createStudy({ name: "bowl", space, strategy: random() });
 * await study.optimize(({ params }) => params.x ** 2, { trials: 20 });
 * ```
 */
export function random(options: Readonly<Record<string, never>> = {}): Strategy {
  givenOptions("random", options, []);
  return withoutRepeats({
    name: "random",
    usesReports: () => false,
    init: ({ space, prior }) => ({ space, prior }),
    observe: (state) => state,
    suggest: ({ space, prior }, { rng }) => ({
      kind: "params",
      params: decode(space, drawUnit(space, prior, rng)),
    }),
  });
}
