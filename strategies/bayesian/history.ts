/**
 * What the Bayesian strategy keeps of the trials. A row is a trial that says something about the
 * parameters: one with values, or one that failed because of them. Failures for other reasons (a
 * lost host, a bug) leave no row.
 *
 * A pruned trial enters with its last report as its value: it was stopped because that was bad, so
 * the report is a fair, if pessimistic, stand-in. +Infinity counts as a failure.
 */
import { isEvidence, type Observation } from "../../src/strategy.ts";
import { encode, paramsKey, type Params, type SearchSpace } from "../../src/space/search-space.ts";

export interface Row {
  readonly point: Float64Array;
  /** One per metric, never +Infinity; undefined for a failure. */
  readonly values?: readonly number[];
  /** ≤ 0 is feasible. */
  readonly constraints?: readonly number[];
}

export interface History {
  readonly rows: Row[];
  /** The points of all trials, whether they left a row or not. */
  readonly points: Float64Array[];
  /** Keys of all parameters that gave a result or failed of themselves. */
  readonly tried: Set<string>;
}

export const emptyHistory = (): History => ({ rows: [], points: [], tried: new Set() });

/** @returns the row that the trial left, if it did */
export function addTrial(
  history: History,
  space: SearchSpace,
  trial: Observation,
): Row | undefined {
  const point = encode(space, trial.params);
  history.points.push(point);
  if (usesUp(trial)) history.tried.add(keyOf(space, trial.params));
  const row = rowOf(point, trial);
  if (row) history.rows.push(row);
  return row;
}

/** A key of the parameters that belong to the space. */
export function keyOf(space: SearchSpace, params: Params): string {
  const own = space.parameters
    .filter(({ name }) => Object.hasOwn(params, name))
    .map(({ name }) => [name, params[name]] as const);
  return paramsKey(Object.fromEntries(own));
}

const usesUp = ({ outcome, failure }: Observation): boolean =>
  outcome !== "failed" || (failure !== undefined && isEvidence(failure));

function rowOf(point: Float64Array, trial: Observation): Row | undefined {
  const { outcome, values, constraints } = trial;
  if (outcome === "failed") return usesUp(trial) ? { point } : undefined;
  if (values.length === 0) return undefined; // pruned before any report
  if (values.some((value) => value === Infinity)) return { point, constraints };
  return { point, values, constraints };
}

export const isRowFeasible = (row: Row): boolean =>
  row.values !== undefined && (row.constraints ?? []).every((value) => value <= 0);
