import type { Observation, PendingTrial, Strategy, Suggestion } from "../contracts/strategy.ts";
import { createRng } from "../numerics/rng.ts";
import { decode, spacePrior, type Params, type SearchSpace } from "../space/search-space.ts";
import { bowl, completeEnding, failed, type Ending } from "./strategy-scenarios.ts";

// What strategies suggest after trials that ended in all ways, beside others that are under way.

/** Where a strategy is asked. */
export interface Situation {
  readonly space: SearchSpace;
  readonly metricCount?: number;
  /** After so many trials. */
  readonly sizes: readonly number[];
  /** Whether others are under way, each alone and all together. */
  readonly isBusy?: boolean;
  readonly hasPrior?: boolean;
  readonly seed?: number;
}

/** What it suggests by turns, with why; a number of its own draws each. */
export function suggestionsIn(strategy: Strategy, situation: Situation): readonly Suggestion[] {
  const { space, metricCount = 1, sizes, isBusy = false, hasPrior = false, seed = 0 } = situation;
  const trials = pastTrials(space, metricCount, Math.max(...sizes), seed);
  const prior = hasPrior ? spacePrior(space) : undefined;
  let state = strategy.init({ space, metricCount, prior, trialBudget: 60, seed });
  const suggestions: Suggestion[] = [];
  for (let n = 0; n <= trials.length; n++) {
    if (sizes.includes(n)) {
      const pending = isBusy ? underWay(space, trials.slice(0, n), seed) : [];
      for (const some of isBusy ? [pending.slice(0, 1), pending] : [pending]) {
        const number = n + some.length;
        suggestions.push(
          strategy.suggest(state, { number, pending: some, rng: createRng(seed, `ask ${number}`) }),
        );
      }
    }
    if (n < trials.length) state = strategy.observe(state, trials[n]);
  }
  return suggestions;
}

const drawnParams = (space: SearchSpace, number: number, seed: number): Params => {
  const rng = createRng(seed, `params ${number}`);
  return decode(
    space,
    Float64Array.from(space.parameters, () => rng.uniform()),
  );
};

/** Twelve ways to end by turns: two of them go on with a paused trial, one was tried before. */
function pastTrials(
  space: SearchSpace,
  metricCount: number,
  count: number,
  seed: number,
): readonly Observation[] {
  const trials: Observation[] = [];
  for (let number = 0; number < count; number++) {
    const turn = number % 12;
    const continueFrom = turn === 4 ? number - 2 : turn === 11 ? number - 9 : undefined;
    const same = continueFrom ?? (turn === 7 ? number - 7 : undefined);
    const params = same === undefined ? drawnParams(space, number, seed) : trials[same].params;
    const value = bowl(space, params);
    const { values, ...ending } = endingOf(turn, value, number);
    trials.push({
      number,
      params: turn === 9 ? outside(params) : params,
      ...ending,
      values:
        metricCount === 1 || values.length === 0
          ? values
          : [...values, ...values.map((v) => 1 - v)],
      ...(continueFrom !== undefined && { continueFrom }),
    });
  }
  return trials;
}

const curve = (steps: readonly number[], end: number) =>
  steps.map((step) => ({ step, value: end + 1 / (1 + step) }));

function endingOf(turn: number, value: number, number: number): Ending {
  switch (turn) {
    case 1:
      return failed("diverged", [...curve([1], value), { step: 2, value: NaN }]);
    case 2:
      return { outcome: "pruned", values: [value + 0.25], reports: curve([1, 3], value) };
    case 3:
      return { ...completeEnding(value), constraints: [value - 0.3, 0.1 - value] };
    case 4:
      return { ...completeEnding(value), reports: curve([3, 4, 6], value) };
    case 5:
      return failed("error");
    case 6:
      return completeEnding(number % 24 < 12 ? Infinity : -Infinity);
    case 8:
      return failed(number % 24 < 12 ? "lost" : "outOfMemory");
    case 10:
      return { outcome: "pruned", values: [], reports: [] };
    case 11:
      return { outcome: "pruned", values: [value + 0.2], reports: curve([4], value) };
    default:
      return { ...completeEnding(value), reports: curve([1, 2, 6], value) };
  }
}

/** A number of it beyond its range. */
function outside(params: Params): Params {
  const [name, value] = Object.entries(params).find(([, one]) => typeof one === "number") ?? [];
  return name === undefined ? params : { ...params, [name]: 1e6 + Number(value) };
}

/** One that has reported, one that goes on with a paused trial, one that stands where an ended one stood. */
function underWay(
  space: SearchSpace,
  trials: readonly Observation[],
  seed: number,
): readonly PendingTrial[] {
  const paused = trials.findLast(({ outcome, reports }) => outcome === "pruned" && reports.length);
  return [
    { params: drawnParams(space, 1000, seed), reports: curve([1, 2], 0.4) },
    ...(paused
      ? [{ params: paused.params, reports: curve([5], 0.3), continueFrom: paused.number }]
      : []),
    { params: trials[0]?.params ?? drawnParams(space, 1001, seed), reports: [] },
  ].map((one, i) => ({ number: trials.length + i, ...one }));
}
