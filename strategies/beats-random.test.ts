// Each strategy is worth more than chance: a user would miss it if a change made one a random search.
import test from "ava";
import { float, searchSpace, type Params } from "../src/space/index.ts";
import { completeEnding } from "../src/testing/strategy-scenarios.ts";
import { simulate } from "../src/testing/strategy-simulation.ts";
import type { Strategy } from "../src/contracts/strategy.ts";
import { annealing } from "./annealing.ts";
import { cmaEs } from "./cma-es.ts";
import { genetic } from "./genetic.ts";
import { random } from "./random.ts";
import { tpe } from "./tpe.ts";

const SEEDS = 7;
const names = ["x0", "x1", "x2", "x3"];

/** Moved off the centre, where some strategies start. */
const at = (params: Params): number[] =>
  names.map((name, i) => (params[name] as number) - [0.9, -0.7, 0.4, -1.1][i]);

const problems = {
  rosenbrock: (params: Params) => {
    const x = at(params);
    let sum = 0;
    for (let i = 0; i + 1 < x.length; i++) {
      const valley = x[i + 1] - x[i] * x[i];
      sum += 100 * valley * valley + (1 - x[i]) * (1 - x[i]);
    }
    return sum;
  },
  styblinski: (params: Params) =>
    at(params).reduce((sum, v) => sum + (v * v * v * v - 16 * v * v + 5 * v) / 2, 0),
  ellipsoid: (params: Params) =>
    at(params).reduce((sum, v, i) => sum + [1, 10, 100, 1000][i] * v * v, 0),
};

function medianBest(make: () => Strategy, problem: (params: Params) => number): number {
  const space = searchSpace(Object.fromEntries(names.map((name) => [name, float(-5, 5)])));
  const bests = Array.from({ length: SEEDS }, (_, seed) => {
    const objective = (params: Params) => completeEnding(problem(params));
    const { history } = simulate(make(), { space, objective, trials: 100, seed });
    return Math.min(...history.map((trial) => trial.values[0]));
  });
  return bests.sort((a, b) => a - b)[SEEDS >> 1];
}

const contenders: Readonly<Record<string, () => Strategy>> = {
  tpe,
  cmaEs,
  genetic,
  "genetic, generational": () => genetic({ mode: "generational" }),
  annealing,
  "annealing, adaptive": () => annealing({ cooling: "adaptive" }),
  "annealing, cauchy": () => annealing({ cooling: "cauchy" }),
};

for (const [name, problem] of Object.entries(problems)) {
  const chance = medianBest(random, problem);
  for (const [strategy, make] of Object.entries(contenders)) {
    test(`${strategy} beats random search on ${name}`, (t) => {
      const best = medianBest(make, problem);
      t.true(best < chance, `${best} against ${chance}`);
    });
  }
}
