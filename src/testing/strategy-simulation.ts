import { createRng } from "../numerics/rng.ts";
import type { Prior } from "../space/prior.ts";
import type { Params, SearchSpace } from "../space/search-space.ts";
import type { Observation, PendingTrial, Strategy, Suggestion } from "../contracts/strategy.ts";
import { bowlObjective, type ScenarioObjective } from "./strategy-scenarios.ts";

export interface Simulation {
  readonly space: SearchSpace;
  readonly objective: ScenarioObjective;
  readonly trials: number;
  readonly seed?: number;
  /** How many trials are under way at once. They finish in a random order. */
  readonly parallel?: number;
  readonly metricCount?: number;
  readonly prior?: Prior;
  /** Trials that the study holds before the first suggestion. */
  readonly history?: readonly Observation[];
}

export interface Run {
  /** By trial; shorter than asked for if the strategy came to its end. */
  readonly suggestions: readonly Suggestion[];
  readonly params: readonly Params[];
  readonly history: readonly Observation[];
  /** The bare suggestion again, from the history alone. */
  replay(trial: number): Suggestion;
}

interface Asked {
  readonly number: number;
  readonly seen: number;
  readonly pending: readonly PendingTrial[];
}

/** Runs a study's loop: suggestions with growing pending, trials finishing out of order. */
export function simulate(strategy: Strategy, simulation: Simulation): Run {
  const { objective, trials, seed = 1, parallel = 1 } = simulation;
  const history: Observation[] = [...(simulation.history ?? [])];
  const start = history.length;
  let state = history.reduce((s, trial) => strategy.observe(s, trial), begin(strategy, simulation));
  let pending: PendingTrial[] = [];
  const suggestions: Suggestion[] = [];
  const asked: Asked[] = [];
  const finish = (): void => {
    const index = createRng(seed, "finish", history.length).integer(0, pending.length - 1);
    const { number, params } = pending[index];
    pending = pending.filter((trial) => trial.number !== number);
    const observation = { number, params, ...objective(params, number) };
    history.push(observation);
    state = strategy.observe(state, observation);
  };
  while (suggestions.length < trials) {
    if (pending.length >= parallel) finish();
    const number = start + suggestions.length;
    const suggestion = suggestAt(strategy, state, seed, number, pending);
    asked.push({ number, seen: history.length, pending });
    suggestions.push(suggestion);
    if (suggestion.kind === "exhausted") break;
    pending = [...pending, { number, params: suggestion.params, reports: [] }];
  }
  while (pending.length > 0) finish();
  return {
    suggestions,
    params: suggestions.flatMap((s) => (s.kind === "params" ? [s.params] : [])),
    history,
    replay: (trial) => {
      const { number, seen, pending: running } = asked[trial];
      const folded = fold(strategy, simulation, history.slice(0, seen));
      return suggestAt(strategy, folded, seed, number, running);
    },
  };
}

export function begin(
  strategy: Strategy,
  { space, trials, metricCount = 1, seed = 1, prior }: Simulation,
): unknown {
  return strategy.init({ space, metricCount, seed, trialBudget: trials, ...(prior && { prior }) });
}

export const fold = (
  strategy: Strategy,
  simulation: Simulation,
  history: readonly Observation[],
): unknown => history.reduce((s, trial) => strategy.observe(s, trial), begin(strategy, simulation));

export const suggestAt = (
  strategy: Strategy,
  state: unknown,
  seed: number,
  number: number,
  pending: readonly PendingTrial[] = [],
): Suggestion =>
  strategy.suggest(state, { number, pending, rng: createRng(seed, "suggest", number) });

/** How many trials a law looks at, where it says nothing else. */
export const LAW_TRIALS = 30;

/** A search for a bowl's lowest point. */
export const bowlIn = (space: SearchSpace, more: Partial<Simulation> = {}): Simulation => ({
  space,
  objective: bowlObjective(space),
  trials: LAW_TRIALS,
  ...more,
});
