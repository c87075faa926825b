/** What the Bayesian strategy knows after some trials: their history, and models that wait for it. */
import { domainOf, type Domain } from "../../src/acquisition/domain.ts";
import { startSize } from "../../src/acquisition/start-design.ts";
import type { Prior } from "../../src/space/prior.ts";
import type { SearchSpace } from "../../src/space/search-space.ts";
import type { Observation, StrategyContext } from "../../src/contracts/strategy.ts";
import { finalValues, type Curve, type FinalValue } from "../../src/surrogate/final-values.ts";
import { refitSchedule, type RefitSchedule } from "../../src/surrogate/refit-schedule.ts";
import { feasibility, type Feasibility } from "./feasibility.ts";
import {
  addRow,
  emptyRowHistory,
  isRowFeasible,
  isSuperseded,
  type RowHistory,
  type HistoryRow,
} from "./history.ts";
import { objectiveModels, type ObjectiveModels } from "./objective-model.ts";
import { scalarise, weightVectors } from "./scalarisation.ts";
import type { Incumbent } from "./trust-region.ts";
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
  /** The study's. */
  readonly seed: number;
  readonly history: RowHistory;
  readonly listing?: Listing;
  readonly feasibility: Feasibility;
  /** One per weighting of the metrics; a single one for a single metric. */
  readonly objectives: readonly ModelledObjective[];
  /** The best feasible row after each row; for a single metric only. */
  readonly bests: (Incumbent | undefined)[];
}

export interface ModelledObjective {
  /** Scalar values of the first n rows, NaN for failures. */
  values(n: number): Float64Array;
  readonly models: ObjectiveModels;
  /** What trials under way will come to; undefined where their curves tell nothing yet. */
  foresee(n: number, curves: readonly Curve[]): readonly (FinalValue | undefined)[];
}

/**
 * Rows from which on there are models. Fewer than the start design has points: while several trials
 * are under way, the model takes over before the last of the design is back.
 */
export const modelFrom = ({ startTrials }: Settings): number =>
  Math.max(3, Math.floor(startTrials / 2));
/**
 * A model asks for few sizes by turns: now, at its last fit, and among the first trials; over a history that is read
 * back each of the models asks for the anchors below, some forty at 10,000 trials.
 */
const RECENT_SIZES = 40;
const START_WITH_THEORY = 6;
/** Trials that a study of unknown length is taken to have. */
const USUAL_TRIALS = 100;

export function initialState(
  {
    space,
    metricCount,
    prior,
    priorIsWatched = false,
    trialBudget = USUAL_TRIALS,
    seed = 0,
  }: StrategyContext,
  given: Omit<Settings, "startTrials"> & Partial<Settings>,
): BayesianState {
  const startTrials =
    given.startTrials ?? (priorIsWatched ? START_WITH_THEORY : startSize(trialBudget));
  const settings = { ...given, startTrials };
  const domain = domainOf(space);
  const history = emptyRowHistory();
  const schedule = refitSchedule(modelFrom(settings));
  return {
    space,
    settings,
    domain,
    metricCount,
    prior,
    priorIsWatched,
    priorStrength: settings.priorStrength ?? trialBudget / 10,
    seed,
    history,
    bests: [],
    listing: listPoints(domain),
    feasibility: feasibility(domain.kinds, schedule, history),
    objectives: weightVectors(metricCount).map((weights) =>
      objectiveOf(weights, domain, schedule, history),
    ),
  };
}

function objectiveOf(
  weights: Float64Array,
  domain: Domain,
  schedule: RefitSchedule,
  { rows }: RowHistory,
): ModelledObjective {
  const recent: Estimates[] = [];
  const at = (n: number): Estimates => {
    const known = recent.find((one) => one.values.length === n);
    if (known) return known;
    const estimates = estimatesOf(rows.slice(0, n), weights);
    if (recent.unshift(estimates) > RECENT_SIZES) recent.pop();
    return estimates;
  };
  const values = (n: number): Float64Array => at(n).values;
  const sds = (n: number): Float64Array | undefined => at(n).sds;
  const point = (row: number): Float64Array => rows[row].point;
  const superseded = (row: number, n: number): boolean => isSuperseded(rows[row], n);
  const { kinds } = domain;
  return {
    values,
    foresee: (n, curves) =>
      weights.length > 1 ? [] : foreseen(rows.slice(0, n), values(n), curves),
    models: objectiveModels({ kinds, schedule, point, values, sds, isSuperseded: superseded }),
  };
}

interface Estimates {
  /** Scalar, NaN for failures. */
  readonly values: Float64Array;
  /** undefined: all are known. */
  readonly sds?: Float64Array;
}

/** Trainings that stopped early count by what they would have come to. */
function estimatesOf(rows: readonly HistoryRow[], weights: Float64Array): Estimates {
  const values = scalarise(rows, weights);
  if (weights.length > 1 || rows.every(({ curve }) => isWhole(curve))) return { values };
  const used = [...rows.keys()].filter(
    (i) => !Number.isNaN(values[i]) && !isSuperseded(rows[i], rows.length),
  );
  const estimated = finalValues(
    used.map((i) =>
      isWhole(rows[i].curve) ? { ...rows[i].curve, final: values[i] } : rows[i].curve,
    ),
  );
  const sds = new Float64Array(rows.length);
  estimated.forEach(({ value, sd }, k) => {
    values[used[k]] = value;
    sds[used[k]] = sd;
  });
  return sds.some((sd) => sd > 0) ? { values, sds } : { values };
}

function foreseen(
  rows: readonly HistoryRow[],
  values: Float64Array,
  curves: readonly Curve[],
): readonly (FinalValue | undefined)[] {
  if (curves.every(({ steps }) => steps.length === 0)) return [];
  const known = rows.flatMap(({ curve }, i) =>
    Number.isNaN(values[i]) || isSuperseded(rows[i], rows.length)
      ? []
      : [isWhole(curve) ? { ...curve, final: values[i] } : curve],
  );
  const running = curves.filter(({ steps }) => steps.length > 0);
  const ends = finalValues([...known, ...running]).slice(known.length);
  let at = 0;
  return curves.map(({ steps }) => {
    const end = steps.length > 0 ? ends[at++] : undefined;
    // Without a spread it is the bare last report.
    return end && end.sd > 0 ? end : undefined;
  });
}

const isWhole = ({ final, steps }: Curve): boolean => final !== undefined || steps.length === 0;

/** Adds a trial to the state that it is given. */
export function addToState(state: BayesianState, trial: Observation): BayesianState {
  const row = addRow(state.history, state.space, trial);
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
