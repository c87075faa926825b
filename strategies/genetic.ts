import { SECOND_REVISION } from "./common/revision.ts";
import type { Rng } from "../src/numerics/rng.ts";
import type { Prior } from "../src/space/prior.ts";
import { decode, type SearchSpace } from "../src/space/search-space.ts";
import type { Strategy, Suggestion } from "../src/contracts/strategy.ts";
import { encodeInside } from "./common/inside.ts";
import { requireInteger, givenOptions, requireOneOf, requireWithin } from "../src/errors/checks.ts";
import { requireOneMetric } from "./common/one-metric.ts";
import { compareStandings, standingOf, type Standing } from "./common/standing.ts";
import { offspring, type Crossover, type VariationOptions } from "./common/variation.ts";
import { withoutRepeats } from "./common/without-repeats.ts";
import { drawUnit } from "./random.ts";

/** Options of `genetic`. */
export interface GeneticOptions {
  /**
   * "steadyState" (default): every finished trial may enter the pool at once; no worker waits, and
   * 100 trials are used better. "generational": parents change when a generation has finished.
   */
  readonly mode?: "steadyState" | "generational";
  /** How many individuals the pool holds, ≥ 2; 10. */
  readonly population?: number;
  /** "blx" (default), "sbx" or "uniform". Choices are always taken from one parent. */
  readonly crossover?: Crossover;
  /** The probability that a child has two parents, in [0, 1]; 0.9. */
  readonly crossoverShare?: number;
  /** η of simulated binary crossover, in [0, 1000]; 5. */
  readonly crossoverIndex?: number;
  /** α of BLX, in [0, 10]; 0.3. */
  readonly alpha?: number;
  /** The probability that a coordinate mutates, in [0, 1]; 1/d. */
  readonly mutationShare?: number;
  /** η of polynomial mutation, in [0, 1000]; 20, as usual with NSGA-II. */
  readonly mutationIndex?: number;
  /** How many are drawn for a parent, the best of which is taken, ≥ 1; 3. */
  readonly tournament?: number;
  /** How many of the best survive a generation, and age, ≥ 0; 2. */
  readonly elite?: number;
  /**
   * Individuals older than this many trials, ≥ 1, leave the pool, the elite excepted: one that a noisy
   * objective favoured by luck is not a parent for ever. Off by default. (Real et al., "Regularized
   * evolution", AAAI 2019)
   */
  readonly maxAge?: number;
}

interface Individual {
  readonly unit: Float64Array;
  readonly standing: Standing;
  /** How many had been seen before it. */
  readonly born: number;
}

interface GeneticState {
  readonly space: SearchSpace;
  readonly prior: Prior | undefined;
  seen: number;
  generation: number;
  /** Best first. */
  pool: Individual[];
  /** Finished since the parents changed last (generational). */
  offspring: Individual[];
}

type Settings = Required<Omit<GeneticOptions, "mutationShare" | "maxAge">> &
  Pick<GeneticOptions, "maxAge"> &
  VariationOptions;

/**
 * Genetic algorithm with tournament selection, BLX-α, simulated binary or uniform crossover and
 * polynomial mutation, on the unit cube. An offspring counts when it finishes, for whichever
 * generation is then being bred, so the history alone gives the pool; trials that others added join
 * it too.
 *
 * One metric. Pruned, infeasible and failed trials stand behind all others, in this order; failures
 * that say nothing about the parameters are left out. Priors draw the first population and the new
 * choices. A coordinate that neither parent has is drawn from the prior.
 *
 * Goldberg, "Genetic algorithms in search, optimization and machine learning" (1989); the operators'
 * sources stand in common/variation.ts.
 *
 * @throws HpoError for options out of range; at `init` for several metrics
 *
 * @example
 * ```ts
 * import { createStudy, float, searchSpace } from "hpo";
 * import { genetic } from "hpo/strategies";
 *
 * const space = searchSpace({ x: float(-1, 1) });
 * const study = await createStudy({ name: "bowl", space, strategy: genetic() });
 * await study.optimize(({ params }) => params.x ** 2, { trials: 20 });
 * ```
 */
export function genetic(options: GeneticOptions = {}): Strategy {
  const given = givenOptions("genetic", options, OPTIONS);
  const settings: Settings = { ...DEFAULTS, ...given };
  check(settings);
  return withoutRepeats<GeneticState>({
    name: "genetic",
    ...SECOND_REVISION,
    options: { ...given },
    usesReports: () => false,
    init({ space, prior, metricCount }) {
      requireOneMetric("genetic", metricCount);
      return { space, prior, seen: 0, generation: 0, pool: [], offspring: [] };
    },
    observe(state, trial) {
      const standing = standingOf(trial);
      const unit = encodeInside(state.space, trial.params);
      if (!standing || !unit) return state;
      return join(state, { unit, standing, born: state.seen++ }, settings);
    },
    suggest(state, { rng }): Suggestion {
      const { space, prior, generation } = state;
      if (generation === 0) {
        const params = decode(space, drawUnit(space, prior, rng));
        return { kind: "params", params, why: { phase: "first population" } };
      }
      const params = decode(space, breed(state, settings, rng));
      return { kind: "params", params, why: { phase: "bred", generation } };
    },
  });
}

const DEFAULTS: Settings = {
  mode: "steadyState",
  population: 10,
  crossover: "blx",
  crossoverShare: 0.9,
  crossoverIndex: 5,
  alpha: 0.3,
  mutationIndex: 20,
  tournament: 3,
  elite: 2,
};

const OPTIONS = [
  ...(Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]),
  "mutationShare",
  "maxAge",
] as const;

/** The first population fills the pool; later ones replace it at once or by generations. */
function join(state: GeneticState, one: Individual, settings: Settings): GeneticState {
  const { population, mode, elite, maxAge = Infinity } = settings;
  if (mode === "generational" && state.generation > 0) {
    state.offspring.push(one);
    if (state.offspring.length < population) return state;
    const survivors = [...state.pool.slice(0, elite), ...state.offspring];
    state.pool = ranked(survivors).slice(0, population);
    state.offspring = [];
    state.generation++;
    return state;
  }
  const young = state.pool.filter((p, place) => place < elite || state.seen - p.born <= maxAge);
  state.pool = ranked([...young, one]).slice(0, population);
  if (state.pool.length === population || state.generation > 0) {
    state.generation = Math.floor(state.seen / population);
  }
  return state;
}

/** Best first, equals by age. */
const ranked = (all: readonly Individual[]): Individual[] =>
  [...all].sort((a, b) => compareStandings(a.standing, b.standing) || a.born - b.born);

function breed(state: GeneticState, settings: Settings, rng: Rng): Float64Array {
  const { space, prior, pool } = state;
  const mother = pick(pool, settings.tournament, rng);
  const father =
    rng.uniform() < settings.crossoverShare ? pick(pool, settings.tournament, rng) : mother;
  return offspring(space, mother.unit, father.unit, drawUnit(space, prior, rng), settings, rng);
}

/** The best of some individuals at random; the pool is sorted, so the least index is. */
function pick(pool: readonly Individual[], tournament: number, rng: Rng): Individual {
  let best = pool.length - 1;
  for (let i = 0; i < tournament; i++) best = Math.min(best, rng.integer(0, pool.length - 1));
  return pool[best];
}

function check(settings: Settings): void {
  requireOneOf("genetic: mode", settings.mode, ["steadyState", "generational"]);
  requireOneOf("genetic: crossover", settings.crossover, ["blx", "sbx", "uniform"]);
  requireInteger("genetic: population", settings.population, 2);
  requireInteger("genetic: tournament", settings.tournament, 1);
  requireInteger("genetic: elite", settings.elite, 0);
  requireWithin("genetic: crossoverShare", settings.crossoverShare, 0, 1);
  requireWithin("genetic: crossoverIndex", settings.crossoverIndex, 0, 1000);
  requireWithin("genetic: alpha", settings.alpha, 0, 10);
  requireWithin("genetic: mutationIndex", settings.mutationIndex, 0, 1000);
  if (settings.mutationShare !== undefined) {
    requireWithin("genetic: mutationShare", settings.mutationShare, 0, 1);
  }
  if (settings.maxAge !== undefined) requireInteger("genetic: maxAge", settings.maxAge, 1);
}
