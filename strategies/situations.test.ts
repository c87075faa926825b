import test from "ava";
import { numbersFingerprint } from "../src/numerics/testing/numbers-fingerprint.ts";
import { categorical, float, int, logNormal, searchSpace, weights } from "../src/space/index.ts";
import type { Strategy } from "../src/contracts/strategy.ts";
import { spaces } from "../src/testing/strategy-scenarios.ts";
import { suggestionsIn, type Situation } from "../src/testing/strategy-situations.ts";
import { annealing } from "./annealing.ts";
import { asha } from "./asha.ts";
import { auto } from "./auto.ts";
import { cmaEs } from "./cma-es.ts";
import { genetic } from "./genetic.ts";
import { grid } from "./grid.ts";
import { nsga2 } from "./nsga2.ts";
import { portfolio } from "./portfolio.ts";
import { quasiRandom } from "./quasi-random.ts";
import { random } from "./random.ts";
import { tpe } from "./tpe.ts";

// What a strategy suggests after failures of all kinds, paused and continued trials, constraints, values
// without bounds, repeats and parameters beyond their range stays the same, with why it says so. Where a
// change is meant: see "A strategy, a pruner, an optimizer" in CONTRIBUTING.md, and record what the test
// prints. The bayesian strategy's stand beside it.

const { continuous, mixed, finite } = spaces;
const believed = searchSpace({
  lr: float(1e-5, 1, { log: true, prior: logNormal(1e-2, 5) }),
  depth: int(1, 9),
  act: categorical(["relu", "tanh", "gelu"], {
    prior: weights([
      ["relu", 3],
      ["gelu", 1],
    ]),
  }),
});

const SITUATIONS: readonly Situation[] = [
  { space: continuous, sizes: [0, 1, 2, 5, 12, 25, 48, 49, 50, 51, 52, 60] },
  { space: mixed, sizes: [0, 3, 13, 30, 61], seed: 1 },
  { space: mixed, sizes: [4, 14, 40], isBusy: true, seed: 2 },
  { space: finite, sizes: [0, 6, 14, 40], isBusy: true, seed: 3 },
  { space: believed, sizes: [0, 6, 24, 50], hasPrior: true, seed: 4 },
  { space: searchSpace({ x: float(0, 1) }), sizes: [0, 8, 30], seed: 5 },
];
const OF_TWO_METRICS: readonly Situation[] = [
  { space: continuous, metricCount: 2, sizes: [0, 5, 12, 30, 60], seed: 6 },
  { space: mixed, metricCount: 2, sizes: [7, 30], isBusy: true, seed: 7 },
];

const CASES: Readonly<
  Record<string, readonly [make: () => Strategy[], fingerprint: string, of?: readonly Situation[]]>
> = {
  random: [() => [random()], "7a10c6483a12"],
  "quasi-random": [() => [quasiRandom()], "3fa8b7747504"],
  grid: [
    () => [grid(), grid({ points: 3 })],
    "4fc731c52086",
    [SITUATIONS[3], SITUATIONS[4], SITUATIONS[5]].map((one) => ({
      ...one,
      sizes: [0, 1, 5, 9, 10, 27, 60],
    })),
  ],
  tpe: [
    () => [
      tpe(),
      tpe({ startTrials: 2, candidates: 5, mostGood: 3 }),
      tpe({ startTrials: 4, goodShare: 0.5, bandwidth: 2 }),
    ],
    "c17c8864a710",
  ],
  "tpe of two metrics": [() => [tpe({ startTrials: 4 })], "5f75782106d5", OF_TWO_METRICS],
  annealing: [
    () => [
      annealing({ startTrials: 2 }),
      annealing({ startTrials: 3, cooling: "geometric", chains: 2, restartAfter: 6 }),
      annealing({ startTrials: 3, cooling: "cauchy", acceptance: 0.2 }),
    ],
    "29cae103032e",
  ],
  genetic: [
    () => [
      genetic({ population: 5 }),
      genetic({ population: 6, mode: "steadyState", crossover: "sbx", maxAge: 9, tournament: 3 }),
      genetic({ population: 4, mode: "generational", crossover: "uniform", elite: 2 }),
      genetic({ population: 4, crossover: "blx", alpha: 0.3, crossoverShare: 0.5 }),
    ],
    "dd6d2bb35d47",
  ],
  nsga2: [
    () => [nsga2({ population: 5 }), nsga2({ population: 6, crossover: "sbx", mutationIndex: 3 })],
    "6fee3ca79475",
    [...SITUATIONS, ...OF_TWO_METRICS],
  ],
  "cma-es": [
    () => [
      cmaEs({ population: 4 }),
      cmaEs({ population: 5, sigma: 0.5, restarts: "bipop", separable: true }),
      cmaEs({ population: 3, restarts: "none", separable: false }),
      cmaEs(),
    ],
    "081d2a2ced29",
  ],
  asha: [
    () => [
      asha({ strategy: random(), maxSteps: 9, eta: 3 }),
      asha({ strategy: random(), minSteps: 2, eta: 2, hedge: 0.5 }),
      asha({ strategy: tpe({ startTrials: 3 }), eta: 1.5, hedge: 0 }),
    ],
    "035f3de00922",
  ],
  portfolio: [() => [portfolio({ strategy: tpe({ startTrials: 3 }) })], "343028e0da02"],
  auto: [
    () => [auto(), auto({ parallel: 8 })],
    "018619874295",
    SITUATIONS.map((one) => ({ ...one, sizes: one.sizes.slice(0, 2) })),
  ],
};

for (const [name, [make, fingerprint, of = SITUATIONS]] of Object.entries(CASES)) {
  test(`${name}: the same suggestions as before`, (t) => {
    const all = make().map((strategy) => of.map((one) => suggestionsIn(strategy, one)));
    t.is(numbersFingerprint(all), fingerprint);
  });
}
