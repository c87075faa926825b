import test from "ava";
import {
  atRate,
  constant,
  cosine,
  exponential,
  inverseSquareRoot,
  oneCycle,
  polynomial,
  stepDecay,
  warmRestarts,
  warmupStableDecay,
  withWarmup,
  type Schedule,
} from "./index.ts";

// The learning rates of torch 2.13.0's lr_scheduler with a base learning rate of 1.
const references: readonly (readonly [string, Schedule, readonly number[]])[] = [
  [
    "StepLR(5, 0.3)",
    stepDecay({ every: 5, gamma: 0.3 }),
    [1.0, 1.0, 1.0, 1.0, 1.0, 0.3, 0.3, 0.3, 0.3, 0.3, 0.09, 0.09],
  ],
  [
    "ExponentialLR(0.9)",
    exponential({ gamma: 0.9 }),
    [1.0, 0.9, 0.81, 0.729, 0.6561, 0.59049, 0.531441, 0.4782969, 0.43046721, 0.387420489],
  ],
  [
    "CosineAnnealingLR(10, eta_min=0.1)",
    cosine({ steps: 10, final: 0.1 }),
    [
      1.0, 0.977975432333, 0.914057647469, 0.814503363532, 0.689057647469, 0.55, 0.410942352531,
      0.285496636468, 0.185942352531, 0.122024567667, 0.1,
    ],
  ],
  [
    "CosineAnnealingWarmRestarts(4, 2, eta_min=0.05)",
    warmRestarts({ period: 4, growth: 2, final: 0.05 }),
    [
      1.0, 0.860875721064, 0.525, 0.189124278936, 1.0, 0.963842777943, 0.860875721064,
      0.706774630373, 0.525, 0.343225369627, 0.189124278936, 0.086157222057,
    ],
  ],
  [
    "OneCycleLR(1, 12, pct_start=0.25, div_factor=10, final_div_factor=100)",
    oneCycle({ steps: 12, rise: 0.25, divisor: 10, finalDivisor: 100 }),
    [
      0.1, 0.55, 1.0, 0.969876464083, 0.883139199338, 0.75025, 0.587237264745, 0.413762735255,
      0.25075, 0.117860800662, 0.031123535917, 0.001,
    ],
  ],
  [
    'OneCycleLR(1, 12, anneal_strategy="linear")',
    oneCycle({ steps: 12, shape: "linear" }),
    [
      0.04, 0.409230769231, 0.778461538462, 0.952381142857, 0.833334, 0.714286857143,
      0.595239714286, 0.476192571429, 0.357145428571, 0.238098285714, 0.119051142857, 4e-6,
    ],
  ],
  [
    "PolynomialLR(8, 2)",
    polynomial({ steps: 8, power: 2 }),
    [1.0, 0.765625, 0.5625, 0.390625, 0.25, 0.140625, 0.0625, 0.015625, 0.0, 0.0, 0.0],
  ],
  [
    "SequentialLR([LinearLR(0.2, 1, 4), CosineAnnealingLR(8)], [4])",
    withWarmup({ steps: 4, start: 0.2 }, cosine({ steps: 8 })),
    [
      0.2, 0.4, 0.6, 0.8, 1.0, 0.961939766256, 0.853553390593, 0.691341716183, 0.5, 0.308658283817,
      0.146446609407, 0.038060233744,
    ],
  ],
];

for (const [name, schedule, expected] of references) {
  test(`the rates of torch's ${name}`, (t) => {
    expected.forEach((rate, step) => {
      t.true(Math.abs(schedule(step) - rate) < 1e-11, `step ${step}: ${schedule(step)}, ${rate}`);
    });
  });
}

test("warm-up, stable, decay rises in a line, stays and ends at its final share", (t) => {
  const schedule = warmupStableDecay({ warmup: 4, stable: 3, decay: 4, final: 0.2 });
  const rates = Array.from({ length: 13 }, (_, step) => Number(schedule(step).toFixed(10)));
  t.deepEqual(rates, [0.25, 0.4375, 0.625, 0.8125, 1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2, 0.2]);
  const root = warmupStableDecay({ warmup: 0, stable: 0, decay: 4, shape: "sqrt" });
  t.deepEqual([root(0), root(1), root(4)], [1, 0.5, 0]);
});

test("inverse square root is halved after three timescales", (t) => {
  const schedule = inverseSquareRoot({ timescale: 100 });
  t.is(schedule(0), 1);
  t.is(schedule(300), 0.5);
});

test("warm-up goes before any schedule and hands over its first value", (t) => {
  for (const schedule of [
    constant(),
    oneCycle({ steps: 10 }),
    inverseSquareRoot({ timescale: 5 }),
  ]) {
    const warm = withWarmup({ steps: 5 }, schedule);
    t.is(warm(5), schedule(0));
    t.is(warm(9), schedule(4));
    t.true(warm(0) > 0 && warm(0) < warm(4) && warm(4) < warm(5));
  }
  t.is(withWarmup({ steps: 0 }, constant())(0), 1);
});

test("atRate gives learning rates instead of multipliers", (t) => {
  t.is(atRate(0.5, cosine({ steps: 2 }))(1), 0.25);
});

test("a schedule that can't be is refused with its option and value", (t) => {
  t.throws(() => cosine({ steps: 0 }), { message: /steps=0 must be an integer ≥ 1/ });
  t.throws(() => stepDecay({ every: 3, gamma: NaN }), { message: /gamma=NaN must be > 0/ });
  t.throws(() => cosine({ steps: 3, final: 2 }), {
    message: /final=2 must be a number ≥ 0 and ≤ 1/,
  });
});
