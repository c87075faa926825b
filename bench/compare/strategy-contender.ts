import type { Observation, PendingTrial, Strategy } from "../../src/contracts/strategy.ts";
import { portfolio } from "../../strategies/portfolio.ts";
import type { Contender } from "./contender.ts";
import type { TrialAnswer } from "../problems/problem.ts";
import { runSeed } from "./run-seed.ts";
import { strategyLoop } from "./strategy-loop.ts";

/** One of our strategies, driven as a study drives it: one generator per trial, from the seed. */
export function strategyContender(name: string, create: () => Strategy): Contender {
  return {
    name,
    start(problem, trials) {
      const { space, knowledge } = problem;
      const seed = runSeed(problem);
      const strategy = knowledge?.portfolio ? portfolio({ strategy: create() }) : create();
      const loop = strategyLoop(strategy, { space, seed, trials, prior: knowledge?.prior });
      const pending = new Map<number, PendingTrial>();
      return {
        ask(number) {
          const suggestion = loop.suggest(number, pending.values());
          if (suggestion.kind === "exhausted") return undefined;
          const { params } = suggestion;
          pending.set(number, { number, params, reports: [] });
          return { params, ms: loop.takeMs() };
        },
        tell(number, answer) {
          const trial = pending.get(number);
          if (!trial) throw new Error(`Trial ${number} is not under way.`);
          pending.delete(number);
          loop.observe(observationOf(trial, answer));
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
