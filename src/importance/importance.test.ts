import test from "ava";
import type { ParamsOf } from "../space/params-of.ts";
import type { CompleteTrial, Failure, Trial } from "../contracts/trial.ts";
import { createRng } from "../numerics/rng.ts";
import { categorical, decode, float, int, oneOf, searchSpace } from "../space/index.ts";
import type { Params, SearchSpace } from "../space/search-space.ts";
import { EVALUATORS, importance, type ImportanceOptions, type ImportanceResult } from "./index.ts";

const rest = { reports: [], userAttrs: {}, systemAttrs: {} };

function complete(
  space: SearchSpace,
  number: number,
  params: Params,
  value: number,
): CompleteTrial {
  const drawn = space.parameters.filter(({ name }) => Object.hasOwn(params, name));
  const distributions = Object.fromEntries(drawn.map((p) => [p.name, p.distribution]));
  return { number, state: "complete", params, distributions, values: [value], ...rest };
}

/** Trials drawn uniformly on the parameters' own scales. */
function sampled<Space extends SearchSpace>(
  space: Space,
  count: number,
  f: (params: ParamsOf<Space>, number: number) => number,
  seed = 0,
): CompleteTrial[] {
  const rng = createRng(seed, "trials");
  return Array.from({ length: count }, (_, number) => {
    const params = decode(
      space,
      Float64Array.from(space.parameters, () => rng.uniform()),
    );
    return complete(space, number, params, f(params as ParamsOf<Space>, number));
  });
}

const failed = (number: number, params: Params, failure: Failure): Trial => ({
  number,
  state: "failed",
  params,
  distributions: {},
  failure,
  ...rest,
});

const judge = (
  trials: readonly Trial[],
  space: SearchSpace,
  options: Partial<ImportanceOptions> = {},
) => importance(trials, space, { directions: ["minimize"], ...options });
const of = ({ importance: list }: ImportanceResult, name: string) =>
  list.find((one) => one.name === name)!;
const line = searchSpace({ a: float(0, 1), b: float(0, 1) });

test("a learning rate that decides by its magnitude gets its share on the log scale", (t) => {
  const space = searchSpace({ lr: float(1e-5, 1, { log: true }), m: float(0, 1) });
  const trials = sampled(space, 500, ({ lr, m }) => (lr < 1e-3 ? 1 : 0) + m);
  const { share } = of(judge(trials, space), "lr");
  t.true(Math.abs(share - 0.742) < 0.08, `${share}`);
});

test("integers on a log scale and choices with many categories are judged by all they can be", (t) => {
  const space = searchSpace({
    units: int(1, 1024, { log: true }),
    kind: categorical(Array.from({ length: 40 }, (_, index) => `kind ${index}`)),
    act: categorical(["relu", "gelu", "tanh"]),
  });
  const act = { relu: 0, gelu: 1, tanh: 0 } as const;
  const trials = sampled(space, 300, (p) => act[p["act"]] + Math.log2(p["units"]) / 10);
  const result = judge(trials, space);
  // Var(act) = 2/9; of log2 over 2^0 … 2^10 about 1/12.
  t.true(Math.abs(of(result, "act").share - 0.73) < 0.08, `${of(result, "act").share}`);
  t.true(of(result, "kind").share < 0.03, `${of(result, "kind").share}`);
});

test("a conditional parameter counts where it exists, though its choice alone changes nothing", (t) => {
  const space = searchSpace({
    ...oneOf("optimizer", { sgd: { momentum: float(0, 1) }, adam: { beta: float(0, 1) } }),
    lr: float(0, 1),
  });
  const trials = sampled(space, 300, (p) => (p.optimizer === "sgd" ? p.momentum : 0.5) + p.lr);
  for (const evaluator of EVALUATORS.filter((name) => name !== "ped-anova")) {
    const result = judge(evaluator === "fanova" ? trials : trials.slice(0, 160), space, {
      evaluator,
    });
    // Var = 1/12 in half of the space, beside 1/12 everywhere.
    const { total = NaN } = of(result, "momentum");
    t.true(Math.abs(total - 1 / 3) < 0.12, `${evaluator} ${total}`);
    t.true(of(result, "beta").share < 0.02, evaluator);
  }
  // Momentum alone moves the mean by half as much: Var(E[f | momentum]) = 1/48.
  t.true(Math.abs(of(judge(trials, space), "momentum").share - 0.2) < 0.08);
  t.is(judge(trials, space, { evaluator: "ped-anova" }).importance.length, 4);
});

test("a condition on a conditional parameter hides no effect, and is seen by what hangs on it", (t) => {
  const space = searchSpace({
    lr: float(0, 1),
    opt: categorical(["sgd", "adam"]),
    sched: categorical(["none", "cos"]).when("opt", "sgd"),
    warm: float(0, 1).when("sched", "cos"),
  });
  for (const seed of [0, 1, 2]) {
    const value = (params: Params, lr: number): number =>
      2 * lr + 2 * ("warm" in params ? Number(params["warm"]) : 0.5);
    const trials = sampled(space, 150, (params) => value(params, params.lr), seed);
    const result = judge(trials, space);
    // Var: of lr 1/3; of warm 1/3 in a quarter of the space, of which a quarter is its own.
    t.true(of(result, "lr").share > 0.8, `${of(result, "lr").share}`);
    const { total = NaN } = of(result, "warm");
    // Of .20, by some 40 trials that have it.
    t.true(total > 0.1 && total < 0.3, `${total}`);
    t.true(of(result, "opt").share < 0.05 && of(result, "sched").share < 0.05);
  }
});

test("what two parameters do together only is in their totals, not in their shares", (t) => {
  const space = searchSpace({ a: float(0, 1), b: float(0, 1), c: float(0, 1) });
  const trials = sampled(space, 400, ({ a, b, c }) => (a < 0.5 === b < 0.5 ? 1 : 0) + 0.5 * c);
  const result = judge(trials, space);
  t.true(of(result, "a").first! < 0.08 && of(result, "b").first! < 0.08);
  t.true(of(result, "a").total! > 0.7 && of(result, "b").total! > 0.7);
});

test("an effect stands out of noise, and noise alone is no effect", (t) => {
  const rng = createRng(4, "noise");
  const noisy = judge(
    sampled(line, 200, ({ a }) => a + 0.5 * rng.normal()),
    line,
  );
  t.true(of(noisy, "a").share > 0.85, `${of(noisy, "a").share}`);
  const pure = judge(
    sampled(line, 100, () => rng.normal()),
    line,
  );
  t.true(of(pure, "a").share === 0 && of(pure, "b").share === 0);
  t.regex(pure.note ?? "", /no effect .* in 100 trials/);
});

test("the same seed gives the same numbers, another one nearly so, in all evaluators", (t) => {
  const trials = sampled(line, 60, ({ a, b }) => a + b * b);
  for (const evaluator of EVALUATORS) {
    const one = judge(trials, line, { evaluator, seed: 4 });
    t.deepEqual(judge(trials, line, { evaluator, seed: 4 }), one);
    const other = judge(trials, line, { evaluator, seed: 5 });
    t.true(Math.abs(of(one, "a").share - of(other, "a").share) < 0.1, evaluator);
    const sum = one.importance.reduce((total, { share }) => total + share, 0);
    t.true(Math.abs(sum - 1) < 1e-12, evaluator);
  }
});

test("to maximise is to minimise the opposite", (t) => {
  const trials = sampled(line, 60, ({ a, b }) => a * a + 0.3 * b);
  const opposite = trials.map((trial) => ({ ...trial, values: [-trial.values[0]] }));
  for (const evaluator of EVALUATORS) {
    const expected = judge(trials, line, { evaluator });
    t.deepEqual(judge(opposite, line, { evaluator, directions: ["maximize"] }), expected);
  }
});

test("explosions do not hide what the good trials differ by", (t) => {
  const space = searchSpace({ lr: float(0, 1), b: float(0, 1) });
  const trials = sampled(space, 200, ({ lr, b }) => (lr > 0.95 ? 1e9 : 1 + b));
  const result = judge(trials, space);
  t.not(result.scale, "linear");
  t.true(of(judge(trials, space, { scale: "rank" }), "b").share > 0.5);
  t.true(of(judge(trials, space, { scale: "linear" }), "b").share < 0.05);
});

test("diverged trials are left out and counted, or stand at the worst value", (t) => {
  const all = sampled(line, 120, ({ a }) => a);
  const good = all.filter(({ params }) => (params["b"] as number) < 0.5);
  // Some trainings fail, some come to their end with an infinite loss.
  const bad = all
    .filter((trial) => !good.includes(trial))
    .map(({ number, params }) =>
      number % 2 === 0
        ? failed(number, params, { reason: "diverged", message: "NaN" })
        : complete(line, number, params, Infinity),
    );
  const out = judge([...good, ...bad], line);
  t.like(out, { trials: good.length, leftOut: { diverged: bad.length, pruned: 0, other: 0 } });
  t.true(of(out, "a").share > 0.95);
  const worst = judge([...good, ...bad], line, { diverged: "worst" });
  t.like(worst, { trials: 120, leftOut: { diverged: 0 } });
  t.true(of(worst, "b").share > 0.5);
});

test("what can't be compared is left out, and said", (t) => {
  const error = failed(60, { a: 1, b: 1 }, { reason: "error", message: "bug" });
  const pruned: Trial = { ...complete(line, 61, { a: 0, b: 0 }, 0), state: "pruned" };
  const running: Trial = { number: 62, state: "running", params: {}, distributions: {}, ...rest };
  const trials = [...sampled(line, 60, ({ a }) => a), error, pruned, running];
  t.like(judge(trials, line), { trials: 60, leftOut: { diverged: 0, pruned: 1, other: 1 } });
});

test("where nothing can be said all shares are 0 and a note tells why", (t) => {
  const none: readonly Trial[] = [
    failed(0, { a: 1, b: 1 }, { reason: "diverged", message: "NaN" }),
  ];
  const cases: readonly (readonly [readonly Trial[], SearchSpace, RegExp])[] = [
    [[], line, /No trial is complete/],
    [sampled(line, 1, () => 1), line, /One trial is complete/],
    [sampled(line, 20, () => 0.1 + 0.2), line, /All 20 trials have the same value/],
    [sampled(searchSpace({}), 5, (_, number) => number), searchSpace({}), /no parameters/],
    [none, line, /No trial is complete/],
  ];
  for (const evaluator of EVALUATORS) {
    for (const [trials, space, note] of cases) {
      const result = judge(trials, space, { evaluator, diverged: "worst" });
      t.regex(result.note ?? "", note);
      t.true(result.importance.every(({ share, spread }) => share === 0 && spread === 0));
    }
  }
});

test("hard cases give numbers: two trials, huge values, constants, values that are lacking", (t) => {
  const space = searchSpace({
    ["__proto__"]: float(0, 1),
    constructor: int(3, 3),
    one: categorical(["only"]),
    late: float(0, 1),
  });
  const odd = sampled(space, 40, (p, number) => (number % 2 === 0 ? -1e308 : 1e308 * p["late"]));
  const lacking = odd.map((trial, number) => {
    const { late, ...params } = trial.params;
    return number < 20 ? { ...trial, params } : trial;
  });
  const stray = odd.map((trial, number) =>
    number === 3 ? { ...trial, params: { ...trial.params, late: NaN, one: "other" } } : trial,
  );
  for (const evaluator of EVALUATORS) {
    for (const trials of [odd.slice(0, 2), odd.slice(0, 3), odd, lacking, stray]) {
      const { importance: list } = judge(trials, space, { evaluator });
      t.is(list.length, 4);
      for (const { share, spread, total = 0, first = 0 } of list) {
        t.true([share, spread, total, first].every((value) => value >= 0 && value < Infinity));
        t.true(share <= 1 && total <= 1 && first <= total + 1e-12);
      }
      t.is(of({ importance: list } as never, "constructor").share, 0, evaluator);
      t.is(of({ importance: list } as never, "one").share, 0, evaluator);
    }
  }
});

test("records that came without their distributions are judged by the space's", (t) => {
  const trials = sampled(line, 40, ({ a }) => a);
  const brief = trials.map((trial) => ({ ...trial, distributions: {} }));
  const options = { evaluator: "ped-anova" } as const;
  t.deepEqual(judge(brief, line, options), judge(trials, line, options));
});

test("options out of range are told by name, value and remedy", (t) => {
  const trials = sampled(line, 10, ({ a }) => a);
  const throws = (options: object, message: RegExp): void => {
    t.throws(() => judge(trials, line, options), { name: "HpoError", message });
  };
  throws({ evaluator: "fanov" }, /no evaluator "fanov"\. Did you mean "fanova"/);
  throws({ scale: "logs" }, /no scale "logs"/);
  throws({ evaluator: "ped-anova", quantile: 1 }, /quantile=1 must be a number > 0 and < 1/);
  throws({ evaluator: "ped-anova", quantile: NaN }, /quantile=NaN/);
  throws({ directions: ["minimize", "minimize"] }, /has 2 metrics/);
  throws({ metric: 1 }, /metric=1/);
  const signs = sampled(line, 10, ({ a }) => a - 0.5);
  t.throws(() => judge(signs, line, { scale: "log" }), {
    message: /scale=log needs values of one sign/,
  });
});

test("a value of a branch that a trial did not take teaches nothing", (t) => {
  const space = searchSpace({
    kind: categorical(["a", "b"]),
    x: float(0, 1).when("kind", "a"),
    y: float(0, 1),
  });
  const trials = sampled(space, 80, ({ kind, y }) => (kind === "a" ? 1 : 0) + y);
  const beside = trials.map((trial, i) =>
    Object.hasOwn(trial.params, "x")
      ? trial
      : { ...trial, params: { ...trial.params, x: ((i * 7) % 11) / 10 } },
  );
  for (const evaluator of EVALUATORS) {
    t.deepEqual(judge(beside, space, { evaluator }), judge(trials, space, { evaluator }));
  }
});
