/** Where runs finish, do not err, and constraints hold, as terms of the acquisition. */
import { times, type Acquisition } from "../../src/acquisition/acquisition.ts";
import { logProbability } from "../../src/acquisition/log-probability.ts";
import { medianOf } from "../../src/numerics/quantile.ts";
import type { DimensionKinds } from "../../src/surrogate/dimensions.ts";
import type { GaussianProcess } from "../../src/surrogate/gaussian-process.ts";
import {
  historyModel,
  type HistoryModel,
  type HistoryModelOptions,
  type Targets,
} from "../../src/surrogate/history-model.ts";
import { warpValues } from "../../src/surrogate/output-warp.ts";
import type { RefitSchedule } from "../../src/surrogate/refit-schedule.ts";
import { addPending } from "./pending.ts";
import { isSuperseded, type HistoryRow, type LabelledPoint, type RowHistory } from "./history.ts";

/** Labels of the models of failures and of errors: +1 finished, −1 failed. */
const LABEL_NOISE = { mean: Math.log(0.01), sd: 2 };
const LABEL_NOISE_FLOOR = 1e-4;
/** Variance that blurs the border between finished and failed. */
const BORDER_BLUR = 0.01;
/** The newest rows; a border needs no older ones. */
const MOST_ROWS = 250;

export interface Feasibility {
  /** Terms for the first n rows; none while nothing failed and there are no constraints. */
  terms(n: number, pending: readonly Float64Array[]): Acquisition[];
}

export function feasibility(
  kinds: DimensionKinds,
  schedule: RefitSchedule,
  { rows, outcomes }: Pick<RowHistory, "rows" | "outcomes">,
): Feasibility {
  const failures = failureModel(kinds, schedule, rows);
  const errors = errorModel(kinds, schedule, outcomes);
  const constraints: HistoryModel[] = [];
  const constraintAt = (index: number): HistoryModel =>
    (constraints[index] ??= constraintModel(kinds, schedule, rows, index));
  return {
    terms(n, pending) {
      const seen = rows.slice(0, n);
      const terms: Acquisition[] = [];
      if (outcomes.some(({ erred }) => erred)) {
        const threshold = -labelMean(outcomes.map(({ erred }) => label(erred)));
        const gp = errors.at(outcomes.length);
        const ends = logProbability(gp, { threshold, side: 1, extraVariance: BORDER_BLUR });
        terms.push(times(weightOf(outcomes), ends));
      }
      if (seen.some(({ values }) => values === undefined)) {
        const gp = addPending(failures.at(n), pending);
        const counted = seen.filter((row) => !isSuperseded(row, n));
        const threshold = -labelMean(counted.map(labelOf));
        terms.push(logProbability(gp, { threshold, side: 1, extraVariance: BORDER_BLUR }));
      }
      const count = Math.max(0, ...seen.map((row) => row.constraints?.length ?? 0));
      for (let index = 0; index < count; index++) {
        const { threshold, gp } = constraintProcess(constraintAt(index), seen, index, pending);
        terms.push(logProbability(gp, { threshold, side: -1 }));
      }
      return terms;
    },
  };
}

/** So many count. */
const MOST_WEIGHED = 30;

/** Ten times as much for each of the last trials that erred with none between: a study ends by few in a row. */
function weightOf(outcomes: readonly LabelledPoint[]): number {
  const errors = outcomes.length - 1 - outcomes.findLastIndex(({ erred }) => !erred);
  return Number(`1e${Math.min(errors, MOST_WEIGHED)}`);
}

const label = (failed: boolean): number => (failed ? -1 : 1);
const labelOf = ({ values }: HistoryRow): number => label(values === undefined);
const labelMean = (labels: readonly number[]): number =>
  labels.reduce((sum, one) => sum + one, 0) / labels.length;

const plain = (targets: Float64Array): Targets => ({
  targets,
  logJacobian: new Float64Array(targets.length),
});

const newest = (r: number, n: number): number[] => {
  const from = Math.max(0, r - MOST_ROWS);
  return Array.from({ length: n - from }, (_, i) => from + i);
};

function failureModel(
  kinds: DimensionKinds,
  schedule: RefitSchedule,
  rows: readonly HistoryRow[],
): HistoryModel {
  const isCounted = (row: number, n: number): boolean => !isSuperseded(rows[row], n);
  return labelModel(kinds, schedule, {
    point: (row) => rows[row].point,
    label: (row) => labelOf(rows[row]),
    rows: (r, n) => newest(r, n).filter((row) => isCounted(row, n)),
    all: (n) => [...rows.keys()].filter((row) => row < n && isCounted(row, n)),
  });
}

/** Errors may come by chance, or by the parameters: how much by these, the model's noise tells. */
function errorModel(
  kinds: DimensionKinds,
  schedule: RefitSchedule,
  outcomes: readonly LabelledPoint[],
): HistoryModel {
  return labelModel(kinds, schedule, {
    point: (row) => outcomes[row].point,
    label: (row) => label(outcomes[row].erred),
    rows: newest,
    all: (n) => [...outcomes.keys()].slice(0, n),
  });
}

interface Labelled extends Pick<HistoryModelOptions, "point" | "rows"> {
  readonly label: (row: number) => number;
  /** Those of the first n whose mean counts. */
  readonly all: (n: number) => readonly number[];
}

function labelModel(
  kinds: DimensionKinds,
  schedule: RefitSchedule,
  { point, rows, label, all }: Labelled,
): HistoryModel {
  return historyModel({
    kinds,
    smoothness: "matern52",
    additive: false,
    prior: { noise: LABEL_NOISE, noiseFloor: LABEL_NOISE_FLOOR },
    schedule,
    point,
    rows,
    targets(n, used) {
      const mean = labelMean(all(n).map(label));
      return plain(Float64Array.from(used, (row) => label(row) - mean));
    },
  });
}

/** Constraint values cut at ten times their typical size, so that one huge one hides nothing. */
function constraintValues(
  rows: readonly HistoryRow[],
  used: readonly number[],
  index: number,
): Float64Array {
  const raw = Float64Array.from(used, (row) => rows[row].constraints?.[index] ?? NaN);
  const typical = 10 * medianOf(raw.filter((v) => !Number.isNaN(v)).map(Math.abs)) || 1;
  // A trial without the value (a failed one) tells nothing: it stands at the border.
  return raw.map((v) => (Number.isNaN(v) ? 0 : Math.min(typical, Math.max(-typical, v))));
}

function constraintModel(
  kinds: DimensionKinds,
  schedule: RefitSchedule,
  rows: readonly HistoryRow[],
  index: number,
): HistoryModel {
  return historyModel({
    kinds,
    smoothness: "matern52",
    additive: true,
    schedule,
    point: (row) => rows[row].point,
    rows: newest,
    targets: (_n, used) => warpValues(constraintValues(rows, used, index), "identity"),
  });
}

/** The constraint's process and where 0 lies in its standardised units. */
function constraintProcess(
  model: HistoryModel,
  seen: readonly HistoryRow[],
  index: number,
  pending: readonly Float64Array[],
): { readonly gp: GaussianProcess; readonly threshold: number } {
  const gp = model.at(seen.length);
  const from = seen.length - gp.n;
  const used = Array.from({ length: gp.n }, (_, i) => from + i);
  const values = constraintValues(seen, used, index);
  const { logJacobian } = warpValues(values, "identity");
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return { gp: addPending(gp, pending), threshold: -mean * Math.exp(logJacobian[0]) };
}
