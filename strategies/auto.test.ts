import test from "ava";
import { categorical, float, int, searchSpace, type SearchSpace } from "../src/space/index.ts";
import { strategyContract } from "../src/testing/strategy-contract.ts";
import { bowlObjective, spaces } from "../src/testing/strategy-scenarios.ts";
import { simulate } from "../src/testing/strategy-simulation.ts";
import { auto, chooseStrategy } from "./auto.ts";

const ends = {
  "finite spaces: goes on when all points were tried": "it takes a grid there, and a grid ends",
};
strategyContract(test, "auto", auto, {
  args: [{ parallel: 33 }],
  fingerprint: "fce832f7fe440b68",
  deviations: ends,
});

test("the choice follows space, budget, metrics, workers and noise", (t) => {
  const numbers = searchSpace({ a: float(0, 1), b: float(0, 1) });
  const many = searchSpace(
    Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`x${i}`, float(0, 1)])),
  );
  const chosen = (
    space: SearchSpace,
    trialBudget: number | undefined,
    more: { metrics?: number; parallel?: number; noisy?: boolean } = {},
  ): string =>
    chooseStrategy({ space, metricCount: more.metrics ?? 1, trialBudget }, more).strategy.name;
  t.is(chosen(numbers, 100), "bayesian");
  t.is(chosen(numbers, undefined), "bayesian");
  t.is(chosen(numbers, 5000), "cma-es");
  t.is(chosen(spaces.mixed, 5000), "tpe");
  t.is(chosen(many, 200), "tpe");
  t.is(chosen(numbers, 100, { parallel: 100 }), "quasi-random");
  t.is(chosen(numbers, 100, { parallel: 40 }), "tpe");
  t.is(chosen(numbers, 100, { metrics: 2 }), "tpe");
  t.is(chosen(numbers, 3000, { metrics: 2 }), "nsga2");
  const finite = searchSpace({ n: int(1, 5), c: categorical(["p", "q"]) });
  t.is(chosen(finite, 20), "grid");
  t.is(chosen(finite, 5), "bayesian");
  t.is(chosen(finite, 20, { noisy: true }), "bayesian");
  t.is(chosen(finite, undefined), "bayesian");
  t.is(chosen(spaces.empty, 10), "random");
});

test("it changes its choice at the bounds that it names, and not beside them", (t) => {
  const floats = (count: number) =>
    searchSpace(
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, float(0, 1)])),
    );
  const chosen = (space: SearchSpace, trialBudget: number, parallel?: number, metricCount = 1) =>
    chooseStrategy({ space, metricCount, trialBudget }, { parallel }).strategy.name;
  const two = floats(2);
  t.deepEqual([chosen(two, 1000), chosen(two, 1001)], ["bayesian", "cma-es"]);
  t.deepEqual([chosen(floats(1), 1000), chosen(floats(1), 1001)], ["bayesian", "tpe"]);
  t.deepEqual([chosen(floats(50), 99), chosen(floats(51), 99)], ["bayesian", "tpe"]);
  t.deepEqual([chosen(two, 99, 32), chosen(two, 99, 33)], ["bayesian", "tpe"]);
  t.deepEqual([chosen(two, 99, 98), chosen(two, 99, 99)], ["tpe", "quasi-random"]);
  t.deepEqual([chosen(two, 2), chosen(two, 1)], ["bayesian", "quasi-random"]);
  t.deepEqual([chosen(two, 1000, 1, 2), chosen(two, 1001, 1, 2)], ["tpe", "nsga2"]);
  const points = (count: number) => searchSpace({ n: int(1, count), one: int(3, 3) });
  t.deepEqual([chosen(points(200), 199), chosen(points(200), 200)], ["bayesian", "grid"]);
  t.is(chosen(points(201), 300), "bayesian", "no larger one is listed");
});

test("why names the choice and its reason", (t) => {
  const simulation = { space: spaces.finite, objective: bowlObjective(spaces.finite), trials: 12 };
  const [first] = simulate(auto(), simulation).suggestions;
  t.like(first, {
    why: { chosen: "grid", because: "the budget of 12 covers the whole space, 12 points" },
  });
});

test("options that can't be meant are refused", (t) => {
  t.throws(() => auto({ parallel: 0 }), { message: /parallel=0 must be an integer ≥ 1/ });
  t.throws(() => auto({ nosy: true } as never), { message: /no option "nosy".*parallel, noisy/ });
});
