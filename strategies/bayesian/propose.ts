/** What to try next, best candidates first: a point of the start design, or what the models promise. */
import { sumOf, type Acquisition } from "../../src/acquisition/acquisition.ts";
import { logExpectedImprovement } from "../../src/acquisition/log-expected-improvement.ts";
import { logPriorTerm } from "../../src/acquisition/log-prior.ts";
import { GLOBAL_EFFORT, maximizeAcquisition } from "../../src/acquisition/maximize.ts";
import type { Curve } from "../../src/surrogate/final-values.ts";
import { parzenCandidates } from "../../src/acquisition/parzen-candidates.ts";
import type { Candidate } from "../../src/acquisition/polish.ts";
import { nextStartPoint, startSide } from "../../src/acquisition/start-design.ts";
import { medianOf } from "../../src/numerics/quantile.ts";
import { scrambledSobolSequence } from "../../src/numerics/sobol.ts";
import { isBarren } from "../../src/surrogate/plateau.ts";
import { createRng, type Rng } from "../../src/numerics/rng.ts";
import type { Prior } from "../../src/space/prior.ts";
import type { Why } from "../../src/contracts/strategy.ts";
import { isRowFeasible, isSuperseded, type RowHistory } from "./history.ts";
import { pointsBestFirst, incumbentOf } from "./incumbent.ts";
import type { ObjectiveModel } from "./objective-model.ts";
import { addPending, withoutGainAt } from "./pending.ts";
import { priorBelief } from "./prior-belief.ts";
import { modelFrom, type BayesianState, type ModelledObjective } from "./state.ts";
import { LOCAL_EVERY, localCandidates, trustRegionAt, type TrustRegion } from "./trust-region.ts";

/** Fewer measured rows than this leave nothing to model. */
const LEAST_MEASURED = 3;
/**
 * What counts as an improvement to the rough model, as a share of (median − best): where the search
 * has converged, improvements too small to matter no longer keep it from looking elsewhere.
 */
const LEAST_GAIN = 0.02;
/** Near a plateau few candidates are compared: the best of many would be the luckiest. */
const PLATEAU_CANDIDATES = 40;

/** Each costs a row of the model's factor in every suggestion. */
const MOST_ERRORS = 100;

/**
 * A start that found nothing good, and so nothing to model, goes on near the best that it has, until
 * it is so many times as long.
 */
const BARREN_START = 2;

/** Under a prior from theory its own points come first, then every second one looks elsewhere. */
const POINTS_OF_THEORY = 3;
const LOOKOUT_EVERY = 2;
/** So few strata that the prior's own points leave about one free: that is where to look. */
const LOOKOUT_STRATA = 3;

export interface Proposal {
  /** Best first; not empty. */
  readonly candidates: readonly Float64Array[];
  readonly why: Why;
}

/** @returns at least one candidate */
export function proposeCandidates(question: Question): Proposal {
  const { state, objective, pending } = question;
  const n = state.history.rows.length;
  const measured = objective.values(n).filter((value) => !Number.isNaN(value));
  const { settings, prior } = state;
  const asked = n + pending.length;
  const isStart =
    n < modelFrom(settings) ||
    asked < settings.startTrials ||
    measured.length < LEAST_MEASURED ||
    (!prior && asked < BARREN_START * settings.startTrials && isBarren(measured));
  return isStart ? startProposal(question, measured.length) : modelProposal(question);
}

/** @param measured how many values there are so far, without failures */
function startProposal(question: Question, measured: number): Proposal {
  const { state, pending, rng } = question;
  const { domain, prior, history, settings } = state;
  const earlier = [...history.points, ...pending];
  if (prior) return priorStart(question, prior, earlier);
  const { startTrials } = settings;
  if (earlier.length >= startTrials && measured >= LEAST_MEASURED) return nearBest(question);
  const side = startSide(domain, startTrials);
  const point = nextStartPoint(domain, earlier, startTrials, rng, side);
  return { candidates: [point], why: { phase: "start" } };
}

/** The prior's median, then even draws from it; of a prior from theory drawn in to its middle. */
function priorStart(
  { state: { domain, priorIsWatched, seed }, rng }: Question,
  prior: Prior,
  earlier: readonly Float64Array[],
): Proposal {
  const count = earlier.length;
  const drawn = (uniforms: Float64Array, why: Why): Proposal => ({
    candidates: [domain.project(prior.warp(uniforms))],
    why: { phase: "start", ...why },
  });
  if (count === 0) {
    return drawn(new Float64Array(domain.dimension).fill(0.5), { point: "the prior's median" });
  }
  if (!priorIsWatched) return drawn(evenDraw(domain.dimension, seed, count - 1), {});
  const past = Math.max(0, count - POINTS_OF_THEORY);
  // With so few points, all may lie where a wrong prior is dense, and no test would find it wrong.
  if (count >= POINTS_OF_THEORY && past % LOOKOUT_EVERY === 0) {
    const point = nextStartPoint(domain, earlier, LOOKOUT_STRATA, rng);
    return { candidates: [point], why: { phase: "start", point: "where no other is" } };
  }
  const side = startSide(domain, POINTS_OF_THEORY - 1);
  const index = count - 1 - Math.ceil(past / LOOKOUT_EVERY);
  const uniforms = evenDraw(domain.dimension, seed, index);
  return drawn(
    uniforms.map((u) => 0.5 + side * (u - 0.5)),
    {},
  );
}

/** A draw about the best trials: what a barren start goes on with. */
function nearBest({ state: { domain, history }, objective, rng }: Question): Proposal {
  const { rows } = history;
  const values = objective.values(rows.length);
  const good = [...rows.keys()]
    .filter((row) => !Number.isNaN(values[row]))
    .sort((a, b) => values[a] - values[b])
    .map((row) => rows[row].point);
  // The first of them are spread evenly.
  const [point] = parzenCandidates(domain, good, PLATEAU_CANDIDATES, rng).reverse();
  return { candidates: [point], why: { phase: "start", point: "near the best of a barren start" } };
}

/** A point of the study's own scrambled Sobol sequence: a few of them cover a prior more evenly than draws. */
function evenDraw(dimension: number, seed: number, index: number): Float64Array {
  const rng = createRng(seed, "start");
  return scrambledSobolSequence(dimension, () => rng.uniform())(index);
}

export interface Question {
  readonly state: BayesianState;
  readonly objective: ModelledObjective;
  readonly pending: readonly Float64Array[];
  /** What the pending trials reported, empty for those that go on where they stood. */
  readonly curves: readonly Curve[];
  /** What is left of a small finite space. */
  readonly left?: readonly Float64Array[];
  readonly rng: Rng;
}

function modelProposal(question: Question): Proposal {
  const { state, objective, pending, left, rng } = question;
  const { domain, history } = state;
  const n = history.rows.length;
  const belief = priorTerms(state, objective.values(n));
  const terms = [...state.feasibility.terms(n, pending), ...belief.terms];
  const model = objective.models.at(n, n + pending.length);
  const why = { trials: n, model: model.name, ...belief.why };
  const region = isLocalTurn(question, model)
    ? trustRegionAt(state.bests, pending.length)
    : undefined;
  if (region) {
    const { candidates, why: how } = localProposal(question, region, terms);
    return { candidates, why: { ...why, ...how } };
  }
  const told = objective
    .foresee(n, question.curves)
    .map((end) => end && model.target(end.value, end.sd));
  const gp = addPending(model.process(), pending, told);
  const improvable = history.rows.some(isRowFeasible);
  const best = incumbentOf(
    gp,
    (i) => i >= model.rows.length || isRowFeasible(history.rows[model.rows[i]]),
  );
  const leastGain = model.name === "rough" ? LEAST_GAIN * Math.max(0, medianOf(gp.y) - best) : 0;
  const wary = withoutGainAt(gp, newestErrors(history), best);
  const improvement = logExpectedImprovement(wary, best - leastGain);
  const acquisition = sumOf(improvable ? [improvement, ...terms] : terms);
  const good = pointsBestFirst(gp);
  const found = left
    ? ranked(acquisition, left)
    : model.onPlateau
      ? ranked(acquisition, parzenCandidates(domain, good, PLATEAU_CANDIDATES, rng))
      : maximizeAcquisition({ acquisition, domain, good }, GLOBAL_EFFORT, rng);
  return {
    candidates: found.map(({ x }) => x),
    why: { phase: "global", ...why, logAcquisition: found[0].value },
  };
}

const newestErrors = ({ erred }: RowHistory): readonly Float64Array[] =>
  [...erred.values()].slice(-MOST_ERRORS);

function isLocalTurn({ state, pending, left }: Question, model: ObjectiveModel): boolean {
  const turn = (state.history.rows.length + pending.length) % LOCAL_EVERY === 0;
  return state.settings.trustRegion && turn && !left && !model.onPlateau;
}

function localProposal(
  { state, objective, pending, rng }: Question,
  region: TrustRegion,
  terms: readonly Acquisition[],
): Proposal {
  const { domain, history } = state;
  const values = objective.values(history.rows.length);
  const { rows } = history;
  const measured = [...rows.keys()].filter(
    (row) => !Number.isNaN(values[row]) && !isSuperseded(rows[row], rows.length),
  );
  const found = localCandidates(
    {
      region,
      domain,
      points: measured.map((row) => history.rows[row].point),
      values: Float64Array.from(measured, (row) => values[row]),
      pending,
      erred: newestErrors(history),
      terms,
    },
    rng,
  );
  return {
    candidates: found.map(({ x }) => x),
    why: { phase: "local", halfSide: region.halfSide, logAcquisition: found[0].value },
  };
}

function priorTerms(
  { prior, priorIsWatched, priorStrength, domain, history }: BayesianState,
  values: Float64Array,
): { readonly terms: readonly Acquisition[]; readonly why: Why } {
  if (!prior) return { terms: [], why: {} };
  if (priorIsWatched) {
    const weight = priorStrength / Math.max(1, history.rows.length);
    return { terms: [logPriorTerm(prior, domain.dimension, weight)], why: {} };
  }
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
