/**
 * What the Bayesian strategy keeps of the trials. A row is a trial that says something about the
 * parameters: one with values, or one that failed because of them. Failures for other reasons (a
 * lost host, an error) leave no row; near one that erred the model expects no gain.
 *
 * A trial that was stopped early enters with what its curve would have come to, as far as the curves
 * of others tell (src/surrogate/final-values.ts); until they do, with its last report. One that was
 * continued counts once, with all of its curve. +Infinity counts as a failure. One outside the ranges
 * leaves nothing.
 */
import { isEvidence, type Observation, type PendingTrial } from "../../src/contracts/strategy.ts";
import { mayErrAgain } from "../common/erred.ts";
import { encodeInside, keyInside } from "../common/inside.ts";
import type { Curve } from "../../src/surrogate/final-values.ts";
import type { Report } from "../../src/contracts/trial.ts";
import type { SearchSpace } from "../../src/space/search-space.ts";

export interface HistoryRow {
  readonly point: Float64Array;
  /** One per metric, never +Infinity; undefined for a failure. */
  readonly values?: readonly number[];
  /** ≤ 0 is feasible. */
  readonly constraints?: readonly number[];
  /** What it reported, and before it the trials that it went on from; finite values only. */
  readonly curve: Curve;
  /** The row of the trial that went on from here, once there is one: it knows better. */
  continuedBy?: number;
}

/** Where a trial came to an end of its own, or erred. */
export interface LabelledPoint {
  readonly point: Float64Array;
  readonly erred: boolean;
}

export interface RowHistory {
  readonly rows: HistoryRow[];
  /** By trial number, its row: trials that may be continued. */
  readonly paused: Map<number, number>;
  /** The points of all trials, whether they left a row or not. */
  readonly points: Float64Array[];
  /** Trials that may err there again, by the key of their parameters. */
  readonly erred: Map<string, Float64Array>;
  /** Of those, and of those that left a row. */
  readonly outcomes: LabelledPoint[];
  /** Keys of all parameters that gave a result or failed of themselves. */
  readonly tried: Set<string>;
}

export const emptyRowHistory = (): RowHistory => ({
  rows: [],
  paused: new Map(),
  points: [],
  erred: new Map(),
  outcomes: [],
  tried: new Set(),
});

/** @returns the row that the trial left, if it did */
export function addRow(
  history: RowHistory,
  space: SearchSpace,
  trial: Observation,
): HistoryRow | undefined {
  const point = encodeInside(space, trial.params);
  if (!point) return undefined;
  history.points.push(point);
  const key = keyInside(space, trial.params);
  if (usesUp(trial)) history.tried.add(key);
  const erred = mayErrAgain(trial);
  if (erred) history.erred.set(key, point);
  const earlierRow = history.rows[history.paused.get(trial.continueFrom ?? -1) ?? -1];
  const row = rowOf(point, trial, earlierRow?.curve);
  if (row || erred) history.outcomes.push({ point, erred });
  if (!row) return undefined;
  const index = history.rows.push(row) - 1;
  const earlier = history.paused.get(trial.continueFrom ?? -1);
  if (earlier !== undefined) history.rows[earlier].continuedBy = index;
  if (trial.outcome === "pruned") history.paused.set(trial.number, index);
  return row;
}

const usesUp = ({ outcome, failure }: Observation): boolean =>
  outcome !== "failed" || (failure !== undefined && isEvidence(failure));

function rowOf(
  point: Float64Array,
  trial: Observation,
  earlier: Curve = NO_CURVE,
): HistoryRow | undefined {
  const { outcome, values, constraints, reports } = trial;
  if (outcome === "failed") return usesUp(trial) ? { point, curve: NO_CURVE } : undefined;
  if (values.length === 0) return undefined; // pruned before any report
  if (values.some((value) => value === Infinity)) return { point, constraints, curve: NO_CURVE };
  const whole = curveOf(reports, earlier);
  const isStopped = outcome === "pruned" && whole.steps.length > 0;
  return { point, values, constraints, curve: isStopped ? whole : { ...whole, final: values[0] } };
}

const NO_CURVE: Curve = { steps: [], values: [] };

/** The reports after those of the trial that was continued. */
function curveOf(reports: readonly Report[], earlier: Curve = NO_CURVE): Curve {
  const finite = reports.filter(({ value }) => Number.isFinite(value));
  if (finite.length === 0) return earlier;
  // One that did not go on but started afresh has its own beginning.
  const count = earlier.steps.filter((step) => step < finite[0].step).length;
  return {
    steps: [...earlier.steps.slice(0, count), ...finite.map(({ step }) => step)],
    values: [...earlier.values.slice(0, count), ...finite.map(({ value }) => value)],
  };
}

/** Whether the first n rows hold one that knows more of the same training. */
export const isSuperseded = ({ continuedBy = Infinity }: HistoryRow, n: number): boolean =>
  continuedBy < n;

/** What a trial under way reported, after those of the trial that it goes on with. */
export function pendingCurve({ rows, paused }: RowHistory, trial: PendingTrial): Curve {
  const { reports, continueFrom = -1 } = trial;
  // Until it reports, it is the paused trial, which is among the rows.
  if (reports.length === 0) return NO_CURVE;
  return curveOf(reports, rows[paused.get(continueFrom) ?? -1]?.curve);
}

export const isRowFeasible = (row: HistoryRow): boolean =>
  row.values !== undefined && (row.constraints ?? []).every((value) => value <= 0);
