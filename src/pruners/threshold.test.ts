import test from "ava";
import { threshold } from "./index.ts";
import { stopsOf } from "./testing/stops-of.ts";
import { decide, running } from "./testing/trials.ts";

test("a report beyond a bound, or NaN, stops the trial; one at a bound doesn't", (t) => {
  const pruner = threshold({ lower: 0, upper: 1 });
  t.deepEqual(
    [0, 1, 1.1, -0.1, NaN, Infinity].map((value) => decide(pruner, [], running([5, value]))),
    [false, false, true, true, true, true],
  );
  t.false(decide(pruner, [], running([])));
});

test("bounds are in the metric's own sense where it is maximised", (t) => {
  const curves = [[0.2, 0.4, 0.6, 0.8]];
  t.deepEqual(stopsOf(threshold({ upper: 0.5 }), { curves, direction: "maximize" }), [3]);
  t.deepEqual(stopsOf(threshold({ lower: 0.3 }), { curves, direction: "maximize" }), [1]);
  t.deepEqual(stopsOf(threshold({ lower: 0.1 }), { curves, direction: "maximize" }), [null]);
});

test("warm-up and interval delay the look", (t) => {
  const pruner = threshold({ upper: 1, warmupSteps: 3, intervalSteps: 4 });
  const isStopped = (length: number): boolean =>
    decide(pruner, [], running(Array.from({ length }, () => 2)));
  t.deepEqual([1, 2, 3, 4, 5, 6, 7, 8].filter(isStopped), [3, 7]);
});

test("bounds that are none are refused", (t) => {
  t.throws(() => threshold({}), { message: /there is no bound/ });
  t.throws(() => threshold({ lower: 2, upper: 1 }), { message: /lower=2 is above upper=1/ });
  t.throws(() => threshold({ upper: NaN }), { message: /upper=NaN must be a number/ });
  t.throws(() => threshold({ upper: 1, intervalSteps: 0 }), { message: /intervalSteps=0 must be/ });
  const slip = { upper: 1, max: 1 };
  t.throws(() => threshold(slip), { message: /no option "max"/ });
});
