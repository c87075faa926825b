import type { Pruner } from "../../src/pruners/index.ts";
import type { Observation, PendingTrial, Strategy } from "../../src/contracts/strategy.ts";
import type { Report } from "../../src/contracts/trial.ts";
import { runSeed } from "../compare/run-seed.ts";
import { strategyLoop } from "../compare/strategy-loop.ts";
import type { TrainingEnd, Tuner } from "./drive-training.ts";

interface Running extends PendingTrial {
  readonly reports: Report[];
  readonly maxStep: number | undefined;
}

/** One of our strategies with a pruner, driven as a study drives them. */
export function ownTuner(
  name: string,
  create: (epochs: number) => { readonly strategy: Strategy; readonly pruner?: Pruner },
): Tuner {
  return {
    name,
    start(problem, trainings) {
      const { strategy, pruner } = create(problem.epochs);
      const { space } = problem;
      const loop = strategyLoop(strategy, { space, seed: runSeed(problem), trials: trainings });
      let pruning = pruner?.init();
      const running = new Map<number, Running>();
      return {
        ask(number) {
          const suggestion = loop.suggest(number, running.values());
          if (suggestion.kind === "exhausted") return undefined;
          const { params, continueFrom, maxStep } = suggestion;
          running.set(number, { number, params, continueFrom, maxStep, reports: [] });
          return { params, ms: loop.takeMs(), continueFrom };
        },
        started(number, params) {
          running.set(number, { ...known(running, number), params });
        },
        report(number, step, value) {
          const trial = known(running, number);
          trial.reports.push({ step, value });
          if (trial.maxStep !== undefined && step >= trial.maxStep) return true;
          if (!pruner) return false;
          const pending = [...running.values()].filter((other) => other !== trial);
          return loop.timed(() => pruner.shouldPrune(pruning, { trial, pending }));
        },
        tell(number, end) {
          const trial = known(running, number);
          running.delete(number);
          const observation = observationOf(trial, end);
          loop.observe(observation);
          if (pruner) pruning = loop.timed(() => pruner.observe(pruning, observation));
        },
      };
    },
  };
}

function known(running: ReadonlyMap<number, Running>, number: number): Running {
  const trial = running.get(number);
  if (!trial) throw new Error(`Trial ${number} is not under way.`);
  return trial;
}

function observationOf(trial: Running, end: TrainingEnd): Observation {
  const { number, params, reports, continueFrom } = trial;
  const base = { number, params, reports, ...(continueFrom !== undefined && { continueFrom }) };
  if (end.state !== "diverged") return { ...base, outcome: end.state, values: [end.value] };
  const message = "The loss is NaN.";
  const failure = { reason: "diverged", message, cause: "nonFinite" } as const;
  return { ...base, outcome: "failed", values: [], failure };
}
