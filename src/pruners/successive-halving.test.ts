import test from "ava";
import { successiveHalving } from "./index.ts";
import { stopsOf } from "./testing/stops-of.ts";
import { decide, finished, running } from "./testing/trials.ts";

test("a lone trial survives every rung, and goes on surviving without a report", (t) => {
  const pruner = successiveHalving({ minResource: 1, reductionFactor: 2 });
  const steps = Array.from({ length: 10 }, (_, step) => step);
  t.deepEqual(stopsOf(pruner, { curves: [steps.map(() => 1)], steps }), [null]);
  t.false(decide(pruner, [finished([0])], running([])));
});

// Trial i reports at the k-th step. The stops are optuna 5.0.0's.
const curves = Array.from({ length: 24 }, (_, i) =>
  Array.from(
    { length: 8 },
    (_, k) => ((i * 7919 + k * 1049) % 1000) / 1000 + ((i * 37) % 11) / (k + 1),
  ),
);

test("reports that skip rungs count at each of them, up to the one that stopped the trial", (t) => {
  const steps = [0, 1, 4, 9, 16, 25, 36, 49];
  const stops = stopsOf(successiveHalving({ minResource: 1, reductionFactor: 2 }), {
    curves,
    steps,
  });
  // prettier-ignore
  t.deepEqual(stops, [null, 1, 1, 4, 1, 1, 4, 1, 1, 4, 1, 4, 4, 1, 4, 1, 1, 4, 1, 1, 4, 1, 4, 4]);
});

test("the first trials of a rung are stopped there while it is filled", (t) => {
  const pruner = successiveHalving({ minResource: 2, reductionFactor: 3, bootstrapCount: 2 });
  const stops = stopsOf(pruner, { curves: curves.map((c) => c.slice(0, 3)), steps: [5, 20, 80] });
  // prettier-ignore
  t.deepEqual(stops, [5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 20, 5, 5, 20, 5, 5, 20, 5, 5, 5, 5, 20, 5]);
});

test("running trials compete by their reports", (t) => {
  const pruner = successiveHalving({ minResource: 2, reductionFactor: 2 });
  t.false(decide(pruner, [], running([9, 3])));
  t.true(decide(pruner, [], running([9, 3]), [running([9, 2])]));
  t.false(decide(pruner, [], running([9, 3]), [running([2])]), "that one is not at the rung yet");
  t.true(decide(pruner, [], running([9, 3]), [running([1, NaN, 2])]), "NaN is no value");
  t.true(decide(pruner, [finished([9, 2], { outcome: "failed" })], running([9, 3])));
});

test("NaN at a rung stops a trial, between rungs it doesn't", (t) => {
  const pruner = successiveHalving({ minResource: 2, reductionFactor: 2 });
  t.true(decide(pruner, [], running([1, NaN])));
  t.false(decide(pruner, [], running([1, 1, NaN])));
});

test("with auto, rungs lie by the first trial that completes, and none is pruned before", (t) => {
  const pruner = successiveHalving({ reductionFactor: 2 });
  const long = finished(Array.from({ length: 300 }, () => 0));
  t.false(decide(pruner, [finished([0], { outcome: "pruned" })], running([1, 1, NaN])));
  t.false(decide(pruner, [long], running([1, NaN])), "the first rung is at step 3");
  t.true(decide(pruner, [long], running([1, 1, NaN])));
});

test("options out of their range, or of another name, are refused", (t) => {
  t.throws(() => successiveHalving({ minResource: 0 }), {
    message: /minResource=0 must be an integer/,
  });
  t.throws(() => successiveHalving({ reductionFactor: 1 }), {
    message: /reductionFactor=1 must be/,
  });
  t.throws(() => successiveHalving({ bootstrapCount: 2 }), { message: /needs a minResource/ });
  t.throws(() => successiveHalving({ minEarlyStoppingRate: -1 }), { message: /Rate=-1 must be/ });
  const slip = { min_resource: 1 };
  t.throws(() => successiveHalving(slip as object), { message: /no option "min_resource"/ });
});
