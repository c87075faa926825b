import test from "ava";
import { createRng } from "../src/numerics/rng.ts";
import { float, searchSpace } from "../src/space/index.ts";
import type { Observation, PendingTrial, Suggestion } from "../src/contracts/strategy.ts";
import { strategyContract } from "../src/testing/strategy-contract.ts";
import { failed } from "../src/testing/strategy-scenarios.ts";
import { strategyFingerprint } from "../src/testing/strategy-fingerprint.ts";
import { asha } from "./asha.ts";
import { bayesian } from "./bayesian.ts";
import { random } from "./random.ts";

// Of trials that report nothing it makes what the strategy under it makes of them.
strategyContract(test, "asha", asha, { fingerprint: strategyFingerprint(bayesian()) });

test("an option out of range is refused by name", (t) => {
  t.throws(() => asha({ minSteps: 0 }), { message: /minSteps=0 must be/ });
  t.throws(() => asha({ minSteps: 5, maxSteps: 3 }), { message: /maxSteps=3 must be/ });
  t.throws(() => asha({ eta: 1 }), { message: /eta=1 must be/ });
});

const space = searchSpace({ x: float(0, 1) });
const strategy = asha({ strategy: random(), maxSteps: 9, eta: 3, hedge: 0 });
const begin = () => strategy.init({ space, metricCount: 1 });
const next = (state: ReturnType<typeof begin>, pending: readonly PendingTrial[] = []): Suggestion =>
  strategy.suggest(state, { number: 99, pending, rng: createRng(0) });

/** Paused at a step with a value there. */
const paused = (
  number: number,
  step: number,
  value: number,
  continueFrom?: number,
): Observation => ({
  number,
  params: { x: number / 100 },
  outcome: "pruned",
  values: [value],
  reports: [{ step, value }],
  ...(continueFrom !== undefined && { continueFrom }),
});
const after = (...trials: readonly Observation[]) =>
  trials.reduce((state, trial) => strategy.observe(state, trial), begin());
const three = [paused(0, 1, 5), paused(1, 1, 3), paused(2, 1, 4)];

test("the best of each three goes on, once, to the next rung", (t) => {
  t.like(next(after(...three.slice(0, 2))), { continueFrom: undefined, maxStep: 1 });
  t.like(next(after(...three)), { continueFrom: 1, params: { x: 0.01 }, maxStep: 3 });
  const underWay = { number: 3, params: { x: 0.01 }, reports: [], continueFrom: 1 };
  t.like(next(after(...three), [underWay]), { continueFrom: undefined });
  t.like(next(after(...three, paused(3, 3, 2, 1))), { continueFrom: undefined });
});

test("who passes the last rung goes to its end; the highest rung comes first", (t) => {
  const trials = [
    ...Array.from({ length: 9 }, (_, i) => paused(i, 1, i)),
    ...[0, 1, 2].map((i) => paused(10 + i, 3, i, i)),
  ];
  const suggestion = next(after(...trials, paused(20, 1, -1)));
  t.like(suggestion, { continueFrom: 10 });
  t.false(suggestion.kind === "params" && "maxStep" in suggestion);
});

test("a diverged trial counts as the worst; one that was lost on its way may be tried again", (t) => {
  const diverged = { number: 2, params: { x: 0.02 }, ...failed("diverged") } as const;
  t.like(next(after(three[0], three[1], diverged)), { continueFrom: 1 });
  const lost = { number: 3, params: { x: 0.01 }, continueFrom: 1, ...failed("lost") } as const;
  t.like(next(after(...three, lost)), { continueFrom: 1 });
});

test("without maxSteps the first training that completes tells", (t) => {
  const free = asha({ strategy: random(), hedge: 0 });
  const context = { number: 1, pending: [], rng: createRng(0) };
  const state = free.init({ space, metricCount: 1 });
  t.false("maxStep" in free.suggest(state, context));
  const whole = { ...paused(0, 9, 1), outcome: "complete" } as const;
  t.like(free.suggest(free.observe(state, whole), context), { maxStep: 1 });
});

const hedged = asha({ strategy: random(), maxSteps: 9, eta: 3, hedge: 0.3 });
const newTrials = (count: number) => {
  let state = hedged.init({ space, metricCount: 1 });
  return Array.from({ length: count }, (_, number) => {
    const suggestion = hedged.suggest(state, { number, pending: [], rng: createRng(number) });
    const isWhole = suggestion.kind === "params" && suggestion.maxStep === undefined;
    // All alike and infeasible to promote: they diverge.
    state = hedged.observe(state, { number, params: { x: 0.5 }, ...failed("diverged") });
    return isWhole;
  });
};

test("now and then a trial is never paused", (t) => {
  const wholes = newTrials(60);
  const count = wholes.filter(Boolean).length;
  t.true(count >= 2 && count <= 12, `${count} of 60`);
});

/** Trained to the end, with values at the rungs 1 and 3. */
const whole = (number: number, atOne: number, atThree: number, final: number): Observation => ({
  number,
  params: { x: number / 100 },
  outcome: "complete",
  values: [final],
  reports: [
    { step: 1, value: atOne },
    { step: 3, value: atThree },
    { step: 9, value: final },
  ],
});

test("a rung at which the best training looked bad is left out until it is right again", (t) => {
  const led = whole(10, 0, 0, 5);
  const rest = Array.from({ length: 10 }, (_, i) => paused(11 + i, 1, 1 + i / 10));
  const continued = [paused(30, 3, 1, 11), paused(31, 3, 1, 12), paused(32, 3, 1, 13)];
  const early = [led, ...rest, ...continued];
  t.like(next(after(...early)), { maxStep: 1 });
  // It looked hopeless at step 1, and won.
  const late = whole(40, 9, 0.5, 1);
  t.like(next(after(...early, late)), { continueFrom: undefined, maxStep: 3 });
  t.like(next(after(...early, late, whole(41, 0.1, 0.1, 0.5))), { maxStep: 1 });
});
