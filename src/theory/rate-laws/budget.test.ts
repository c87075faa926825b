import test from "ava";
import { believedExponent, budgetOf } from "./budget.ts";
import { surgeGate } from "./law-choice.ts";
import { rescaleBeta, rescaleSetting } from "./rescale.ts";

const runs = (...sizes: readonly { batchSize: number; steps?: number; samples?: number }[]) =>
  sizes.map((size) => ({ learningRate: 0.1, value: 1, ...size }));

test("runs share their samples or their steps where these differ by a tenth at most", (t) => {
  const steps = (other: number) =>
    budgetOf(runs({ batchSize: 10, steps: 100 }, { batchSize: 20, steps: other }));
  t.is(steps(100), "fixedSteps");
  t.is(steps(110), "fixedSteps");
  t.is(steps(111), "mixed");
  t.is(steps(50), "fixedSamples");
  t.is(steps(55), "fixedSamples");
  t.is(steps(56), "mixed");
});

test("a run tells steps, or samples, or both; of one batch size the budget is not known", (t) => {
  t.is(
    budgetOf(runs({ batchSize: 10, samples: 1000 }, { batchSize: 20, steps: 50 })),
    "fixedSamples",
  );
  t.is(
    budgetOf(runs({ batchSize: 10, samples: 1000 }, { batchSize: 20, steps: 100 })),
    "fixedSteps",
  );
  t.is(budgetOf(runs({ batchSize: 10, steps: 1 }, { batchSize: 20 })), "unknown");
  t.is(budgetOf(runs({ batchSize: 10, steps: 1 }, { batchSize: 10, steps: 9 })), "unknown");
  t.is(budgetOf(runs({ batchSize: 10, steps: 1 }, { batchSize: 11, steps: 9 })), "unknown");
  t.is(budgetOf(runs({ batchSize: 10, steps: 1 }, { batchSize: 12, steps: 9 })), "mixed");
});

test("of an unknown budget the exponent lies between those of the two, and is less sure than they", (t) => {
  const [samples, steps, unknown] = (["fixedSamples", "fixedSteps", "unknown"] as const).map(
    (budget) => believedExponent("adam", budget),
  );
  t.is(unknown.mean, (samples.mean + steps.mean) / 2);
  const [half, sd] = [(samples.mean - steps.mean) / 2, (samples.sd + steps.sd) / 2];
  t.true(Math.abs(unknown.sd ** 2 - half ** 2 - sd ** 2) < 1e-12);
});

test("a surge is adopted from five batch sizes and 6 BIC below both rivals on", (t) => {
  const gate = (count: number, power: number, rootSaturating: number) =>
    surgeGate(count, { power, rootSaturating, surge: 10 });
  t.is(gate(5, 16, 16), "adopted");
  t.is(gate(4, 99, 99), "tooFewBatchSizes");
  t.is(gate(5, 15.9, 99), "notEnoughEvidence");
  t.is(gate(5, 99, 15.9), "notEnoughEvidence");
});

test("Adam's rule fails from the batch on at which a coefficient would be 0", (t) => {
  const setting = { learningRate: 1, betas: [0.75, 0.875], batchSize: 8 };
  t.like(rescaleSetting(setting, 16), {
    learningRate: Math.SQRT2,
    betas: [0.5, 0.75],
    valid: true,
  });
  t.like(rescaleSetting(setting, 32), { betas: [0, 0.5], valid: false });
  t.like(rescaleSetting(setting, 64), { betas: [0, 0], valid: false });
  t.false("epsilon" in rescaleSetting(setting, 16));
  t.is(rescaleBeta(0, 8, 16), 0);
  t.true(Math.abs(rescaleBeta(0.5, 8, 16) - 0.25) < 1e-12);
});
