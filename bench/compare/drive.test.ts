import test from "ava";
import { HpoError } from "../../src/errors/errors.ts";
import { categorical, searchSpace, type Params } from "../../src/space/index.ts";
import type { Observation, Strategy, SuggestContext } from "../../src/contracts/strategy.ts";
import { strategies } from "../../strategies/index.ts";
import { drive } from "./drive.ts";
import { analytic } from "../problems/analytic.ts";
import { diverging } from "../problems/diverging.ts";
import type { Problem } from "../problems/problem.ts";
import { referenceSearch } from "./reference.ts";
import { strategyContender } from "./strategy-contender.ts";

const random = strategyContender("random", strategies.random);

/** Random search that keeps what it was asked and told. */
function watched() {
  const asked: SuggestContext[] = [];
  const told: Observation[] = [];
  const inner: Strategy = strategies.random();
  const strategy: Strategy = {
    ...inner,
    observe(state, trial) {
      told.push(trial);
      return inner.observe(state, trial);
    },
    suggest(state, context) {
      asked.push(context);
      return inner.suggest(state, context);
    },
  };
  return { asked, told, contender: strategyContender("watched", () => strategy) };
}

test("the curve is the best regret so far, one time per trial, and a seed repeats it", async (t) => {
  const run = async (seed: number) =>
    drive(random, await analytic.open("branin", seed, undefined), { trials: 30, workers: 1 });
  const result = await run(4);
  t.is(result.regret.length, 30);
  t.is(result.suggestMs.length, 30);
  t.true(result.suggestMs.every((ms) => ms >= 0));
  t.true(result.regret.every((value, i) => i === 0 || value <= result.regret[i - 1]));
  t.deepEqual((await run(4)).regret, result.regret);
  t.notDeepEqual((await run(5)).regret, result.regret);
});

test("with w workers a strategy sees w − 1 trials under way, and hears of all in order", async (t) => {
  for (const workers of [1, 3, 10]) {
    const { asked, told, contender } = watched();
    const problem = await diverging.open("lr-edge", 0, undefined);
    const result = await drive(contender, problem, { trials: 8, workers });
    t.deepEqual(
      asked.map(({ pending }) => pending.length),
      Array.from({ length: 8 }, (_, number) => Math.min(number, workers - 1)),
    );
    t.deepEqual(
      told.map(({ number }) => number),
      [0, 1, 2, 3, 4, 5, 6, 7],
    );
    t.is(result.regret.length, 8);
  }
});

test("what diverges is told as failed, for its divergence, and leaves the regret as it was", async (t) => {
  const { told, contender } = watched();
  const problem = await diverging.open("lr-edge", 1, undefined);
  const result = await drive(contender, problem, { trials: 60, workers: 1 });
  const failed = told.filter(({ outcome }) => outcome === "failed");
  t.true(failed.length > 5 && failed.length < 30);
  t.is(result.failed, failed.length);
  t.deepEqual(
    result.failedTrials,
    failed.map(({ number }) => number),
  );
  t.true(failed.every(({ failure, values }) => failure?.reason === "diverged" && !values.length));
  t.true(failed.every(({ params }) => (params.lr as number) > 0.3));
  for (const { number } of failed) {
    t.is(result.regret[number], number === 0 ? problem.startRegret : result.regret[number - 1]);
  }
});

test("a pool's row is what the strategy hears of", async (t) => {
  const { asked, told, contender } = watched();
  const problem: Problem = {
    ...(await diverging.open("lr-edge", 0, undefined)),
    evaluate: () => ({ value: 1, regret: 1, row: { lr: 0.1, wd: 0.01 } }),
  };
  await drive(contender, problem, { trials: 3, workers: 2 });
  t.true(told.every(({ params }) => params.lr === 0.1 && params.wd === 0.01));
  t.not(asked[1].pending[0].params.lr, 0.1, "while under way it is what was asked for");
});

const choices = (evaluate: Problem["evaluate"]): Problem => ({
  suite: "s",
  task: "t",
  seed: 0,
  startRegret: 9,
  space: searchSpace({ c: categorical(["a", "b", "c"]) }),
  evaluate,
});

test("a strategy that comes to its end keeps its last regret", async (t) => {
  const values: Readonly<Record<string, number>> = { a: 3, b: 1, c: 2 };
  const problem = choices(({ c }: Params) => ({
    value: values[String(c)],
    regret: values[String(c)],
  }));
  const grid = strategyContender("grid", strategies.grid);
  const result = await drive(grid, problem, { trials: 6, workers: 1 });
  t.is(result.regret.length, 6);
  t.is(result.suggestMs.length, 3);
  t.deepEqual(result.regret.slice(3), [1, 1, 1]);
});

test("with noise, the regret is that of the trial which looked best", async (t) => {
  const answers = [
    { value: 5, regret: 0 },
    { value: 4, regret: 2 },
    { value: 6, regret: 1 },
  ];
  const problem = choices((_, number) => answers[number]);
  const result = await drive(referenceSearch, problem, { trials: 3, workers: 1 });
  t.deepEqual(result.regret, [0, 2, 2]);
});

test("a suggestion outside the space is an error that names strategy, trial and value", async (t) => {
  const suggesting = (params: Params) =>
    strategyContender("broken", () => ({
      name: "broken",
      init: () => ({}),
      observe: (state) => state,
      suggest: () => ({ kind: "params", params }),
    }));
  const problem = choices(() => ({ value: 1, regret: 1 }));
  const cases: [Params, RegExp][] = [
    [{ c: "d" }, /broken suggested \{"c":"d"\} for trial 0: "c" is not one of/],
    [{}, /"c" is missing/],
    [{ c: "a", e: 1 }, /"e" does not exist/],
  ];
  for (const [params, message] of cases) {
    const run = drive(suggesting(params), problem, { trials: 1, workers: 1 });
    await t.throwsAsync(run, { instanceOf: HpoError, message });
  }
});
