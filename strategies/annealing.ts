import { SECOND_REVISION } from "./common/revision.ts";
import { createRng } from "../src/numerics/rng.ts";
import { cardinality } from "../src/space/distribution.ts";
import type { Prior } from "../src/space/prior.ts";
import { decode, type SearchSpace } from "../src/space/search-space.ts";
import type { Strategy, Suggestion } from "../src/contracts/strategy.ts";
import { neighbour } from "./annealing/neighbour.ts";
import { encodeInside } from "./common/inside.ts";
import { requireInteger, givenOptions, requireOneOf, requireWithin } from "../src/errors/checks.ts";
import { requireOneMetric } from "./common/one-metric.ts";
import { compareStandings, standingOf, TIER, type Standing } from "./common/standing.ts";
import { withoutRepeats } from "./common/without-repeats.ts";
import { drawUnit } from "./random.ts";

/** Options of `annealing`. */
export interface AnnealingOptions {
  /**
   * How the temperature T falls over the trial budget N, k counting the trials and T₀ being the median less
   * the least value of the start. "geometric" (default): T = T₀·r^(k/N), r = 1e-4 (Kirkpatrick, Gelatt &
   * Vecchi, Science 220, 1983). "adaptive": T = ū/ln(1/χ), ū the running geometric mean of uphill steps, χ
   * the share of them that is to be taken, falling linearly from `acceptance` to 0; it needs no T₀ (after
   * Ben-Ameur, Comput. Optim. Appl. 29, 2004). "cauchy": T = T₀/(1 + k), with Cauchy instead of normal
   * steps (Szu & Hartley, Phys. Lett. A 122, 1987).
   */
  readonly cooling?: "adaptive" | "geometric" | "cauchy";
  /** χ at the start of adaptive cooling, in (0, 0.99]; 0.1. */
  readonly acceptance?: number;
  /** Random trials from which each chain starts, ≥ 1; 5. */
  readonly startTrials?: number;
  /**
   * Rejections in a row, ≥ 1, after which a chain goes back to its best point with its first step sizes
   * and half its clock (a reheating); 20 + 5d.
   */
  readonly restartAfter?: number;
  /** Independent chains, trial n belonging to chain n mod chains; ≥ 1; 1. Give one per worker. */
  readonly chains?: number;
}

interface State {
  /** Every coordinate, of parameters that don't exist here too: they are remembered. */
  readonly unit: Float64Array;
  readonly standing: Standing;
}

interface Chain {
  current: State | undefined;
  best: State | undefined;
  readonly steps: Float64Array;
  readonly startValues: number[];
  /** T₀, once the start is over. */
  scale: number;
  /** Trials seen, and those that count for cooling. */
  seen: number;
  clock: number;
  rejections: number;
  /** Running mean of the uphill steps' logarithms; NaN before the first. */
  logUphill: number;
}

interface AnnealingState {
  readonly space: SearchSpace;
  readonly prior: Prior | undefined;
  readonly seed: number;
  /** Trials per chain. */
  readonly budget: number;
  readonly chains: readonly Chain[];
}

type Settings = Required<Omit<AnnealingOptions, "restartAfter">> & {
  readonly restartAfter?: number;
};

const OPTIONS = ["cooling", "acceptance", "startTrials", "restartAfter", "chains"] as const;
const DEFAULT_BUDGET = 100;
const FIRST_STEP = 0.25;
const SMALLEST_STEP = 1e-4;
const LARGEST_STEP = 0.5;
/** Steps keep their size when 3 of 10 moves are taken: 0.3·ln grow + 0.7·ln shrink = 0. */
const GROW = 1.5;
const SHRINK = 0.84;
const GEOMETRIC_END = 1e-4;

/**
 * Simulated annealing over mixed and conditional spaces. A move changes two coordinates on average
 * by a step whose size adapts to what is taken, per parameter (Corana et al., ACM TOMS 13, 1987);
 * choices are drawn anew. Whether a finished trial was taken is decided by its number, so that the
 * history alone gives the chain. Trials that others added count as moves too.
 *
 * One metric. A place in a worse standing (pruned, infeasible, failed for its parameters) is never
 * taken over a better one. Priors draw the start and new choices.
 *
 * @throws HpoError for options out of range; at `init` for several metrics
 *
 * @example
 * ```ts
 * import { createStudy, float, searchSpace } from "hpo";
 * import { annealing } from "hpo/strategies";
 *
 * const space = searchSpace({ x: float(-1, 1) });
 * const study = await createStudy({ name: "bowl", space, strategy: annealing() });
 * await study.optimize(({ params }) => params.x ** 2, { trials: 20 });
 * ```
 */
export function annealing(options: AnnealingOptions = {}): Strategy {
  const given = givenOptions("annealing", options, OPTIONS);
  const settings: Settings = {
    cooling: "geometric",
    acceptance: 0.1,
    startTrials: 5,
    chains: 1,
    ...given,
  };
  check(settings);
  return withoutRepeats<AnnealingState>({
    name: "annealing",
    ...SECOND_REVISION,
    options: { ...given },
    usesReports: () => false,
    init({ space, prior, metricCount, trialBudget, seed = 0 }) {
      requireOneMetric("annealing", metricCount);
      const budget = (trialBudget ?? DEFAULT_BUDGET) / settings.chains;
      const chains = Array.from({ length: settings.chains }, () => newChain(space));
      return { space, prior, seed, budget, chains };
    },
    observe(state, trial) {
      const standing = standingOf(trial);
      const unit = encodeInside(state.space, trial.params);
      if (standing && unit) take(state, settings, trial.number, { unit, standing });
      return state;
    },
    suggest(state, { number, rng }): Suggestion {
      const { space, prior, chains } = state;
      const chain = chains[number % settings.chains];
      if (!chain.current || chain.seen < settings.startTrials) {
        const params = decode(space, drawUnit(space, prior, rng));
        return { kind: "params", params, why: { phase: "start" } };
      }
      const heavyTails = settings.cooling === "cauchy";
      const unit = neighbour(state, chain.current.unit, chain.steps, heavyTails, rng);
      const params = decode(space, unit);
      const temperature = Number(temperatureOf(state, chain, settings).toPrecision(4));
      return { kind: "params", params, why: { phase: "annealing", temperature } };
    },
  });
}

const newChain = (space: SearchSpace): Chain => ({
  current: undefined,
  best: undefined,
  steps: new Float64Array(space.parameters.length).fill(FIRST_STEP),
  startValues: [],
  scale: 1,
  seen: 0,
  clock: 0,
  rejections: 0,
  logUphill: NaN,
});

/** One finished trial: during the start the best is taken, afterwards Metropolis decides. */
function take(state: AnnealingState, settings: Settings, number: number, trial: State): void {
  const { standing } = trial;
  const chain = state.chains[number % settings.chains];
  const place = stateOf(state, chain, number, trial);
  chain.seen++;
  const wasBest = !chain.best || compareStandings(standing, chain.best.standing) < 0;
  if (wasBest) chain.best = place;
  if (!chain.current || chain.seen <= settings.startTrials) {
    if (standing.tier === TIER.complete) chain.startValues.push(standing.key);
    chain.scale = spread(chain.startValues);
    chain.current = chain.best;
    return;
  }
  chain.clock++;
  const uniform = createRng(state.seed, "annealing", number).uniform();
  const taken = isTaken(state, chain, settings, standing, uniform);
  adaptSteps(state.space, chain, place.unit, taken);
  if (taken) chain.current = place;
  chain.rejections = taken ? 0 : chain.rejections + 1;
  const patience = settings.restartAfter ?? 20 + 5 * state.space.parameters.length;
  if (chain.rejections >= patience) reheat(chain);
}

/** The trial's coordinates; those it says nothing about stay as the chain has them. */
function stateOf(
  { space, prior, seed }: AnnealingState,
  chain: Chain,
  number: number,
  { unit, standing }: State,
): State {
  const latent =
    chain.current?.unit ??
    (unit.some(Number.isNaN)
      ? drawUnit(space, prior, createRng(seed, "annealing latent", number))
      : unit);
  return { unit: unit.map((u, j) => (Number.isNaN(u) ? latent[j] : u)), standing };
}

function isTaken(
  state: AnnealingState,
  chain: Chain,
  settings: Settings,
  standing: Standing,
  uniform: number,
): boolean {
  const { standing: now } = chain.current!;
  if (compareStandings(standing, now) <= 0) return true;
  if (standing.tier !== TIER.complete || now.tier !== TIER.complete) return false;
  const difference = standing.key - now.key;
  if (!Number.isFinite(difference)) return false;
  // (Metropolis et al. 1953) P = exp(−Δ/T)
  const taken = uniform < Math.exp(-difference / temperatureOf(state, chain, settings));
  const log = Math.log(difference);
  chain.logUphill = Number.isNaN(chain.logUphill) ? log : 0.9 * chain.logUphill + 0.1 * log;
  return taken;
}

function temperatureOf({ budget }: AnnealingState, chain: Chain, settings: Settings): number {
  const { clock, scale, logUphill } = chain;
  const progress = Math.min(1, clock / budget);
  switch (settings.cooling) {
    case "adaptive": {
      const share = settings.acceptance * (1 - progress);
      const typical = Number.isNaN(logUphill) ? scale : Math.exp(logUphill);
      return share > 0 ? Math.max(1e-300, typical / Math.log(1 / share)) : 1e-300;
    }
    case "geometric":
      return Math.max(1e-300, scale * Math.exp(Math.log(GEOMETRIC_END) * progress));
    case "cauchy":
      return Math.max(1e-300, scale / (1 + clock));
  }
}

function adaptSteps(space: SearchSpace, chain: Chain, unit: Float64Array, taken: boolean): void {
  const from = chain.current!.unit;
  for (let j = 0; j < unit.length; j++) {
    if (unit[j] === from[j]) continue;
    const size = cardinality(space.parameters[j].distribution);
    const least = Math.max(SMALLEST_STEP, 0.5 / size);
    const step = chain.steps[j] * (taken ? GROW : SHRINK);
    chain.steps[j] = Math.min(LARGEST_STEP, Math.max(least, step));
  }
}

function reheat(chain: Chain): void {
  chain.current = chain.best;
  chain.clock = Math.floor(chain.clock / 2);
  chain.rejections = 0;
  chain.steps.fill(FIRST_STEP);
}

/** Median less minimum of the finite values; 1 if that is nothing. */
function spread(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite).sort((a, b) => a - b);
  const difference = finite[finite.length >> 1] - finite[0];
  return difference > 0 && Number.isFinite(difference) ? difference : 1;
}

function check({ cooling, acceptance, startTrials, chains, restartAfter }: Settings): void {
  requireOneOf("annealing: cooling", cooling, ["adaptive", "geometric", "cauchy"]);
  requireWithin("annealing: acceptance", acceptance, 0, 0.99, { open: true });
  requireInteger("annealing: startTrials", startTrials, 1);
  requireInteger("annealing: chains", chains, 1);
  if (restartAfter !== undefined) requireInteger("annealing: restartAfter", restartAfter, 1);
}
