import test from "ava";
import { keepsRanges, type OptionRange } from "../src/testing/option-ranges.ts";
import { strategyMaker, type StrategyName } from "./index.ts";

const crossover: readonly OptionRange[] = [
  ["population", [2, 3], [1, 2.5]],
  ["crossover", ["blx", "sbx", "uniform"], ["both"]],
  ["crossoverShare", [0, 1], [-0.1, 1.1]],
  ["crossoverIndex", [0, 1000], [-0.1, 1000.1]],
  ["mutationIndex", [0, 1000], [-0.1, 1000.1]],
  ["mutationShare", [0, 1], [-0.1, 1.1]],
];
const RANGES: Readonly<Partial<Record<StrategyName, readonly OptionRange[]>>> = {
  auto: [["parallel", [1, 2], [0, 1.5]]],
  nsga2: crossover,
  genetic: [
    ...crossover,
    ["mode", ["steadyState", "generational"], ["both"]],
    ["tournament", [1, 2], [0, 1.5]],
    ["elite", [0, 1], [-1, 0.5]],
    ["alpha", [0, 10], [-0.1, 10.1]],
    ["maxAge", [1, 2], [0, 1.5]],
  ],
  asha: [
    ["minSteps", [1, 2], [0, 1.5]],
    ["maxSteps", [1, 2], [0, 1.5]],
    ["eta", [1.1, 9], [1, 9.1]],
    ["hedge", [0, 0.9], [-0.1, 0.91]],
  ],
  bayesian: [
    ["startTrials", [3, 4], [2, 3.5]],
    ["priorStrength", [0, 0.1], [-0.1, Infinity]],
    ["trustRegion", [true, false], ["yes"]],
  ],
  annealing: [
    ["cooling", ["adaptive", "geometric", "cauchy"], ["slow"]],
    ["acceptance", [0.01, 0.99], [0, 1]],
    ["startTrials", [1, 2], [0, 1.5]],
    ["chains", [1, 2], [0, 1.5]],
    ["restartAfter", [1, 2], [0, 1.5]],
  ],
  "cma-es": [
    ["sigma", [0.01, 1], [0, 1.1]],
    ["population", [2, 3], [1, 2.5]],
    ["restarts", ["ipop", "bipop", "none"], ["all"]],
    ["separable", [true, false, "auto"], ["yes"]],
  ],
  tpe: [
    ["startTrials", [1, 2], [0, 1.5]],
    ["candidates", [1, 2], [0, 1.5]],
    ["mostGood", [1, 2], [0, 1.5]],
    ["goodShare", [0.01, 1], [0, 1.1]],
    ["bandwidth", [0.01, 10], [0, 10.1]],
  ],
};
for (const [name, ranges] of Object.entries(RANGES)) {
  test(`${name}: an option may be what stands at the ends of its range, and nothing beyond`, (t) => {
    keepsRanges(t, (options) => strategyMaker(name)!(options), ranges);
  });
}
