import { SECOND_REVISION } from "./common/revision.ts";
import type { Rng } from "../src/numerics/rng.ts";
import { dominates, nonDominatedRanks } from "../src/numerics/pareto.ts";
import type { Prior } from "../src/space/prior.ts";
import { decode, type SearchSpace } from "../src/space/search-space.ts";
import type { Strategy, Suggestion } from "../src/contracts/strategy.ts";
import { crowdingDistances } from "./common/crowding.ts";
import { encodeInside } from "./common/inside.ts";
import { requireInteger, givenOptions, requireOneOf, requireWithin } from "../src/errors/checks.ts";
import { standingOf, TIER, type Standing } from "./common/standing.ts";
import { offspring, type Crossover, type VariationOptions } from "./common/variation.ts";
import { withoutRepeats } from "./common/without-repeats.ts";
import { drawUnit } from "./random.ts";

/** Options of `nsga2`. */
export interface Nsga2Options {
  /** Individuals per generation, ≥ 2; 24. The paper's 100 and Optuna's 50 need thousands of trials. */
  readonly population?: number;
  /** "sbx" (default), "blx" or "uniform". Choices are always taken from one parent. */
  readonly crossover?: Crossover;
  /** The probability that a child has two parents, in [0, 1]; 0.9. */
  readonly crossoverShare?: number;
  /** η of simulated binary crossover, in [0, 1000]; 20. */
  readonly crossoverIndex?: number;
  /** The probability that a coordinate mutates, in [0, 1]; 1/d. */
  readonly mutationShare?: number;
  /** η of polynomial mutation, in [0, 1000]; 20. */
  readonly mutationIndex?: number;
}

interface Individual {
  readonly unit: Float64Array;
  readonly standing: Standing;
  readonly values: readonly number[];
  readonly born: number;
}

interface NsgaState {
  readonly space: SearchSpace;
  readonly prior: Prior | undefined;
  seen: number;
  generation: number;
  parents: readonly Individual[];
  offspring: Individual[];
}

type Settings = Required<Omit<Nsga2Options, "mutationShare">> & VariationOptions;

const OPTIONS: readonly (keyof Nsga2Options)[] = [
  "population",
  "crossover",
  "crossoverShare",
  "crossoverIndex",
  "mutationShare",
  "mutationIndex",
];
const DEFAULTS: Settings = {
  population: 24,
  crossover: "sbx",
  crossoverShare: 0.9,
  crossoverIndex: 20,
  alpha: 0.5,
  mutationIndex: 20,
};

/**
 * NSGA-II: parents and offspring together are sorted into fronts, the best half become the next
 * parents, those with more room first within a front; crowded binary tournaments choose who breeds.
 *
 * - Any number of metrics; it shines at two or three.
 * - Constrained domination: feasible before infeasible, less violation before more. Between these
 *   stand pruned trials; failures for their parameters come last, other failures are left out.
 * - Parallel runs: a finished trial counts for the generation that is open when it finishes.
 * - Priors draw the first generation and new choices.
 *
 * Deb, Pratap, Agarwal & Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II",
 * IEEE Trans. Evol. Comput. 6 (2002).
 *
 * @throws HpoError for options out of range
 *
 * @example
 * ```ts
 * import { createStudy, float, searchSpace } from "hpo";
 * import { nsga2 } from "hpo/strategies";
 *
 * const space = searchSpace({ x: float(0, 1) });
 * const metrics = { loss: "minimize", size: "minimize" } as const;
 * const strategy = nsga2({ population: 10 });
 * const study = await createStudy({ name: "front", space, metrics, strategy });
 * await study.optimize(({ params: { x } }) => ({ loss: 1 - x, size: x * x }), { trials: 40 });
 * console.log(study.bestTrials.length); // the front
 * ```
 */
export function nsga2(options: Nsga2Options = {}): Strategy {
  const given = givenOptions("nsga2", options, OPTIONS);
  const settings: Settings = { ...DEFAULTS, ...given };
  check(settings);
  return withoutRepeats<NsgaState>({
    name: "nsga2",
    ...SECOND_REVISION,
    options: { ...given },
    usesReports: () => false,
    init: ({ space, prior }) => ({
      space,
      prior,
      seen: 0,
      generation: 0,
      parents: [],
      offspring: [],
    }),
    observe(state, trial) {
      const standing = standingOf(trial);
      const unit = encodeInside(state.space, trial.params);
      if (!standing || !unit) return state;
      state.offspring.push({ unit, standing, values: trial.values, born: state.seen++ });
      if (state.offspring.length < settings.population) return state;
      const all = rank([...state.parents, ...state.offspring]);
      state.parents = all.slice(0, settings.population);
      state.offspring = [];
      state.generation++;
      return state;
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

/** (section VI-A) i constrained-dominates j. */
function constrainedDominates(a: Individual, b: Individual): boolean {
  if (a.standing.tier !== b.standing.tier) return a.standing.tier < b.standing.tier;
  if (a.standing.tier === TIER.complete) return dominates(a.values, b.values);
  return a.standing.key < b.standing.key;
}

/** Best first: by front, within a front by room, then by age. */
function rank(all: readonly Individual[]): Individual[] {
  const fronts = frontsOf(all);
  const room = new Map<Individual, number>();
  for (const front of fronts) {
    const distances = crowdingDistances(front.map(({ values }) => values));
    front.forEach((one, i) => room.set(one, distances[i]));
  }
  return fronts.flatMap((front) =>
    front
      .map((one) => ({ one, room: room.get(one)! }))
      .sort((a, b) => (a.room === b.room ? a.one.born - b.one.born : b.room - a.room))
      .map(({ one }) => one),
  );
}

function frontsOf(all: readonly Individual[]): Individual[][] {
  const feasible = all.filter(({ standing }) => standing.tier === TIER.complete);
  const fronts: Individual[][] = [];
  nonDominatedRanks(feasible.map(({ values }) => values)).forEach((front, i) => {
    (fronts[front] ??= []).push(feasible[i]);
  });
  // The others are totally ordered: equals share a front.
  const others = all.filter(({ standing }) => standing.tier !== TIER.complete);
  others.sort((a, b) => (constrainedDominates(a, b) ? -1 : constrainedDominates(b, a) ? 1 : 0));
  others.forEach((one, i) => {
    if (i > 0 && !constrainedDominates(others[i - 1], one)) fronts.at(-1)!.push(one);
    else fronts.push([one]);
  });
  return fronts;
}

function breed(state: NsgaState, settings: Settings, rng: Rng): Float64Array {
  const { space, prior, parents } = state;
  const mother = pick(parents, rng);
  const father = rng.uniform() < settings.crossoverShare ? pick(parents, rng) : mother;
  return offspring(space, mother.unit, father.unit, drawUnit(space, prior, rng), settings, rng);
}

/** (section III-C) the crowded comparison of two at random; the parents stand in its order. */
const pick = (parents: readonly Individual[], rng: Rng): Individual =>
  parents[Math.min(rng.integer(0, parents.length - 1), rng.integer(0, parents.length - 1))];

function check(settings: Settings): void {
  requireInteger("nsga2: population", settings.population, 2);
  requireOneOf("nsga2: crossover", settings.crossover, ["sbx", "blx", "uniform"]);
  requireWithin("nsga2: crossoverShare", settings.crossoverShare, 0, 1);
  requireWithin("nsga2: crossoverIndex", settings.crossoverIndex, 0, 1000);
  requireWithin("nsga2: mutationIndex", settings.mutationIndex, 0, 1000);
  if (settings.mutationShare !== undefined) {
    requireWithin("nsga2: mutationShare", settings.mutationShare, 0, 1);
  }
}
