import { createRng, encode, type Observation, type SearchSpace, type Strategy } from "hpo";
import type { TheoryWatch } from "hpo/theory";
import type { TableRow } from "./tables.ts";

/** A study's prior, as far as a search needs it. */
export interface SearchPrior {
  begin(): Pick<TheoryWatch, "prior" | "isWatched" | "observe">;
}

export interface Search {
  readonly space: SearchSpace;
  readonly rows: readonly TableRow[];
  readonly strategy: Strategy;
  /** Left out: no prior. */
  readonly prior?: SearchPrior;
  readonly trials: number;
  readonly seed: number;
}

const distance = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);

/**
 * A study whose trials are looked up: the strategy suggests a point, the nearest row of the unit
 * cube that no trial has used answers, and the strategy is told that row's own parameters.
 * @returns the best value so far after each trial; Infinity as long as all have diverged
 */
export function searchTable({ space, rows, strategy, prior, trials, seed }: Search): number[] {
  const points = rows.map(({ params }) => encode(space, params));
  const watch = prior?.begin();
  const begin = (): unknown =>
    strategy.init({
      space,
      metricCount: 1,
      prior: watch?.prior,
      ...(watch?.isWatched && { priorIsWatched: true }),
      trialBudget: trials,
      seed,
    });
  let state = begin();
  const history: Observation[] = [];
  const unused = new Set(rows.keys());
  const best: number[] = [];
  for (let number = 0; number < trials; number++) {
    const rng = createRng(seed, "suggest", number);
    const suggestion = strategy.suggest(state, { number, pending: [], rng });
    if (suggestion.kind === "exhausted") break;
    const asked = encode(space, suggestion.params);
    const row = nearest(asked, points, unused);
    unused.delete(row);
    const observation = observationOf(rows[row], number);
    history.push(observation);
    state = strategy.observe(state, observation);
    // As a study does it: a prior that changed is as if it had been there from the start.
    if (watch?.observe(observation) !== undefined) {
      state = history.reduce((before, trial) => strategy.observe(before, trial), begin());
    }
    best.push(Math.min(best[number - 1] ?? Infinity, rows[row].value ?? Infinity));
  }
  return best;
}

function nearest(
  asked: Float64Array,
  points: readonly Float64Array[],
  unused: ReadonlySet<number>,
): number {
  let [found, least] = [-1, Infinity];
  for (const row of unused) {
    const d = distance(asked, points[row]);
    if (d < least) [found, least] = [row, d];
  }
  return found;
}

function observationOf({ params, value }: TableRow, number: number): Observation {
  const common = { number, params, reports: [] };
  if (value !== null) return { ...common, outcome: "complete", values: [value] };
  const failure = { reason: "diverged", message: "The training diverged." } as const;
  return { ...common, outcome: "failed", values: [], failure };
}
