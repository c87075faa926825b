import { createRng } from "../../src/numerics/rng.ts";
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

/** @param trials how many there will be in all, which some strategies plan by */
export function strategyLoop(
  strategy: Strategy,
  { space, seed, trials }: { space: SearchSpace; seed: number; trials: number },
): StrategyLoop {
  const prior = spacePrior(space);
  const budget = { metricCount: 1, trialBudget: trials };
  let state = strategy.init({ space, seed, ...budget, ...(prior && { prior }) });
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
      state = timed(() => strategy.observe(state, trial));
    },
    takeMs() {
      const ms = spentMs;
      spentMs = 0;
      return ms;
    },
  };
}
