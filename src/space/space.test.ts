import test from "ava";
import { createRng } from "../numerics/rng.ts";
import {
  beta,
  cardinality,
  categorical,
  decode,
  density,
  encode,
  float,
  fromUnit,
  int,
  logNormal,
  normal,
  oneOf,
  paramsKey,
  points,
  searchSpace,
  sameSpace,
  spaceCardinality,
  spaceFromJson,
  spacePrior,
  spaceToJson,
  toUnit,
  weights,
  type ParamsOf,
} from "./index.ts";

const message = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return "nothing was thrown";
};

test("a step lowers a high that is not on its grid", (t) => {
  t.like(float(0, 1, { step: 0.3 }).distribution, { high: 0.9 });
  t.like(int(0, 10, { step: 3 }).distribution, { high: 9 });
  t.like(float(0, 1, { step: 0.1 }).distribution, { high: 1 });
});

test("impossible distributions are refused, naming input, value and remedy", (t) => {
  t.regex(
    message(() => float(1, 10, { log: true, step: 1 })),
    /step=1 exclude/,
  );
  t.regex(
    message(() => float(2, 1)),
    /low=2 lies above high=1\. Swap/,
  );
  t.regex(
    message(() => float(0, 1, { log: true })),
    /needs low > 0, got low=0\. Raise low/,
  );
  t.regex(
    message(() => int(0, 5, { log: true })),
    /needs low ≥ 1, got low=0/,
  );
  t.regex(
    message(() => int(1, 8, { log: true, step: 2 })),
    /step=2 exclude/,
  );
  t.regex(
    message(() => int(0.5, 8)),
    /low=0.5 must be an integer/,
  );
  t.regex(
    message(() => categorical([])),
    /at least one choice/,
  );
  t.regex(
    message(() => categorical(["a", "a"])),
    /"a" is given twice/,
  );
  t.regex(
    message(() => categorical([NaN])),
    /NaN is no string, finite number/,
  );
  t.regex(
    message(() => float(NaN, 1)),
    /low=NaN must be a finite number/,
  );
  t.regex(
    message(() => float(0, 1, { step: 0 })),
    /step=0 must be a finite number > 0/,
  );
});

test("random integers are uniform", (t) => {
  const rng = createRng(0);
  const { distribution } = int(0, 4);
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < 5000; i++) counts[fromUnit(distribution, rng.uniform()) as number]++;
  for (const count of counts) t.true(Math.abs(count - 1000) <= 60, `${counts.join()}`);
});

test("log integers follow their logarithm", (t) => {
  const rng = createRng(1);
  const { distribution } = int(1, 1000, { log: true });
  let below = 0;
  for (let i = 0; i < 5000; i++) {
    if ((fromUnit(distribution, rng.uniform()) as number) <= 31) below++;
  }
  t.true(Math.abs(below / 5000 - 0.545) < 0.03, `${below / 5000}`);
});

test("stepped values lie on the grid exactly", (t) => {
  const rng = createRng(2);
  const { distribution } = float(0, 1, { step: 0.1 });
  const seen = new Set<unknown>();
  for (let i = 0; i < 500; i++) seen.add(fromUnit(distribution, rng.uniform()));
  t.deepEqual([...seen].sort(), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
});

test("an integer's coordinate is its cell's, on the log scale too", (t) => {
  const expected = (Math.log(2) - Math.log(0.5)) / (Math.log(10.5) - Math.log(0.5));
  t.is(toUnit(int(1, 10, { log: true }).distribution, 2), expected);
  t.is(toUnit(int(0, 3).distribution, 0), 0.125);
});

const spec = {
  ...oneOf("optimizer", {
    momentum: { momentum: float(0, 0.99), decay: float(1e-6, 1e-1, { log: true }) },
    adamw: {
      oneMinusBeta1: float(1e-3, 1, { log: true }),
      decay: float(1e-6, 1e-1, { log: true }),
    },
    sgd: {},
  }),
  lr: float(1e-5, 1, { log: true, prior: logNormal(3e-4, 2) }),
  batchSize: int(16, 1024, { log: true }),
  warmup: int(0, 500, { step: 100 }).when("batchSize", { gte: 256 }),
  amsgrad: categorical([true, false]).when("optimizer", "adamw"),
  ams: float(0, 1).when("amsgrad", true),
};
const space = searchSpace(spec);

test("what is decoded is what exists, and encodes back", (t) => {
  const rng = createRng(3);
  for (let i = 0; i < 300; i++) {
    const unit = new Float64Array(space.parameters.length).map(() => rng.uniform());
    const params = decode(space, unit);
    t.is("momentum" in params, params["optimizer"] === "momentum");
    t.is("decay" in params, params["optimizer"] !== "sgd");
    t.is("warmup" in params, (params["batchSize"] as number) >= 256);
    t.is("ams" in params, params["amsgrad"] === true);
    t.deepEqual(decode(space, encode(space, params)), params);
  }
});

test("parameters stand after those that they depend on, however declared", (t) => {
  const turned = searchSpace({
    child: float(0, 1).when("parent", "a"),
    parent: categorical(["a", "b"]),
  });
  t.deepEqual(
    turned.parameters.map((parameter) => parameter.name),
    ["parent", "child"],
  );
});

test("conditions that can't hold are refused", (t) => {
  t.regex(
    message(() => searchSpace({ a: float(0, 1).when("b", 1) })),
    /no parameter "b"\. The parameters are a/,
  );
  t.regex(
    message(() => searchSpace({ b: categorical(["x"]), a: float(0, 1).when("b", "y") })),
    /"b" is one of \["x"\]\. Name values/,
  );
  t.regex(
    message(() => searchSpace({ b: categorical(["x"]), a: float(0, 1).when("b", { gte: 1 }) })),
    /"b" is categorical/,
  );
  t.regex(
    message(() => searchSpace({ b: int(0, 1).when("a", 1), a: int(0, 1).when("b", 1) })),
    /circle/,
  );
  t.regex(
    message(() => oneOf("o", { x: { a: float(0, 1) }, y: { a: float(0, 2) } })),
    /"a" is declared differently in the branches "x" and "y"/,
  );
  t.regex(
    message(() => int(0, 1).when("a", { above: 3 } as never)),
    /expected a value, a list of values/,
  );
});

test("a space survives JSON, with conditions and priors", (t) => {
  const copy = spaceFromJson(JSON.parse(JSON.stringify(spaceToJson(space))));
  t.true(sameSpace(space, copy));
  t.regex(
    message(() => spaceFromJson([{ name: "x" }])),
    /no search space|is no distribution|distribution is missing/,
  );
  t.regex(
    message(() => spaceFromJson({})),
    /no search space/,
  );
});

test("points of a finite space come once, conditions counted", (t) => {
  const finite = searchSpace({
    ...oneOf("o", { a: { n: int(1, 3) }, b: {} }),
    f: float(0, 0.2, { step: 0.1 }),
  });
  const all = [...points(finite)].map(paramsKey);
  t.is(all.length, 12);
  t.is(new Set(all).size, 12);
  t.is(spaceCardinality(finite), 12);
  t.is(spaceCardinality(space), Infinity);
  t.is(cardinality(float(1, 1).distribution), 1);
});

test("a prior moves four fifths of the draws and leaves one fifth free", (t) => {
  const prior = spacePrior(space)!;
  const rng = createRng(4);
  let near = 0;
  const count = 4000;
  for (let i = 0; i < count; i++) {
    const unit = prior.warp(new Float64Array(space.parameters.length).map(() => rng.uniform()));
    const lr = decode(space, unit)["lr"] as number;
    if (lr > 1.5e-4 && lr < 6e-4) near++;
  }
  // 68.3 % of the log-normal and ln 4 / ln 1e5 of the uniform part.
  const expected = 0.8 * 0.6827 + (0.2 * Math.log(4)) / Math.log(1e5);
  t.true(Math.abs(near / count - expected) < 0.03, `${near / count} against ${expected}`);
});

test("every kind of prior has its densest point where it says", (t) => {
  const cases = [
    [float(0, 10, { prior: normal(7, 0.5) }), 0.7],
    [float(0, 10, { prior: beta(2, 5) }), 0.2],
    [float(1e-4, 1, { log: true, prior: logNormal(1e-2, 2) }), 0.5],
    [
      float(0, 10, {
        prior: density([
          [0, 0],
          [4, 1],
          [10, 0],
        ]),
      }),
      0.4,
    ],
    [categorical(["a", "b", "c", "d"], { prior: { c: 3, a: 1 } }), 0.6],
  ] as const;
  for (const [declaration, peak] of cases) {
    const prior = spacePrior(searchSpace({ x: declaration }))!;
    const at = (unit: number): number => prior.logDensity(Float64Array.of(unit));
    for (const unit of [0.05, 0.3, 0.95]) t.true(at(peak) > at(unit), `${peak} over ${unit}`);
    t.is(prior.logDensity(Float64Array.of(NaN)), 0);
    t.true(at(0) > Math.log(0.19), "a fifth stays uniform");
  }
});

test("priors that can't be meant are refused", (t) => {
  t.regex(
    message(() => logNormal(-1, 2)),
    /median=-1 must be a finite number > 0/,
  );
  t.regex(
    message(() => logNormal(1, 1)),
    /factor=1 must be a finite number > 1/,
  );
  t.regex(
    message(() => density([[1, 1]])),
    /1 point\(s\) given/,
  );
  t.regex(
    message(() => searchSpace({ x: float(0, 1, { prior: weights({ a: 1 }) }) })),
    /a weights prior does not fit a float/,
  );
  t.regex(
    message(() => searchSpace({ x: categorical(["a"], { prior: { b: 1 } }) })),
    /weighs "b", which is no choice/,
  );
  t.regex(
    message(() =>
      searchSpace({
        x: float(0, 1, {
          prior: density([
            [3, 1],
            [4, 1],
          ]),
        }),
      }),
    ),
    /no weight in the parameter's range/,
  );
});

// Types: a mistake here fails the build.
type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const equal = <A, B>(_same: Equal<A, B>): void => undefined;

test("ParamsOf infers names, kinds and narrowing", (t) => {
  const flat = searchSpace({
    x: float(0, 1),
    n: int(1, 3),
    c: categorical(["a", 1, true, null]),
    w: int(0, 1).when("n", { gt: 1 }),
  });
  equal<
    ParamsOf<typeof flat>,
    {
      readonly x: number;
      readonly n: number;
      readonly c: "a" | 1 | true | null;
      readonly w?: number;
    }
  >(true);

  const branched = searchSpace({
    ...oneOf("optimizer", { sgd: { momentum: float(0, 1) }, adamw: { beta: float(0, 1) } }),
    lr: float(0, 1),
    amsgrad: categorical([true, false]).when("optimizer", "adamw"),
    shift: float(0, 1).when("amsgrad", true),
  });
  type P = ParamsOf<typeof branched>;
  const use = (params: P): number => {
    if (params.optimizer === "sgd") return params.momentum + params.lr;
    if (params.amsgrad) return params.beta + params.shift;
    return params.beta;
  };
  t.is(use({ optimizer: "sgd", momentum: 1, lr: 2 }), 3);
  t.is(use({ optimizer: "adamw", beta: 1, lr: 2, amsgrad: true, shift: 4 }), 5);
  // @ts-expect-error a branch's parameter does not exist in the other branch
  t.is(use({ optimizer: "sgd", beta: 1, lr: 2 }), NaN);
  // @ts-expect-error no such choice
  t.notThrows(() => use({ optimizer: "lion", lr: 2, beta: 1, amsgrad: false }));
});
