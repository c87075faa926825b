import type { Observation } from "../../src/contracts/strategy.ts";
import type { SearchSpace } from "../../src/space/search-space.ts";
import { mayErrAgain } from "../common/erred.ts";
import { encodeInside } from "../common/inside.ts";
import { compareStandings, standingOf, TIER, type Standing } from "../common/standing.ts";

/** The finished trials that say something, in a form that grows in amortised O(1) copies. */
export interface RankedHistory {
  readonly space: SearchSpace;
  readonly d: number;
  count: number;
  /** count × d unit coordinates, then room to grow. */
  rows: Float64Array;
  /** By trial number, its index: trials that may be continued. */
  readonly paused: Map<number, number>;
  /** The points of trials that may err there again. */
  readonly erred: Float64Array[];
  readonly standings: Standing[];
  readonly values: (readonly number[])[];
  /** All indices, best first; equals by age. */
  readonly ranked: number[];
  /** By coordinate: the indices that have it, by its value. */
  readonly sorted: readonly number[][];
}

export const emptyRankedHistory = (space: SearchSpace): RankedHistory => ({
  space,
  d: space.parameters.length,
  count: 0,
  rows: new Float64Array(64 * space.parameters.length),
  paused: new Map(),
  erred: [],
  standings: [],
  values: [],
  ranked: [],
  sorted: space.parameters.map(() => []),
});

/** Takes a trial in, unless its failure says nothing about the parameters. */
export function observeTrial(history: RankedHistory, trial: Observation): RankedHistory {
  const standing = standingOf(trial);
  const unit = encodeInside(history.space, trial.params);
  if (unit && mayErrAgain(trial)) history.erred.push(unit);
  if (!standing || !unit) return history;
  if (trial.outcome === "pruned") {
    history.paused.set(trial.number, history.paused.get(trial.continueFrom ?? -1) ?? history.count);
  }
  const earlier = history.paused.get(trial.continueFrom ?? -1);
  if (earlier !== undefined) return restand(history, earlier, standing, trial);
  const { d, count: index, standings } = history;
  if ((index + 1) * d > history.rows.length) {
    const larger = new Float64Array(2 * history.rows.length);
    larger.set(history.rows);
    history.rows = larger;
  }
  history.rows.set(unit, index * d);
  standings.push(standing);
  history.values.push(trial.values);
  insertByStanding(history.ranked, index, standings);
  for (let j = 0; j < d; j++) {
    if (!Number.isNaN(unit[j])) insertByCoordinate(history.sorted[j], index, history.rows, d, j);
  }
  history.count++;
  return history;
}

/** A training that went on is the same point with a newer standing. */
function restand(
  history: RankedHistory,
  index: number,
  standing: Standing,
  trial: Observation,
): RankedHistory {
  const { ranked, standings, values } = history;
  standings[index] = standing;
  values[index] = trial.values;
  ranked.splice(ranked.indexOf(index), 1);
  insertByStanding(ranked, index, standings);
  return history;
}

// Each trial comes by here, before the engine has optimised it: neither search calls a function that is given.

/** Puts `index` into a list of indices, best first, after its equals. */
function insertByStanding(list: number[], index: number, standings: readonly Standing[]): void {
  const standing = standings[index];
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareStandings(standings[list[middle]], standing) <= 0) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, index);
}

/** Puts `index` into a list of indices by coordinate j, after its equals. */
function insertByCoordinate(
  list: number[],
  index: number,
  rows: Float64Array,
  d: number,
  j: number,
): void {
  const value = rows[index * d + j];
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[list[middle] * d + j] <= value) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, index);
}

/** How many trials did not fail. */
export function survivorCount({ standings, ranked }: RankedHistory): number {
  let count = ranked.length;
  while (count > 0 && standings[ranked[count - 1]].tier === TIER.failed) count--;
  return count;
}
