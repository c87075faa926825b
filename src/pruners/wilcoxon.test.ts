import test from "ava";
import { wilcoxon } from "./index.ts";
import { stopsOf } from "./testing/stops-of.ts";
import { decide, finished, running } from "./testing/trials.ts";

test("trials stop at the fold at which Optuna's stop, ties and zeros included", (t) => {
  const folds = Array.from({ length: 16 }, (_, k) => k);
  const curves = Array.from({ length: 24 }, (_, i) =>
    folds.map((k) => ((i * 7919 + k * 1049) % 97) + ((k * 331) % 50) + ((i * 5 + 3) % 11) * 6),
  );
  const stops = stopsOf(wilcoxon({ pThreshold: 0.2 }), {
    curves,
    steps: folds,
    finalValue: (reports) => reports.reduce((sum, { value }) => sum + value, 0) / reports.length,
  });
  // Optuna 5.0.0's.
  // prettier-ignore
  t.deepEqual(stops, [null, 5, null, 5, null, 8, 2, 3, 2, 2, 2, 3, 2, null, 2, 10, 8, 2, 3, 2, 2, 2, 3, 2]);
});

const best = finished([1, 2, 3, 4, 5], { values: [3] });

test("a trial worse on every fold is stopped as soon as the test is sure", (t) => {
  const pruner = wilcoxon({ pThreshold: 0.1 });
  const worse = [2, 4, 6, 8, 10];
  // p = 1/4, 1/8, 1/16 after 2, 3, 4 folds.
  const isStopped = (count: number): boolean =>
    decide(pruner, [best], running(worse.slice(0, count)));
  t.deepEqual([1, 2, 3, 4, 5].map(isStopped), [false, false, false, true, true]);
  t.false(decide(wilcoxon({ startupSteps: 5 }), [best], running(worse.slice(0, 4))));
});

test("the mean of what was reported keeps a trial that the test would stop", (t) => {
  const outlier = finished([1, 1, 1, 1, 100], { values: [20.8] });
  t.false(decide(wilcoxon(), [outlier], running([2, 3, 4, 5])));
});

test("a trial whose mean is the best one's is not stopped", (t) => {
  // Worse on nine folds, and as much better on the tenth.
  const rival = finished([0, 0, 0, 0, 0, 0, 0, 0, 0, 10], { values: [1] });
  const level = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
  t.false(decide(wilcoxon({ pThreshold: 0.5 }), [rival], running(level)));
  t.true(decide(wilcoxon({ pThreshold: 0.5 }), [rival], running(level.map((one) => one + 0.01))));
});

test("the rival is the best of the completed, feasible trials", (t) => {
  const trial = running([2, 4, 6, 8, 10]);
  const bad = finished([9, 9, 9, 9, 9], { values: [9], number: 1 });
  t.true(decide(wilcoxon(), [bad, best], trial));
  t.false(decide(wilcoxon(), [bad, { ...best, outcome: "pruned" }], trial));
  t.false(decide(wilcoxon(), [bad, { ...best, constraints: [1] }], trial));
  t.false(decide(wilcoxon(), [], trial));
  const twin = finished([9, 9, 9, 9, 9], { values: [3], number: 1 });
  t.true(decide(wilcoxon(), [twin, { ...best, number: 0 }], trial), "ties go to the lowest number");
});

test("folds pair by their step, and what is not finite stops nothing", (t) => {
  const pruner = wilcoxon();
  t.false(decide(pruner, [best], running([9, 9, 9, 9], 4)), "two folds in common");
  t.false(decide(pruner, [best], running([2, 4, 6, 8, NaN])));
  t.false(decide(pruner, [best], running([2, 4, 6, 8, Infinity])));
  t.false(decide(pruner, [finished([1, 2, 3, 4, NaN], { values: [3] })], running([2, 4, 6, 8])));
  t.false(decide(pruner, [finished([], { values: [3] })], running([2, 4, 6, 8])));
  t.false(decide(pruner, [best], running([])));
});

test("options out of their range, or of another name, are refused", (t) => {
  t.throws(() => wilcoxon({ pThreshold: 1.1 }), {
    message: /pThreshold=1.1 must be a number ≥ 0 and ≤ 1/,
  });
  t.throws(() => wilcoxon({ startupSteps: -1 }), { message: /startupSteps=-1 must be an integer/ });
  t.throws(() => wilcoxon({ p: 0.1 } as object), { message: /no option "p"/ });
});
