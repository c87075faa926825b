import { scrambledSobolSequence, type SobolSequence } from "../src/numerics/sobol.ts";
import { createRng } from "../src/numerics/rng.ts";
import type { Prior } from "../src/space/prior.ts";
import { decode, type SearchSpace } from "../src/space/search-space.ts";
import type { Strategy, Suggestion } from "../src/contracts/strategy.ts";
import { givenOptions } from "../src/errors/checks.ts";
import { withoutRepeats } from "./common/without-repeats.ts";

interface SobolState {
  readonly space: SearchSpace;
  readonly prior: Prior | undefined;
  /** undefined where there is no parameter. */
  readonly sequence: SobolSequence | undefined;
}

/** The sequence is computed to 20 bits. */
const CYCLE = 1_048_576;

/**
 * Sobol points, scrambled by the study's seed (Owen's permutation): trial k gets point k, so workers
 * never collide and any number of them draw the same set. More even than random draws, in every
 * projection; best with powers of two. A prior bends the points to its density. Takes any number of
 * metrics; values, failures and constraints don't matter to it. In a finite space no point comes
 * twice while one is left.
 *
 * Sobol (1967); Joe & Kuo, SIAM J. Sci. Comput. 30 (2008); Owen, "Randomly permuted (t,m,s)-nets and
 * (t,s)-sequences" (1995).
 * @throws HpoError on an option: it takes none
 *
 * @example
 * ```ts
 * import { createStudy, float, searchSpace } from "hpo";
 * import { quasiRandom } from "hpo/strategies";
 *
 * const space = searchSpace({ x: float(-1, 1) });
 * const study = await createStudy({ name: "bowl", space, strategy: quasiRandom() });
 * await study.optimize(({ params }) => params.x ** 2, { trials: 20 });
 * ```
 */
export function quasiRandom(options: Readonly<Record<string, never>> = {}): Strategy {
  givenOptions("quasi-random", options, []);
  return withoutRepeats<SobolState>({
    name: "quasi-random",
    usesReports: () => false,
    init({ space, prior, seed = 0 }) {
      const d = space.parameters.length;
      const rng = createRng(seed, "quasi-random");
      const sequence = d > 0 ? scrambledSobolSequence(d, () => rng.uniform()) : undefined;
      return { space, prior, sequence };
    },
    observe: (state) => state,
    suggest({ space, prior, sequence }, { number, rng }): Suggestion {
      if (!sequence) return { kind: "params", params: {} };
      const point = sequence(number % CYCLE);
      // Below the sequence's resolution the point is free: a second cycle does not repeat the first.
      const unit = point.map((u) => Math.min(1 - 1e-12, u + rng.uniform() / CYCLE));
      return { kind: "params", params: decode(space, prior ? prior.warp(unit) : unit) };
    },
  });
}
