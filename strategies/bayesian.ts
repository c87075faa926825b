/**
 * Bayesian optimisation with Gaussian processes, for any search space: floats, integers, choices and
 * conditions live in one model.
 *
 *   n  rows: trials that say something about the parameters (bayesian/history.ts)
 *
 * A study starts with a Latin hypercube. Then each suggestion maximises the log expected improvement
 * of the objective's model (bayesian/objective-model.ts), every second one within a trust region
 * around the best trial. Divergence, lack of memory and constraints enter as probabilities of
 * feasibility, trials under way as if they had met the model's expectation, a prior as a term that
 * fades (πBO) and is weakened when the trials contradict it. Several metrics are joined by changing
 * weights (ParEGO).
 */
import { sumOf, type Acquisition } from "../src/acquisition/acquisition.ts";
import { domainOf, type Domain } from "../src/acquisition/domain.ts";
import { logExpectedImprovement } from "../src/acquisition/log-expected-improvement.ts";
import { logPriorTerm } from "../src/acquisition/log-prior.ts";
import { GLOBAL_EFFORT, maximizeAcquisition } from "../src/acquisition/maximize.ts";
import { parzenCandidates } from "../src/acquisition/parzen-candidates.ts";
import type { Candidate } from "../src/acquisition/polish.ts";
import { nextStartPoint } from "../src/acquisition/start-design.ts";
import { HpoError } from "../src/errors.ts";
import type { Rng } from "../src/random/rng.ts";
import type { Prior } from "../src/space/prior.ts";
import { decode, encode, type SearchSpace } from "../src/space/search-space.ts";
import type { Strategy, SuggestContext, Suggestion, Why } from "../src/strategy.ts";
import { refitSchedule, type RefitSchedule } from "../src/surrogate/refit-schedule.ts";
import { feasibility, type Feasibility } from "./bayesian/feasibility.ts";
import { addTrial, emptyHistory, isRowFeasible, keyOf, type History } from "./bayesian/history.ts";
import { bestFirst, incumbentOf } from "./bayesian/incumbent.ts";
import {
  objectiveModels,
  type ObjectiveModel,
  type ObjectiveModels,
} from "./bayesian/objective-model.ts";
import { addPending } from "./bayesian/pending.ts";
import { priorBelief } from "./bayesian/prior-belief.ts";
import { scalarise, weightVectors } from "./bayesian/scalarisation.ts";
import { localCandidates, stepTrustRegion, type TrustRegion } from "./bayesian/trust-region.ts";
import { isUntried, listPoints, untried, type Listing } from "./bayesian/untried.ts";

export interface BayesianOptions {
  /** Points of the start design; an integer ≥ 3, 10 by default. */
  readonly startTrials?: number;
  /**
   * How many trials a prior is worth (πBO's β₀), ≥ 0; by default a tenth of the study's trials, or
   * 10 where their number is not known.
   */
  readonly priorStrength?: number;
  /** Whether every second suggestion keeps near the best trial; true by default. */
  readonly trustRegion?: boolean;
}

export interface BayesianState {
  readonly space: SearchSpace;
  readonly domain: Domain;
  readonly metricCount: number;
  readonly prior?: Prior;
  readonly priorStrength: number;
  readonly history: History;
  readonly listing?: Listing;
  readonly feasibility: Feasibility;
  /** One per weighting of the metrics; a single one for a single metric. */
  readonly objectives: readonly Objective[];
  best?: { readonly point: Float64Array; readonly value: number };
  region?: TrustRegion;
}

interface Objective {
  /** Scalar values of the first n rows, NaN for failures. */
  values(n: number): Float64Array;
  readonly models: ObjectiveModels;
}

const LEAST_START = 3;
/** Rows from which on every second suggestion is a local one. */
const LOCAL_FROM = 30;
/** Fewer measured rows than this leave nothing to model. */
const LEAST_MEASURED = 3;
/** Near a plateau few candidates are compared: the best of many would be the luckiest. */
const PLATEAU_CANDIDATES = 40;
const UNTRIED_TRIES = 200;

export function bayesian(options: BayesianOptions = {}): Strategy<BayesianState> {
  const { startTrials = 10, trustRegion = true } = options;
  checkOptions(options);
  const schedule = refitSchedule(startTrials);
  return {
    name: "bayesian",
    init({ space, metricCount, prior, trialBudget }) {
      const domain = domainOf(space);
      const history = emptyHistory();
      return {
        space,
        domain,
        metricCount,
        prior,
        priorStrength: options.priorStrength ?? (trialBudget ?? 100) / 10,
        history,
        listing: listPoints(domain),
        feasibility: feasibility(domain.kinds, schedule, history.rows),
        objectives: weightVectors(metricCount).map((weights) =>
          objectiveOf(weights, domain, schedule, history),
        ),
      };
    },
    observe(state, trial) {
      const row = addTrial(state.history, state.space, trial);
      if (row && state.metricCount === 1) followBest(state);
      return state;
    },
    suggest: (state, context) => suggest(state, context, startTrials, trustRegion),
  };
}

function checkOptions({ startTrials = 10, priorStrength = 0 }: BayesianOptions): void {
  if (!Number.isInteger(startTrials) || startTrials < LEAST_START) {
    throw new HpoError(
      `bayesian: startTrials=${startTrials} is no integer of at least ${LEAST_START}. ` +
        "Give 10, or leave it out.",
    );
  }
  if (!(priorStrength >= 0 && priorStrength < Infinity)) {
    throw new HpoError(
      `bayesian: priorStrength=${priorStrength} is no number of trials. Give 0 or more.`,
    );
  }
}

function objectiveOf(
  weights: Float64Array,
  domain: Domain,
  schedule: RefitSchedule,
  { rows }: History,
): Objective {
  let latest: Float64Array | undefined;
  const values = (n: number): Float64Array => {
    if (latest?.length !== n) latest = scalarise(rows.slice(0, n), weights);
    return latest;
  };
  const point = (row: number): Float64Array => rows[row].point;
  return { values, models: objectiveModels({ kinds: domain.kinds, schedule, point, values }) };
}

/** Keeps the best feasible row, and steps the trust region at every second row. */
function followBest(state: BayesianState): void {
  const { rows } = state.history;
  const row = rows[rows.length - 1];
  const value = row.values?.[0] ?? NaN;
  if (isRowFeasible(row) && !(value >= (state.best?.value ?? Infinity))) {
    state.best = { point: row.point, value };
  }
  if (state.best && rows.length >= LOCAL_FROM && rows.length % 2 === 0) {
    state.region = stepTrustRegion(state.region, state.best.point, state.best.value);
  }
}

function suggest(
  state: BayesianState,
  context: SuggestContext,
  startTrials: number,
  trustRegion: boolean,
): Suggestion {
  const { space, history, domain, listing } = state;
  if (domain.dimension === 0) return { kind: "params", params: {} };
  const pending = context.pending.map(({ params }) => encode(space, params));
  const { tried, left } = untried(
    listing,
    history.tried,
    new Set(context.pending.map(({ params }) => keyOf(space, params))),
  );
  const objective = state.objectives[context.number % state.objectives.length];
  const measured = objective.values(history.rows.length).filter((value) => !Number.isNaN(value));
  const isStart =
    history.rows.length < startTrials ||
    measured.length < LEAST_MEASURED ||
    history.rows.length + pending.length < startTrials;
  const proposal = isStart
    ? startProposal(state, pending, startTrials, context.rng)
    : modelProposal({ state, objective, pending, left, trustRegion, context });
  const x = firstUntried(domain, proposal.candidates, tried, left, context.rng);
  return { kind: "params", params: decode(space, x), why: proposal.why };
}

interface Proposal {
  /** Best first; not empty. */
  readonly candidates: readonly Float64Array[];
  readonly why: Why;
}

function startProposal(
  { domain, prior, history }: BayesianState,
  pending: readonly Float64Array[],
  startTrials: number,
  rng: Rng,
): Proposal {
  const earlier = [...history.points, ...pending];
  const warp = prior && ((uniforms: Float64Array) => prior.warp(uniforms));
  if (warp && earlier.length === 0) {
    const middle = domain.project(warp(new Float64Array(domain.dimension).fill(0.5)));
    return { candidates: [middle], why: { phase: "start", point: "the prior's median" } };
  }
  return {
    candidates: [nextStartPoint(domain, earlier, startTrials, rng, warp)],
    why: { phase: "start" },
  };
}

interface ModelQuestion {
  readonly state: BayesianState;
  readonly objective: Objective;
  readonly pending: readonly Float64Array[];
  /** What is left of a small finite space. */
  readonly left?: readonly Float64Array[];
  readonly trustRegion: boolean;
  readonly context: SuggestContext;
}

function modelProposal(question: ModelQuestion): Proposal {
  const { state, objective, pending, left, context } = question;
  const { domain, history } = state;
  const n = history.rows.length;
  const belief = priorTerms(state, objective.values(n));
  const terms = [...state.feasibility.terms(n, pending), ...belief.terms];
  const model = objective.models.at(n);
  const why = { trials: n, model: model.name, ...belief.why };
  if (isLocalTurn(question, model)) {
    const { candidates, why: how } = localProposal(question, terms);
    return { candidates, why: { ...why, ...how } };
  }
  const gp = addPending(model.gp, pending);
  const improvable = history.rows.some(isRowFeasible);
  const best = incumbentOf(
    gp,
    (i) => i >= model.rows.length || isRowFeasible(history.rows[model.rows[i]]),
  );
  const acquisition = sumOf(improvable ? [logExpectedImprovement(gp, best), ...terms] : terms);
  const good = bestFirst(gp);
  const found = left
    ? ranked(acquisition, left)
    : model.name === "plateau"
      ? ranked(acquisition, parzenCandidates(domain, good, PLATEAU_CANDIDATES, context.rng))
      : maximizeAcquisition({ acquisition, domain, good }, GLOBAL_EFFORT, context.rng);
  return {
    candidates: found.map(({ x }) => x),
    why: { phase: "global", ...why, logAcquisition: found[0].value },
  };
}

function isLocalTurn(
  { state, pending, left, trustRegion }: ModelQuestion,
  model: ObjectiveModel,
): boolean {
  const turn = (state.history.rows.length + pending.length) % 2 === 0;
  return trustRegion && turn && !left && state.region !== undefined && model.name !== "plateau";
}

function localProposal(
  { state, objective, pending, context }: ModelQuestion,
  terms: readonly Acquisition[],
): Proposal {
  const { domain, history, region } = state;
  const values = objective.values(history.rows.length);
  const measured = history.rows.map((_, row) => row).filter((row) => !Number.isNaN(values[row]));
  const found = localCandidates(
    {
      region: region!,
      domain,
      points: measured.map((row) => history.rows[row].point),
      values: Float64Array.from(measured, (row) => values[row]),
      pending,
      terms,
    },
    context.rng,
  );
  return {
    candidates: found.map(({ x }) => x),
    why: { phase: "local", halfSide: region!.halfSide, logAcquisition: found[0].value },
  };
}

function priorTerms(
  { prior, priorStrength, domain, history }: BayesianState,
  values: Float64Array,
): { readonly terms: readonly Acquisition[]; readonly why: Why } {
  if (!prior) return { terms: [], why: {} };
  const points = history.rows.map(({ point }) => point);
  const { weight, state, signs } = priorBelief(prior, priorStrength, points, values);
  return {
    terms: weight > 0 ? [logPriorTerm(prior, domain.dimension, weight)] : [],
    why: { prior: state, ...(signs.length > 0 && { priorSigns: signs.join("; ") }) },
  };
}

function ranked(acquisition: Acquisition, points: readonly Float64Array[]): Candidate[] {
  const d = points[0].length;
  const flat = new Float64Array(points.length * d);
  points.forEach((x, row) => flat.set(x, row * d));
  const values = acquisition.values(flat);
  return points.map((x, row) => ({ x, value: values[row] })).sort((a, b) => b.value - a.value);
}

/** The best candidate that was not tried; failing that, a random untried point. */
function firstUntried(
  domain: Domain,
  candidates: readonly Float64Array[],
  tried: readonly ReadonlySet<string>[],
  left: readonly Float64Array[] | undefined,
  rng: Rng,
): Float64Array {
  const found = candidates.find((x) => isUntried(domain, x, tried));
  if (found) return found;
  if (left) return left[rng.integer(0, left.length - 1)];
  for (let k = 0; k < UNTRIED_TRIES; k++) {
    const x = domain.project(Float64Array.from({ length: domain.dimension }, () => rng.uniform()));
    if (isUntried(domain, x, tried)) return x;
  }
  return candidates[0];
}
