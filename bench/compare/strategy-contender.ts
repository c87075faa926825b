import { createRng } from "../../src/numerics/rng.ts";
import { spacePrior } from "../../src/space/index.ts";
import type { Observation, PendingTrial, Strategy } from "../../src/contracts/strategy.ts";
import type { Contender } from "./contender.ts";
import type { TrialAnswer } from "../problems/problem.ts";
import { runSeed } from "./run-seed.ts";

/** One of our strategies, driven as a study drives it: one generator per trial, from the seed. */
export function strategyContender(name: string, create: () => Strategy): Contender {
  return {
    name,
    start(problem, trials) {
      const strategy = create();
      const { space } = problem;
      const seed = runSeed(problem);
      const prior = spacePrior(space);
      let state = strategy.init({
        space,
        metricCount: 1,
        trialBudget: trials,
        seed,
        ...(prior && { prior }),
      });
      let spentMs = 0;
      const timed = <Value>(work: () => Value): Value => {
        const start = performance.now();
        const value = work();
        spentMs += performance.now() - start;
        return value;
      };
      const pending = new Map<number, PendingTrial>();
      return {
        ask(number) {
          const rng = createRng(seed, "trial", number);
          const context = { number, pending: [...pending.values()], rng };
          const suggestion = timed(() => strategy.suggest(state, context));
          if (suggestion.kind === "exhausted") return undefined;
          const { params } = suggestion;
          pending.set(number, { number, params, reports: [] });
          const ms = spentMs;
          spentMs = 0;
          return { params, ms };
        },
        tell(number, answer) {
          const trial = pending.get(number);
          if (!trial) throw new Error(`Trial ${number} is not under way.`);
          pending.delete(number);
          const observation = observationOf(trial, answer);
          state = timed(() => strategy.observe(state, observation));
        },
      };
    },
  };
}

function observationOf({ number, params }: PendingTrial, answer: TrialAnswer): Observation {
  const { value, row = params } = answer;
  const trial = { number, params: row, reports: [] };
  if (!Number.isNaN(value)) return { ...trial, outcome: "complete", values: [value] };
  const message = "The objective is NaN.";
  return {
    ...trial,
    outcome: "failed",
    values: [],
    failure: { reason: "diverged", message, cause: "nonFinite" },
  };
}
