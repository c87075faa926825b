import test from "ava";
import type { StrategyContext, Suggestion } from "../src/contracts/strategy.ts";
import {
  categorical,
  contains,
  float,
  int,
  oneOf,
  searchSpace,
  type Params,
  type SearchSpace,
} from "../src/space/index.ts";
import { createStudy, loadStudy, memoryStorage, replay, strategyOf } from "../src/index.ts";
import { strategyContract } from "../src/testing/strategy-contract.ts";
import { completeEnding, failed } from "../src/testing/strategy-scenarios.ts";
import { simulate } from "../src/testing/strategy-simulation.ts";
import { createRng } from "../src/numerics/rng.ts";
import { auto, type AutoOptions } from "./auto.ts";
import { portfolio } from "./portfolio.ts";
import { besideSettings, knownSettings } from "./portfolio/known-settings.ts";
import { portfolioOf } from "./portfolio/portfolio-of.ts";
import { random } from "./random.ts";

strategyContract(test, "portfolio", portfolio, { fingerprint: "ef9d1e1bc4b802f6" });

const adam = searchSpace({
  learning_rate: float(1e-7, 1, { log: true }),
  beta1: float(0, 0.999),
  oneMinusBeta2: float(1e-5, 0.5, { log: true }),
  batch_size: int(8, 512, { log: true }),
  temperature: float(0, 1),
});

const isSetting = (suggestion: Suggestion): boolean =>
  suggestion.kind === "params" && suggestion.why?.["phase"] === "portfolio";

const placesIn = (space: SearchSpace, objective: (params: Params) => number, trials = 8) => {
  const ending = (params: Params) => completeEnding(objective(params));
  const strategy = portfolio({ strategy: random() });
  return simulate(strategy, { space, objective: ending, trials, seed: 2 });
};

test("of parameters with a common name come the usual values, of the others the strategy's own", (t) => {
  const [first] = portfolioOf(adam);
  t.like(first.params, { learning_rate: 1e-3, beta1: 0.9, oneMinusBeta2: 1e-3, batch_size: 128 });
  t.false("temperature" in first.params);
  t.is(first.source, "usual of adam, 1 of 3");
  const { params, suggestions } = placesIn(adam, () => 1);
  t.like(params[0], first.params);
  t.true((params[0]["temperature"] as number) > 0);
  t.like(suggestions[0], { why: { portfolio: "usual of adam, 1 of 3" } });
});

test("by the choice of an optimizer each comes with its own, the likeliest first", (t) => {
  const space = searchSpace({
    ...oneOf("optimizer", {
      sgd: { momentum: float(0, 0.99) },
      AdamW: { weightDecay: float(1e-4, 1, { log: true }) },
    }),
    lr: float(1e-6, 1, { log: true }),
  });
  t.deepEqual(
    portfolioOf(space).map(({ params }) => params),
    [
      { optimizer: "sgd", lr: 0.01 },
      { optimizer: "AdamW", weightDecay: 0.01, lr: 1e-3 },
      { optimizer: "sgd", lr: 0.1 },
      { optimizer: "AdamW", weightDecay: 0.01, lr: 1e-2 },
    ],
  );
});

test("the study's roles name the parameters, and go before common names", (t) => {
  const rate = float(1e-6, 1, { log: true });
  const named = searchSpace({ speed: rate, lr: rate, examples: int(8, 512, { log: true }) });
  const roles = { learningRate: "speed", batchSize: "examples" };
  t.deepEqual(portfolioOf(named, roles)[0].params, { speed: 0.01, examples: 128 });
  const byOptimizer = searchSpace({
    rule: categorical(["sgd", "adam", "other"]),
    lr: rate,
    lrAdam: rate,
  });
  const each = { optimizer: "rule", learningRate: { sgd: "lr", adam: "lrAdam" } };
  t.deepEqual(
    portfolioOf(byOptimizer, each).map(({ params }) => params),
    [
      { rule: "sgd", lr: 0.01 },
      { rule: "adam", lrAdam: 1e-3 },
      { rule: "sgd", lr: 0.1 },
      { rule: "adam", lrAdam: 1e-2 },
    ],
  );
});

test("a study's roles reach the portfolio, and its replay", async (t) => {
  const definition = {
    name: "named",
    space: searchSpace({ speed: float(1e-6, 1, { log: true }), x: float(0, 1) }),
    roles: { learningRate: "speed" },
    strategy: portfolio(),
  };
  const storage = memoryStorage();
  const study = await createStudy(definition, { storage });
  await study.optimize(({ params }) => params.x, { trials: 2 });
  t.is(study.trials()[0].params.speed, 0.01);
  const loaded = await loadStudy("named", { storage });
  t.true((await replay(loaded, strategyOf)).every(({ same }) => same));
});

test("a setting whose learning rate is out of range is left out, another value left to the strategy", (t) => {
  const space = searchSpace({
    lr: float(1e-4, 5e-3, { log: true }),
    momentum: float(0.5, 0.95, { step: 0.05 }),
    width: int(8, 64),
  });
  const settings = portfolioOf(space);
  t.deepEqual(
    settings.map(({ params }) => params),
    [{ lr: 1e-3 }],
  );
  for (const { name, distribution } of space.parameters) {
    for (const { params } of settings) {
      t.true(!(name in params) || contains(distribution, params[name]));
    }
  }
});

test("without a known learning rate, or with few points, the strategy searches alone", (t) => {
  const unknown = searchSpace({ x: float(0, 1), momentum: float(0, 1) });
  const few = searchSpace({ lr: categorical([0.1, 0.01]), batchSize: int(1, 4) });
  for (const space of [unknown, few]) {
    t.false(placesIn(space, () => 1).suggestions.some(isSetting));
  }
});

test("two settings come first, then by turns, until the trials contradict them", (t) => {
  const wins = placesIn(adam, ({ learning_rate: lr }) => Math.abs(Math.log(lr as number) + 7));
  t.deepEqual(wins.suggestions.map(isSetting).slice(0, 5), [true, true, false, true, false]);
  // Good is only what no setting has: another batch size.
  const loses = placesIn(adam, ({ batch_size: size }) => (size === 128 || size === 32 ? 1 : 0));
  t.deepEqual(loses.suggestions.map(isSetting).slice(0, 5), [true, true, false, false, false]);
  const fails = simulate(portfolio({ strategy: random() }), {
    space: adam,
    objective: () => failed("diverged"),
    trials: 5,
    seed: 2,
  });
  t.deepEqual(fails.suggestions.map(isSetting), [true, true, false, false, false]);
});

test("auto has it by one option, and where a study declares roles and nothing is believed", (t) => {
  const begins = (options: AutoOptions, context: Partial<StrategyContext> = {}): boolean => {
    const strategy = auto(options);
    const state = strategy.init({ space: adam, metricCount: 1, ...context });
    return isSetting(strategy.suggest(state, { number: 0, pending: [], rng: createRng(1) }));
  };
  const roles = { learningRate: "learning_rate" };
  const prior = { logDensity: () => 0, warp: (uniforms: Float64Array) => uniforms };
  t.true(begins({ portfolio: true }));
  t.false(begins({}));
  t.true(begins({}, { roles }));
  t.false(begins({ portfolio: false }, { roles }));
  t.false(begins({}, { roles, prior }));
});

test("known settings are round values that trainings are run with", (t) => {
  const isRound = (value: number) => [1, 3, 5].some((digit) => value === Number(`${digit}e${Math.floor(Math.log10(value))}`)); // prettier-ignore
  for (const [kind, rows] of Object.entries(knownSettings)) {
    for (const row of rows) {
      const { learningRate, momentum = 1, secondMoment = 1e-3, epsilon = 1e-8 } = row;
      const { weightDecay = 0 } = row;
      t.true(isRound(learningRate) && learningRate >= 1e-4 && learningRate <= 0.1, kind);
      t.true(isRound(momentum) && momentum <= 1 && isRound(secondMoment) && secondMoment < 1, kind);
      t.is(epsilon, 1e-8, kind);
      t.true([0, 1e-4, 0.01, 0.1].includes(weightDecay), `${kind}: ${weightDecay}`);
    }
    t.is(new Set(rows.map((row) => row.learningRate)).size, rows.length, kind);
  }
  const { batchSize, width, layers, penalty, rateDecay, dropout, warmup } = besideSettings;
  for (const size of [...batchSize, ...width]) t.true(Number.isInteger(Math.log2(size)), `${size}`);
  t.true(layers.every((count) => count >= 2 && count <= 8));
  t.true([...dropout, ...warmup].every((share) => share > 0 && share <= 0.5));
  t.true([...penalty, ...rateDecay].every((value) => isRound(value) && value <= 1e-5));
});
