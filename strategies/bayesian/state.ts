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
import type { Best } from "./trust-region.ts";
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
  /** The study doubts it where need be. */
  readonly priorIsWatched: boolean;
  readonly priorStrength: number;
  readonly history: History;
  readonly listing?: Listing;
  readonly feasibility: Feasibility;
  /** One per weighting of the metrics; a single one for a single metric. */
  readonly objectives: readonly Objective[];
  /** The best feasible row after each row; for a single metric only. */
  readonly bests: (Best | undefined)[];
}

export interface Objective {
  /** Scalar values of the first n rows, NaN for failures. */
  values(n: number): Float64Array;
  readonly models: ObjectiveModels;
}

/**
 * Rows from which on there are models. Fewer than the start design has points: while several trials
 * are under way, the model takes over before the last of the design is back.
 */
export const modelFrom = ({ startTrials }: Settings): number =>
  Math.max(3, Math.floor(startTrials / 2));
/** Trials that a study of unknown length is taken to have. */
const USUAL_TRIALS = 100;

export function initialState(
  {
    space,
    metricCount,
    prior,
    priorIsWatched = false,
    trialBudget = USUAL_TRIALS,
  }: StrategyContext,
  settings: Settings,
): BayesianState {
  const domain = domainOf(space);
  const history = emptyHistory();
  const schedule = refitSchedule(modelFrom(settings));
  return {
    space,
    settings,
    domain,
    metricCount,
    prior,
    priorIsWatched,
    priorStrength: settings.priorStrength ?? trialBudget / 10,
    history,
    bests: [],
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

function followBest({ history, bests }: BayesianState): void {
  const row = history.rows[history.rows.length - 1];
  const value = row.values?.[0] ?? NaN;
  const best = bests[bests.length - 1];
  const isBetter = isRowFeasible(row) && !(value >= (best?.value ?? Infinity));
  bests.push(isBetter ? { point: row.point, value } : best);
}
