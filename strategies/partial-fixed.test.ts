import test from "ava";
import { normal } from "../src/space/prior-spec.ts";
import { float, isActive, searchSpace, spacePrior } from "../src/space/index.ts";
import { bowlObjective, mishaps, spaces } from "../src/testing/strategy-scenarios.ts";
import { simulate } from "../src/testing/strategy-simulation.ts";
import { annealing } from "./annealing.ts";
import { cmaEs } from "./cma-es.ts";
import { genetic } from "./genetic.ts";
import { grid } from "./grid.ts";
import { partialFixed } from "./partial-fixed.ts";
import { quasiRandom } from "./quasi-random.ts";
import { random } from "./random.ts";
import { tpe } from "./tpe.ts";

const inners = {
  random,
  grid: () => grid({ points: 3 }),
  quasiRandom,
  annealing,
  genetic,
  cmaEs,
  tpe,
};

for (const [name, make] of Object.entries(inners)) {
  test(`${name}: fixed parameters keep their values, the others are searched and exist rightly`, (t) => {
    const fixed = { lr: 0.01, optimizer: "sgd", layers: 2 };
    const free = simulate(random(), {
      space: spaces.mixed,
      objective: mishaps(spaces.mixed),
      trials: 20,
    });
    const { params } = simulate(partialFixed(fixed, make()), {
      space: spaces.mixed,
      objective: bowlObjective(spaces.mixed),
      trials: 30,
      history: free.history,
      parallel: 2,
    });
    t.is(params.length, 30);
    for (const one of params) {
      t.like(one, fixed);
      const names = spaces.mixed.parameters.filter((p) => isActive(p, one)).map((p) => p.name);
      t.deepEqual(Object.keys(one).sort(), names.sort());
    }
    t.true(new Set(params.map((one) => one["momentum"])).size > 1);
  });
}

test("the prior of the others still counts", (t) => {
  const space = searchSpace({ a: float(0, 1), x: float(0, 10, { prior: normal(8, 0.2) }) });
  const near = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter((seed) => {
    const simulation = { space, objective: bowlObjective(space), trials: 1, seed };
    const { params } = simulate(partialFixed({ a: 0.5 }, tpe()), {
      ...simulation,
      prior: spacePrior(space),
    });
    return (params[0]["x"] as number) > 7 && (params[0]["x"] as number) < 9;
  });
  t.true(near.length >= 6);
});

test("names and values that the space does not have are refused", (t) => {
  const begin = (fixed: Readonly<Record<string, number>>) => () =>
    partialFixed(fixed, random()).init({ space: spaces.continuous, metricCount: 1 });
  t.throws(begin({ q: 1 }), { message: /no parameter "q"/ });
  t.throws(begin({ x: 2 }), { message: /x = 2 is outside float 0 … 1/ });
});
