import { SECOND_REVISION } from "./common/revision.ts";
import { createRng, type Rng } from "../src/numerics/rng.ts";
import { cardinality, type NumericDistribution } from "../src/space/distribution.ts";
import type { Prior } from "../src/space/prior.ts";
import { decode, type SearchSpace } from "../src/space/search-space.ts";
import type { Strategy, StrategyContext, Suggestion } from "../src/contracts/strategy.ts";
import { drawChoice, firstProbabilities, learnChoices } from "./cma-es/choices.ts";
import { hasConverged } from "./cma-es/convergence.ts";
import { deviationOf, gaussian, sample, update, type Gaussian } from "./cma-es/gaussian.ts";
import { expectedInCell, keepMargin } from "./cma-es/margin.ts";
import { cmaParameters, defaultLambda } from "./cma-es/parameters.ts";
import { encodeInside } from "./common/inside.ts";
import { requireInteger, givenOptions, requireOneOf, requireWithin } from "../src/errors/checks.ts";
import { requireOneMetric } from "./common/one-metric.ts";
import { compareStandings, standingOf, TIER, type Standing } from "./common/standing.ts";
import { withoutRepeats } from "./common/without-repeats.ts";
import { drawUnit } from "./random.ts";

/** Options of `cmaEs`. */
export interface CmaEsOptions {
  /** The first standard deviation, in parts of each range, in (0, 1]; 0.2. A prior gives its own. */
  readonly sigma?: number;
  /** λ, trials per generation, ≥ 2; 4 + ⌊3 ln n⌋. */
  readonly population?: number;
  /**
   * What follows when a search has converged: "ipop" (default) doubles λ (Auger & Hansen, CEC 2005);
   * "bipop" takes turns with short searches of small λ and σ (Hansen, GECCO 2009); "none" goes on.
   */
  readonly restarts?: "ipop" | "bipop" | "none";
  /** Only variances are learned, in O(n); "auto" (default): above 50 numbers. */
  readonly separable?: boolean | "auto";
}

interface Member {
  readonly unit: Float64Array;
  readonly number: number;
  readonly standing: Standing;
}

interface CmaState {
  readonly space: SearchSpace;
  readonly prior: Prior | undefined;
  readonly seed: number;
  /** Indices of the parameters that are numbers, and of those that are choices. */
  readonly numbers: readonly number[];
  readonly choices: readonly number[];
  search: Gaussian;
  probabilities: readonly Float64Array[];
  members: Member[];
  /** Best value of each generation of this search. */
  bests: number[];
  restart: number;
  /** λ of the long searches (bipop), and the trials of both kinds. */
  largeLambda: number;
  isSmall: boolean;
  readonly spent: { large: number; small: number };
}

type Settings = Required<Omit<CmaEsOptions, "population">> & Pick<CmaEsOptions, "population">;

const SEPARABLE_ABOVE = 50;

/**
 * Covariance matrix adaptation evolution strategy in the unit cube: the (μ/μ_w, λ)-CMA-ES of
 * Hansen's tutorial (2016, arXiv:1604.00772), with negative weights.
 *
 * - Integers and steps: CMA-ES with margin; a value enters as the expectation of its cell.
 * - Choices: a categorical distribution each, learned from the same ranking (cma-es/choices.ts).
 *   Interactions of choices with numbers are not modelled: tpe() and bayesian() do that.
 * - Conditional parameters: where one does not exist, a draw from its marginal stands for it, which
 *   teaches nothing.
 * - Parallel runs: a finished trial counts for the generation that is open when it finishes; λ of
 *   them close it. Late and foreign ones are shortened to a plausible length.
 * - Pruned, infeasible and failed trials rank behind all others, in this order; failures that say
 *   nothing about the parameters are left out. One metric.
 * - A prior gives the first mean (its median), deviations (its quartiles) and probabilities, and
 *   draws the means of restarts.
 *
 * @throws HpoError for options out of range; at `init` for several metrics
 *
 * @example
 * ```ts
 * import { createStudy, float, searchSpace } from "hpo";
 * import { cmaEs } from "hpo/strategies";
 *
 * const space = searchSpace({ x: float(-1, 1) });
 * const study = await createStudy({ name: "bowl", space, strategy: cmaEs() });
 * await study.optimize(({ params }) => params.x ** 2, { trials: 20 });
 * ```
 */
export function cmaEs(options: CmaEsOptions = {}): Strategy {
  const known = ["sigma", "population", "restarts", "separable"] as const;
  const given = givenOptions("cma-es", options, known);
  const settings: Settings = { sigma: 0.2, restarts: "ipop", separable: "auto", ...given };
  check(settings);
  return withoutRepeats<CmaState>({
    name: "cma-es",
    ...SECOND_REVISION,
    options: { ...given },
    usesReports: () => false,
    init: (context) => begin(context, settings),
    observe(state, trial) {
      const standing = standingOf(trial);
      const unit = encodeInside(state.space, trial.params);
      if (!standing || !unit) return state;
      state.members.push({ unit, number: trial.number, standing });
      if (state.members.length === state.search.parameters.lambda) close(state, settings);
      return state;
    },
    suggest(state, { rng }): Suggestion {
      const { search, restart } = state;
      const why = {
        generation: search.generation,
        sigma: Number(search.sigma.toPrecision(4)),
        ...(restart > 0 && { restart }),
      };
      return { kind: "params", params: decode(state.space, draw(state, rng)), why };
    },
  });
}

function begin(context: StrategyContext, settings: Settings): CmaState {
  requireOneMetric("cma-es", context.metricCount);
  const { space, prior, seed = 0 } = context;
  const all = [...space.parameters.keys()];
  const isChoice = (j: number): boolean => space.parameters[j].distribution.kind === "categorical";
  const numbers = all.filter((j) => !isChoice(j));
  const choices = all.filter(isChoice);
  const lambda = settings.population ?? defaultLambda(all.length);
  const middle = new Float64Array(all.length).fill(0.5);
  const at = (u: number): Float64Array => {
    const uniforms = middle.map(() => u);
    return prior ? prior.warp(uniforms) : uniforms;
  };
  const [mean, low, high] = [at(0.5), at(0.25), at(0.75)];
  // Quartiles of a normal lie 1.349 deviations apart; the uniform's are 0.5 apart and mean σ.
  const deviations = numbers.map((j) =>
    prior ? Math.min(1, Math.max(0.02, (high[j] - low[j]) / 1.349) / settings.sigma) : 1,
  );
  return {
    space,
    prior,
    seed,
    numbers,
    choices,
    search: gaussian(
      parametersFor(numbers.length, lambda, settings),
      Float64Array.from(numbers, (j) => mean[j]),
      settings.sigma,
      Float64Array.from(deviations),
    ),
    probabilities: firstProbabilities(space, choices, prior),
    members: [],
    bests: [],
    restart: 0,
    largeLambda: lambda,
    isSmall: false,
    spent: { large: 0, small: 0 },
  };
}

const parametersFor = (n: number, lambda: number, { separable }: Settings) =>
  cmaParameters(n, lambda, separable === "auto" ? n > SEPARABLE_ABOVE : separable);

function draw(state: CmaState, rng: Rng): Float64Array {
  const unit = new Float64Array(state.space.parameters.length);
  const x = sample(state.search, rng);
  state.numbers.forEach((j, k) => (unit[j] = x[k]));
  state.choices.forEach((j, k) => {
    const q = state.probabilities[k];
    unit[j] = (drawChoice(q, rng) + 0.5) / q.length;
  });
  return unit;
}

/** λ members are there: learn from them, or start anew. */
function close(state: CmaState, settings: Settings): void {
  const members = state.members.sort(
    (a, b) => compareStandings(a.standing, b.standing) || a.number - b.number,
  );
  state.members = [];
  const { search, space, numbers, choices } = state;
  const { lambda, weights, n } = search.parameters;
  state.spent[state.isSmall ? "small" : "large"] += lambda;
  const [best] = members;
  state.bests.push(best.standing.tier === TIER.complete ? best.standing.key : Infinity);
  if (n > 0) {
    update(
      search,
      members.map((member) => pointOf(state, member)),
    );
    numbers.forEach((j, k) => {
      const { distribution } = space.parameters[j];
      const size = cardinality(distribution);
      if (size > 1 && size < Infinity) {
        keepMargin(search, k, distribution as NumericDistribution);
      }
    });
  }
  const winners = members.slice(0, Math.floor(lambda / 2));
  choices.forEach((j, k) => {
    const q = state.probabilities[k];
    const picks = winners.map(({ unit }) =>
      Number.isNaN(unit[j]) ? -1 : Math.min(q.length - 1, Math.floor(unit[j] * q.length)),
    );
    learnChoices(q, picks, weights, choices.length);
  });
  if (n > 0 && settings.restarts !== "none" && hasConverged(search, state.bests))
    restart(state, settings);
}

/** A member's numbers: cells by their expectation, missing ones by a draw from their marginal. */
function pointOf({ search, space, numbers, seed }: CmaState, member: Member): Float64Array {
  const rng = createRng(seed, "cma-es latent", member.number);
  return Float64Array.from(numbers, (j, k) => {
    const u = member.unit[j];
    if (Number.isNaN(u)) return search.mean[k] + deviationOf(search, k) * rng.normal();
    const distribution = space.parameters[j].distribution as NumericDistribution;
    return cardinality(distribution) === Infinity ? u : expectedInCell(search, k, distribution, u);
  });
}

/** A new search from a draw of the prior; choices keep what they learned, half of it. */
function restart(state: CmaState, settings: Settings): void {
  const { space, prior, seed, numbers, search } = state;
  const rng = createRng(seed, "cma-es restart", ++state.restart);
  const first = settings.population ?? defaultLambda(space.parameters.length);
  let sigma = settings.sigma;
  let lambda: number;
  state.isSmall = settings.restarts === "bipop" && state.spent.small < state.spent.large;
  if (state.isSmall) {
    // (Hansen 2009, section 2) λ_s = ⌊λ(½·λ_l/λ)^(U²)⌋, σ = σ₀·10^(−2U)
    const u = rng.uniform();
    const ratio = Math.max(1, state.largeLambda / (2 * first));
    lambda = Math.max(2, Math.floor(first * Math.exp(u * u * Math.log(ratio))));
    sigma *= Math.exp(-2 * Math.LN10 * rng.uniform());
  } else lambda = state.largeLambda *= 2;
  const mean = drawUnit(space, prior, rng);
  state.search = gaussian(
    parametersFor(numbers.length, lambda, settings),
    Float64Array.from(numbers, (j) => mean[j]),
    sigma,
    new Float64Array(search.parameters.n).fill(1),
  );
  state.bests = [];
  for (const q of state.probabilities) {
    q.forEach((share, k) => (q[k] = 0.5 * share + 0.5 / q.length));
  }
}

function check({ sigma, population, restarts, separable }: Settings): void {
  requireWithin("cma-es: sigma", sigma, 0, 1, { open: true });
  if (population !== undefined) requireInteger("cma-es: population", population, 2);
  requireOneOf("cma-es: restarts", restarts, ["ipop", "bipop", "none"]);
  requireOneOf("cma-es: separable", String(separable), ["true", "false", "auto"]);
}
