import { createRng } from "../../src/numerics/rng.ts";
import type { WatchedPrior } from "../../src/contracts/watched-prior.ts";
import { spacePrior, type SearchSpace } from "../../src/space/index.ts";
import type {
  Observation,
  PendingTrial,
  Strategy,
  Suggestion,
} from "../../src/contracts/strategy.ts";

/** A strategy as a study drives it: a fold over what finished, and one generator per trial. */
export interface StrategyLoop {
  suggest(number: number, pending: Iterable<PendingTrial>): Suggestion;
  observe(trial: Observation): void;
  /** Does something whose time counts with the strategy's, as a pruner's. */
  timed<Value>(work: () => Value): Value;
  /** Milliseconds spent since this was last asked. */
  takeMs(): number;
}

interface LoopOptions {
  readonly space: SearchSpace;
  readonly seed: number;
  /** How many there will be in all, which some strategies plan by. */
  readonly trials: number;
  /** In place of the priors of the space's own parameters. */
  readonly prior?: WatchedPrior;
}

export function strategyLoop(
  strategy: Strategy,
  { space, seed, trials, prior: watched }: LoopOptions,
): StrategyLoop {
  const watch = watched?.begin();
  const begin = (): unknown => {
    const prior = watch ? watch.prior : spacePrior(space);
    return strategy.init({
      space,
      seed,
      metricCount: 1,
      trialBudget: trials,
      ...(prior && { prior }),
      ...(watch?.isWatched && { priorIsWatched: true }),
    });
  };
  let state = begin();
  const history: Observation[] = [];
  let spentMs = 0;
  const timed = <Value>(work: () => Value): Value => {
    const start = performance.now();
    const value = work();
    spentMs += performance.now() - start;
    return value;
  };
  return {
    timed,
    suggest(number, pending) {
      const context = { number, pending: [...pending], rng: createRng(seed, "trial", number) };
      return timed(() => strategy.suggest(state, context));
    },
    observe(trial) {
      history.push(trial);
      state = timed(() => {
        // As a study does it: a prior that changed is as if it had been there from the start.
        if (watch?.observe(trial) === undefined) return strategy.observe(state, trial);
        return history.reduce((before, one) => strategy.observe(before, one), begin());
      });
    },
    takeMs() {
      const ms = spentMs;
      spentMs = 0;
      return ms;
    },
  };
}
