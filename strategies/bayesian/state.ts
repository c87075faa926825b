/** What the Bayesian strategy knows after some trials: their history, and models that wait for it. */
import { domainOf, type Domain } from "../../src/acquisition/domain.ts";
import type { Prior } from "../../src/space/prior.ts";
import type { SearchSpace } from "../../src/space/search-space.ts";
import type { Observation, StrategyContext } from "../../src/strategy.ts";
import { refitSchedule, type RefitSchedule } from "../../src/surrogate/refit-schedule.ts";
import { feasibility, type Feasibility } from "./feasibility.ts";
import { addTrial, emptyHistory, isRowFeasible, type History } from "./history.ts";
import { objectiveModels, type ObjectiveModels } from "./objective-model.ts";
import { scalarise, weightVectors } from "./scalarisation.ts";
import { stepTrustRegion, type TrustRegion } from "./trust-region.ts";
import { listPoints, type Listing } from "./untried.ts";

export interface Settings {
  readonly startTrials: number;
  readonly trustRegion: boolean;
  /** β₀; undefined: a tenth of the study's trials. */
  readonly priorStrength?: number;
}

export interface BayesianState {
  readonly space: SearchSpace;
  readonly settings: Settings;
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

export interface Objective {
  /** Scalar values of the first n rows, NaN for failures. */
  values(n: number): Float64Array;
  readonly models: ObjectiveModels;
}

/** Rows from which on every second suggestion is a local one. */
const LOCAL_FROM = 30;
/** Trials that a study of unknown length is taken to have. */
const USUAL_TRIALS = 100;

export function initialState(
  { space, metricCount, prior, trialBudget = USUAL_TRIALS }: StrategyContext,
  settings: Settings,
): BayesianState {
  const domain = domainOf(space);
  const history = emptyHistory();
  const schedule = refitSchedule(settings.startTrials);
  return {
    space,
    settings,
    domain,
    metricCount,
    prior,
    priorStrength: settings.priorStrength ?? trialBudget / 10,
    history,
    listing: listPoints(domain),
    feasibility: feasibility(domain.kinds, schedule, history.rows),
    objectives: weightVectors(metricCount).map((weights) =>
      objectiveOf(weights, domain, schedule, history),
    ),
  };
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

/** Adds a trial to the state that it is given. */
export function addToState(state: BayesianState, trial: Observation): BayesianState {
  const row = addTrial(state.history, state.space, trial);
  if (row && state.metricCount === 1) followBest(state);
  return state;
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
