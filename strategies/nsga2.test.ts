import test from "ava";
import { hypervolume } from "../src/numerics/hypervolume.ts";
import { float, searchSpace, type Params } from "../src/space/index.ts";
import { strategyContract } from "../src/testing/strategy-contract.ts";
import { completeEnding } from "../src/testing/strategy-scenarios.ts";
import { simulate } from "../src/testing/strategy-simulation.ts";
import type { Strategy } from "../src/contracts/strategy.ts";
import { nsga2 } from "./nsga2.ts";
import { random } from "./random.ts";
import { tpe } from "./tpe.ts";

strategyContract(test, "nsga2", nsga2, { fingerprint: "e8b23a43f20e4f80" });

/** Two bowls around 0.2 and 0.8 in four dimensions; constrained to a ≥ 0.3 where asked. */
function volume(strategy: Strategy, seed: number, constrained: boolean): number {
  const names = ["a", "b", "c", "d"];
  const space = searchSpace(Object.fromEntries(names.map((name) => [name, float(0, 1)])));
  const distance = (params: Params, centre: number): number =>
    names.reduce((sum, name) => {
      const difference = (params[name] as number) - centre;
      return sum + difference * difference;
    }, 0);
  const objective = (params: Params) => ({
    ...completeEnding(distance(params, 0.2), distance(params, 0.8)),
    ...(constrained && { constraints: [0.3 - (params["a"] as number)] }),
  });
  const simulation = { space, objective, trials: 200, seed, parallel: 4, metricCount: 2 };
  const { history } = simulate(strategy, simulation);
  const feasible = history.filter((trial) => (trial.constraints?.[0] ?? 0) <= 0);
  return hypervolume(
    feasible.map((trial) => trial.values),
    [1, 1],
  );
}

for (const constrained of [false, true]) {
  test(`nsga2 and tpe dominate more than random does${constrained ? ", constrained" : ""}`, (t) => {
    const mean = (make: () => Strategy): number =>
      [1, 2, 3].reduce((sum, seed) => sum + volume(make(), seed, constrained), 0) / 3;
    const reference = mean(random);
    for (const make of [nsga2, tpe]) {
      const value = mean(make);
      t.true(value > 1.05 * reference, `${make().name}: ${value} against ${reference}`);
    }
  });
}

test("options that can't be meant are refused", (t) => {
  t.throws(() => nsga2({ population: 1 }), { message: /population=1 must be an integer ≥ 2/ });
  t.throws(() => nsga2({ crossoverShare: 2 }), {
    message: /crossoverShare=2 must be a number ≥ 0 and ≤ 1/,
  });
});
