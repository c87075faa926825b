import { TPE_REVISION } from "./common/revision.ts";
import { domainOf, type Domain } from "../src/acquisition/domain.ts";
import { nextStartPoint, startSide, startSize } from "../src/acquisition/start-design.ts";
import type { Rng } from "../src/numerics/rng.ts";
import { cardinality } from "../src/space/distribution.ts";
import type { Prior } from "../src/space/prior.ts";
import { decode, isActive, type Params } from "../src/space/search-space.ts";
import { put } from "../src/space/put.ts";
import { fromUnit, toUnit } from "../src/space/unit-cube.ts";
import type {
  Strategy,
  StrategyContext,
  SuggestContext,
  Suggestion,
} from "../src/contracts/strategy.ts";
import { requireInteger, givenOptions, requireWithin } from "../src/errors/checks.ts";
import { encodeInside } from "./common/inside.ts";
import { withoutRepeats } from "./common/without-repeats.ts";
import { drawUnit } from "./random.ts";
import {
  emptyRankedHistory,
  observeTrial,
  survivorCount,
  type RankedHistory,
} from "./tpe/history.ts";
import {
  bestFirst,
  goodMixture,
  logSurvival,
  restMixture,
  survivalOf,
  type Survival,
} from "./tpe/mixtures.ts";
import {
  drawCoordinate,
  drawKernel,
  logDensity,
  type MixtureAxis,
  type Mixture,
} from "./tpe/parzen.ts";

/** Options of `tpe`. */
export interface TpeOptions {
  /**
   * Trials of an even design, or drawn from a prior, before the model is trusted, ≥ 1; 5, of few trials no
   * more than half.
   */
  readonly startTrials?: number;
  /** Draws from the good density per suggestion, ≥ 1; 48. Optuna's 24 search it less well. */
  readonly candidates?: number;
  /**
   * Which share of the trials is good, in (0, 1]; 0.2. With weights by rank a larger share than Optuna's 0.1
   * steadies the density and does not blur it.
   */
  readonly goodShare?: number;
  /** Good trials at most, ≥ 1; 25 (Bergstra et al. 2013), without bound for several metrics. */
  readonly mostGood?: number;
  /** Multiplies the bandwidths of the good trials, in (0, 10]; 0.6. The neighbour rule alone is too wide. */
  readonly bandwidth?: number;
}

interface TpeState {
  readonly domain: Domain;
  readonly startTrials: number;
  readonly history: RankedHistory;
  readonly axes: readonly MixtureAxis[];
  readonly metricCount: number;
  readonly prior: Prior | undefined;
  /** β₀, the trials that the prior is worth: a tenth of the budget. */
  readonly priorTrials: number;
}

const OPTIONS = ["startTrials", "candidates", "goodShare", "mostGood", "bandwidth"] as const;
const DEFAULT_BUDGET = 100;

/**
 * Tree-structured Parzen estimator, multivariate: draws candidates from a density l of the good
 * trials and takes the one with the largest l/g, g being the density of the others.
 *
 * - Conditional spaces: one joint density over the tree (tpe/parzen.ts).
 * - Failures for their parameters (diverged, out of memory) and pending trials belong to g; and l/g
 *   is multiplied by P(survives | x), by Bayes' rule from the densities of failures and survivors.
 * - Trials that erred or took too long belong to g as well, and say no more.
 * - Pruned trials stand behind complete ones, infeasible ones behind those.
 * - A prior π: l ← (1 − s)·l + s·π with s = β₀/(β₀ + n), β₀ a tenth of the trial budget; so it
 *   fades. The first trials are drawn from it.
 * - Several metrics: good is what the fewest dominate; ties by room in the front.
 *
 * Bergstra, Bardenet, Bengio & Kégl, "Algorithms for hyper-parameter optimization", NeurIPS 2011;
 * Falkner, Klein & Hutter, "BOHB", ICML 2018 (multivariate kernels); Watanabe, "Tree-structured
 * Parzen estimator", arXiv:2304.11127 (its components compared).
 *
 * @throws HpoError for options out of range
 *
 * @example
 * ```ts
 * import { createStudy, float, searchSpace } from "hpo";
 * import { tpe } from "hpo/strategies";
 *
 * const space = searchSpace({ x: float(-1, 1) });
 * const study = await createStudy({ name: "bowl", space, strategy: tpe() });
 * await study.optimize(({ params }) => params.x ** 2, { trials: 20 });
 * ```
 */
export function tpe(options: TpeOptions = {}): Strategy {
  const given = givenOptions("tpe", options, OPTIONS);
  const { candidates = 48, goodShare = 0.2, bandwidth = 0.6 } = given;
  const { mostGood = 25 } = given;
  if (given.startTrials !== undefined) {
    requireInteger("tpe: startTrials", given.startTrials, 1);
  }
  requireInteger("tpe: candidates", candidates, 1);
  requireInteger("tpe: mostGood", mostGood, 1);
  requireWithin("tpe: goodShare", goodShare, 0, 1, { open: true });
  requireWithin("tpe: bandwidth", bandwidth, 0, 10, { open: true });
  return withoutRepeats<TpeState>({
    name: "tpe",
    ...TPE_REVISION,
    options: { ...given },
    usesReports: () => false,
    init: (context) => begin(context, given.startTrials),
    observe(state, trial) {
      observeTrial(state.history, trial);
      return state;
    },
    suggest(state, context: SuggestContext): Suggestion {
      const { rng, pending } = context;
      const { history, axes, metricCount, prior } = state;
      if (history.count < state.startTrials) {
        const unit = prior ? drawUnit(history.space, prior, rng) : startPoint(state, context);
        return { kind: "params", params: decode(history.space, unit), why: { phase: "start" } };
      }
      const most = metricCount === 1 ? mostGood : Infinity;
      const survivors = survivorCount(history);
      const count = Math.min(most, Math.ceil(goodShare * survivors));
      const good = bestFirst(history, metricCount).slice(0, count);
      const l = goodMixture(history, axes, good, { bandwidth });
      // A paused trial that goes on stands where it stood; the others under way count as bad.
      const fresh = pending.filter(({ continueFrom }) => continueFrom === undefined);
      const g = restMixture(history, axes, good, fresh);
      const survival = survivalOf(history, axes, survivors);
      const { params, score } = bestCandidate(state, { l, g, survival }, rng, candidates);
      const why = { phase: "model", good: count, logRatio: Number(score.toPrecision(4)) };
      return { kind: "params", params, why };
    },
  });
}

function begin(
  { space, metricCount, prior, trialBudget = DEFAULT_BUDGET }: StrategyContext,
  startTrials = startSize(trialBudget),
): TpeState {
  const axes = space.parameters.map(({ distribution }): MixtureAxis => ({
    kind: distribution.kind === "categorical" ? "choice" : "number",
    size: cardinality(distribution),
  }));
  const priorTrials = trialBudget / 10;
  const history = emptyRankedHistory(space);
  const domain = domainOf(space);
  return { domain, startTrials, history, axes, metricCount, prior, priorTrials };
}

/** Without a prior: the next point of an even design (src/acquisition/start-design.ts). */
function startPoint(
  { history, domain, startTrials }: TpeState,
  { pending, rng }: SuggestContext,
): Float64Array {
  const { rows, d, count, erred, space } = history;
  const finished = Array.from({ length: count }, (_, i) => rows.subarray(i * d, (i + 1) * d));
  const running = pending.flatMap(({ params }) => {
    const point = encodeInside(space, params);
    return point ? [point] : [];
  });
  return nextStartPoint(
    domain,
    [...finished, ...erred, ...running],
    startTrials,
    rng,
    startSide(domain, startTrials),
  );
}

interface Model {
  readonly l: Mixture;
  readonly g: Mixture;
  readonly survival: Survival | undefined;
}

interface Candidate {
  readonly params: Params;
  readonly score: number;
}

function bestCandidate(
  state: TpeState,
  { l, g, survival }: Model,
  rng: Rng,
  candidates: number,
): Candidate {
  const { history, prior, priorTrials } = state;
  const share = prior ? priorTrials / (priorTrials + history.count) : 0;
  const unit = new Float64Array(history.d);
  let best: Candidate | undefined;
  for (let c = 0; c < candidates; c++) {
    const fromPrior = share > 0 && rng.uniform() < share;
    const params = fromPrior
      ? snapInto(unit, state, prior, rng)
      : drawInto(unit, state, l, drawKernel(l, rng), rng);
    const good = logDensity(l, unit);
    const mixed = share > 0 ? logMix(good, logPriorDensity(state, unit), share) : good;
    const least = best ? best.score : -Infinity;
    // With more of the others' density than that, no chance of survival makes up for it.
    let score = mixed - logDensity(g, unit, mixed - least);
    if (survival && score > least) score += logSurvival(survival, unit);
    if (!best || score > least) best = { params, score };
  }
  return best!;
}

/** A draw from kernel i, parents first; writes the coordinates of the values that it comes to. */
function drawInto(
  unit: Float64Array,
  { history, axes }: TpeState,
  l: Mixture,
  i: number,
  rng: Rng,
): Params {
  const params: Record<string, Params[string]> = {};
  const { parameters } = history.space;
  for (let j = 0; j < parameters.length; j++) {
    const { name, distribution } = parameters[j];
    unit[j] = NaN;
    if (!isActive(parameters[j], params)) continue;
    const u = drawCoordinate(l, i, j, rng);
    put(params, name, fromUnit(distribution, u));
    unit[j] = axes[j].size === Infinity ? u : toUnit(distribution, params[name]);
  }
  return params;
}

function snapInto(
  unit: Float64Array,
  { history, axes }: TpeState,
  prior: Prior | undefined,
  rng: Rng,
): Params {
  const drawn = drawUnit(history.space, prior, rng);
  const params = decode(history.space, drawn);
  history.space.parameters.forEach(({ name, distribution }, j) => {
    if (!Object.hasOwn(params, name)) unit[j] = NaN;
    else unit[j] = axes[j].size === Infinity ? drawn[j] : toUnit(distribution, params[name]);
  });
  return params;
}

/** ln π in the mixtures' measure, where the uniform density of a choice is 1/C. */
function logPriorDensity({ prior, axes }: TpeState, unit: Float64Array): number {
  let log = prior!.logDensity(unit);
  axes.forEach(({ kind, size }, j) => {
    if (kind === "choice" && !Number.isNaN(unit[j])) log -= Math.log(size);
  });
  return log;
}

/** ln((1 − s)·e^a + s·e^b). */
function logMix(a: number, b: number, s: number): number {
  const left = Math.log(1 - s) + a;
  const right = Math.log(s) + b;
  return Math.max(left, right) + Math.log1p(Math.exp(-Math.abs(left - right)));
}
