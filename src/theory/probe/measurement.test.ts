import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import { beliefFrom, measuredOptimizer } from "./belief.ts";
import { parseMeasurement, type ProbeMeasurement } from "./measurement.ts";

const example: ProbeMeasurement = {
  version: 1,
  framework: "pytorch 2.5",
  step: 0,
  weights: 50_890,
  batchSize: 128,
  loss: 2.31,
  batches: 32,
  gradientNorm: 0.8,
  weightNorm: 12,
  sharpness: { value: 20, residual: 0.4, products: 7, converged: true },
  simpleNoise: { value: 90, sdOfLog: 0.2 },
  optimizers: [
    {
      name: "sgd",
      family: "sgd",
      usualRate: 0.01,
      stability: { kind: "threshold", curvature: "hessian", gain: 1 },
      edge: 0.1,
      directionalEdge: { value: 0.25, slope: 0.64, curvature: 5.12, batches: 4 },
      notes: [],
    },
  ],
  cost: { gradients: 67, products: 11, gradientsPerProduct: 3, seconds: 1.5 },
  assumptions: [],
  warnings: [],
};

test("a measurement survives JSON, as a study keeps it", (t) => {
  t.deepEqual(parseMeasurement(JSON.stringify(example)), example);
  t.deepEqual(parseMeasurement(JSON.parse(JSON.stringify(example))), example);
});

test("what another program wrote wrongly is named with its place and value", (t) => {
  const cases: [unknown, RegExp][] = [
    [{ ...example, version: 2 }, /version 2, and this hpo reads version 1/],
    [{ ...example, batchSize: 0 }, /batchSize: It must be > 0, got 0\b/],
    [{ ...example, weights: undefined }, /weights: It is missing/],
    [{ ...example, loss: NaN }, /loss: .*got NaN/],
    [
      { ...example, optimizers: [{ ...example.optimizers[0], family: "adamw" }] },
      /optimizers\.0\.family: There is no "adamw"/,
    ],
    [null, /Expected an object, got null/],
    ['{"loss": NaN}', /is no JSON.*leave such fields out/],
  ];
  for (const [json, message] of cases) {
    t.throws(() => parseMeasurement(json), { instanceOf: HpoError, message });
  }
  t.throws(() => parseMeasurement({}, "probe.py's answer"), { message: /^probe\.py's answer: / });
});

test("a belief is centred half way between the usual rate and the directional edge", (t) => {
  const belief = beliefFrom(example, { budget: "fixedSamples" });
  t.is(belief.source, "edgeAndDefault");
  t.is(belief.referenceBatch, 128);
  t.true(Math.abs(belief.center - (Math.log(0.01) + Math.log(0.25)) / 2) < 1e-12);
  // 1.2 for SGD and .3 more, as only the noise at initialisation is known.
  t.is(belief.sd, 1.5);
  const small = beliefFrom({ ...example, weights: 9_000 }, { budget: "fixedSamples" });
  t.is(small.source, "edgeAndMeasuredScale");
});

test("an optimizer that was not measured is an error that names those that were", (t) => {
  t.throws(() => measuredOptimizer(example, "adam"), {
    instanceOf: HpoError,
    message: /"adam" was not measured; measured: sgd/,
  });
});
