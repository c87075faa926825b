import { createHash } from "node:crypto";
import test from "ava";
import { categorical, float, int, searchSpace, type Params } from "../src/space/index.ts";
import { densityTable, independentPrior } from "../src/space/prior.ts";
import {
  bowl,
  bowlObjective,
  completeEnding,
  mishaps,
  spaces,
} from "../src/testing/strategy-scenarios.ts";
import { simulate, type Simulation } from "../src/testing/strategy-simulation.ts";
import type { Strategy } from "../src/contracts/strategy.ts";
import { annealing } from "./annealing.ts";
import { bayesian } from "./bayesian.ts";
import { cmaEs } from "./cma-es.ts";
import { genetic } from "./genetic.ts";
import { nsga2 } from "./nsga2.ts";
import { portfolio } from "./portfolio.ts";
import { quasiRandom } from "./quasi-random.ts";
import { random } from "./random.ts";
import { tpe } from "./tpe.ts";

// A study that goes on after an update gets the suggestions that it would have got before, far in too, where a
// strategy has learned, begun anew and filled up. A change that is meant raises its revision, and records what
// the test prints.

const { mixed } = spaces;
const plain = searchSpace({
  x: float(0, 1),
  n: int(0, 30),
  m: int(1, 4),
  c: categorical([0, 1, 2, 3, 4]),
});
const wide = searchSpace(
  Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`p${i}`, float(0, 1)])),
);
const front = (params: Params) => ({
  ...completeEnding(bowl(plain, params), (Number(params["x"]) - 0.9) * (Number(params["x"]) - 0.9)),
  constraints: [Number(params["m"]) - 3, 0.1 - Number(params["x"])],
});
const belief = independentPrior(
  plain.parameters.map((_, j) => densityTable((unit) => (unit < 0.3 + 0.1 * j ? 1 + unit : 0.2))),
);

type Case = readonly [strategy: Strategy, simulation: Omit<Simulation, "seed">, recorded: string];
const learning = { space: mixed, objective: bowlObjective(mixed), trials: 250, parallel: 4 };
const believing = { space: plain, objective: bowlObjective(plain), trials: 120, prior: belief };
const two = { space: plain, objective: front, metricCount: 2, trials: 120, parallel: 2 };
const erring = { space: plain, objective: mishaps(plain), trials: 150 };

/** Every other trial goes on where the one before it was stopped. */
const continuing = (params: Params, number: number) => {
  const value = bowl(plain, params);
  const reports = [1, 2, 3].map((step) => ({
    step: step + 3 * (number % 2),
    value: value + 1 / step,
  }));
  if (number % 2 === 0) return { outcome: "pruned", values: [value + 1 / 3], reports } as const;
  return { ...completeEnding(value), reports, continueFrom: number - 1 };
};

/** Restarts follow each other where all is flat. */
const flat = {
  space: searchSpace({ x: float(0, 1), y: float(0, 1) }),
  objective: () => completeEnding(1),
  trials: 1500,
};
/** Six coordinates, crossed by valleys. */
const bent = searchSpace(
  Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`p${i}`, float(-2, 2)])),
);
const valleys = (params: Params) => {
  const x = Object.values(params).map(Number);
  return completeEnding(
    x.slice(1).reduce((sum, v, i) => sum + 10 * Math.abs(v - x[i] * x[i]) + Math.abs(1 - v), 0),
  );
};

const CASES: Readonly<Record<string, readonly Case[]>> = {
  "cma-es": [
    [cmaEs(), learning, "cd467b02446d"],
    [cmaEs({ population: 4, restarts: "bipop" }), { ...believing, trials: 600 }, "0d198e4cdbd5"],
    [cmaEs({ separable: true }), erring, "f3275c29fd46"],
    [cmaEs(), { space: wide, objective: bowlObjective(wide), trials: 120 }, "5470088d1f37"],
  ],
  "cma-es that begins anew": [[cmaEs({ population: 4, restarts: "bipop" }), flat, "af577d0daf43"]],
  tpe: [
    [tpe(), { ...learning, trials: 100 }, "6c7a4a75a9b1"],
    [tpe(), believing, "69311b23faa7"],
    [tpe(), two, "3c2e735a7a19"],
    [tpe(), erring, "b8fb602c29eb"],
  ],
  genetic: [
    [genetic(), { ...learning, trials: 400 }, "8fae32897bd2"],
    [genetic(), { ...believing, trials: 200 }, "3a4a767dafff"],
    [genetic(), erring, "341a4b3f0965"],
  ],
  nsga2: [
    [nsga2(), { ...two, trials: 250 }, "7d143bd5b975"],
    [nsga2(), learning, "16547a47c973"],
    [nsga2(), erring, "ea5db99a5c65"],
  ],
  annealing: [
    [annealing(), { ...learning, trials: 400 }, "ad4b8c6380ba"],
    [annealing(), believing, "62e5c3611ce5"],
    [annealing({ cooling: "adaptive" }), erring, "c76da758cd55"],
  ],
  "quasi-random": [
    [quasiRandom(), { ...learning, trials: 300 }, "d7344211a6b7"],
    [quasiRandom(), { ...believing, trials: 300 }, "a0d35616afe5"],
  ],
  portfolio: [[portfolio({ strategy: random() }), { ...learning, trials: 60 }, "a1786268b7f6"]],
  bayesian: [
    [bayesian(), { space: plain, objective: continuing, trials: 40 }, "9af59bf61db4"],
    [bayesian(), { space: bent, objective: valleys, trials: 80 }, "4fc2fb57c8a5"],
    [bayesian(), { ...learning, trials: 40 }, "155a3b2b4639"],
    [bayesian(), { ...believing, trials: 30 }, "2417b3f2b4d9"],
    [bayesian(), { ...two, trials: 24 }, "7241b9ba30ff"],
    [bayesian(), { ...erring, trials: 40 }, "100fe9cc5566"],
  ],
};

const hashOf = (run: unknown): string =>
  createHash("sha256").update(JSON.stringify(run)).digest("hex").slice(0, 12);

for (const [name, cases] of Object.entries(CASES)) {
  test(`${name}: the same suggestions as recorded far into a study`, (t) => {
    t.deepEqual(
      cases.map(([strategy, simulation]) => hashOf(simulate(strategy, simulation).suggestions)),
      cases.map(([, , recorded]) => recorded),
    );
  });
}
