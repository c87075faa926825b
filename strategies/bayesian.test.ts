import test from "ava";
import { float, searchSpace } from "../src/space/index.ts";
import { strategyContract } from "../src/testing/strategy-contract.ts";
import { completeEnding } from "../src/testing/strategy-scenarios.ts";
import { simulate } from "../src/testing/strategy-simulation.ts";
import { bayesian } from "./bayesian.ts";

strategyContract(test, "bayesian", bayesian, { fingerprint: "2f7b9aadb6152e3c" });

test("an option out of range is refused by name", (t) => {
  t.throws(() => bayesian({ startTrials: 2 }), { message: /startTrials=2 / });
  t.throws(() => bayesian({ priorStrength: -1 }), { message: /priorStrength=-1 / });
});

test("a start that finds nothing good draws in to the middle of the ranges, another does not", (t) => {
  const space = searchSpace({ a: float(0, 1), b: float(0, 1), c: float(0, 1), d: float(0, 1) });
  const farthest = (loss: (a: number) => number): number => {
    const objective = (params: Readonly<Record<string, unknown>>) =>
      completeEnding(loss(params["a"] as number));
    const { history } = simulate(bayesian(), { space, objective, trials: 10, seed: 1 });
    const later = history.slice(3).flatMap(({ params }) => Object.values(params) as number[]);
    return Math.max(...later.map((value) => Math.abs(value - 0.5)));
  };
  t.true(farthest(() => 0.69) <= 0.3);
  t.true(farthest((a) => a * a) > 0.4);
});
