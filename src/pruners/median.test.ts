import test from "ava";
import type { Observation } from "../contracts/strategy.ts";
import type { Report } from "../contracts/trial.ts";
import { median, percentile } from "./index.ts";

const reportsOf = (values: Readonly<Record<number, number>>): Report[] =>
  Object.entries(values).map(([step, value]) => ({ step: Number(step), value }));

const completed = (values: Readonly<Record<number, number>>): Observation => ({
  number: 0,
  params: {},
  outcome: "complete",
  values: [0],
  reports: reportsOf(values),
});

const decide = (
  pruner: ReturnType<typeof median>,
  history: readonly Observation[],
  values: Readonly<Record<number, number>>,
): boolean => {
  const state = history.reduce((s, trial) => pruner.observe(s, trial), pruner.init());
  const trial = { number: history.length, params: {}, reports: reportsOf(values) };
  return pruner.shouldPrune(state, { trial, pending: [] });
};

test("an option out of its range is told with the pruner that it was given to", (t) => {
  t.throws(() => median({ warmupSteps: -1 }), { message: /^median: warmupSteps=-1 must be/ });
  t.throws(() => percentile(25, { minTrials: 0 }), { message: /^percentile: minTrials=0 must/ });
});

test("a trial worse than the median at its step is pruned, one without a report never", (t) => {
  const pruner = median({ startupTrials: 0 });
  t.true(decide(pruner, [completed({ 1: 1 })], { 1: 2 }));
  t.false(decide(pruner, [completed({ 1: 1 })], { 1: 1 }));
  t.true(decide(pruner, [completed({ 1: 1 })], { 1: NaN }));
  t.false(decide(pruner, [completed({ 1: 1 })], {}));
  t.false(decide(pruner, [], { 1: 2 }));
  t.false(decide(median(), [completed({ 1: 1 })], { 1: 2 }), "5 trials must complete first");
});

test("the best report so far counts, not the last one", (t) => {
  const pruner = median({ startupTrials: 0 });
  t.false(decide(pruner, [completed({ 1: 1, 2: 1 })], { 1: 0.5, 2: 7 }));
});

test("warm-up and interval act where Optuna's do", (t) => {
  const pruner = median({ startupTrials: 0, warmupSteps: 2, intervalSteps: 10 });
  // One completed trial reported 0 at every step; the other one reports 2 at every third, and asks
  // at every step.
  const zeros = Object.fromEntries(Array.from({ length: 27 }, (_, step) => [step, 0]));
  const reported: Record<number, number> = {};
  const acted: number[] = [];
  for (let step = 0; step < 27; step++) {
    if (step % 3 === 0) reported[step] = 2;
    if (decide(pruner, [completed(zeros)], reported)) acted.push(step);
  }
  t.deepEqual(acted, [3, 4, 5, 12, 13, 14, 24, 25, 26]);
});

test("options out of their range are refused", (t) => {
  t.throws(() => percentile(101), { message: /percentile=101 must be a number ≥ 0 and ≤ 100/ });
  t.throws(() => median({ intervalSteps: 0 }), { message: /intervalSteps=0 must be an integer/ });
});
