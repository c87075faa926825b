import test from "ava";
import fc from "fast-check";
import type { Observation } from "../contracts/strategy.ts";
import { divergence } from "./index.ts";
import { decide, finished, running } from "./testing/trials.ts";

/** Curves that fall from about 2 to about 0.2, with a little spread. */
const sound = (count = 6): Observation[] =>
  Array.from({ length: count }, (_, i) =>
    finished(
      [2, 1, 0.5, 0.3, 0.2].map((value) => value * (1 + 0.02 * i)),
      { number: i },
    ),
  );

test("NaN and infinity stop a trial at once, without any history", (t) => {
  const pruner = divergence({ warmupSteps: 9 });
  t.true(decide(pruner, [], running([NaN])));
  t.true(decide(pruner, [], running([1, Infinity])));
  t.false(decide(pruner, [], running([1, -Infinity])), "as good as can be");
  t.false(decide(pruner, [], running([NaN, 1])), "it is back");
  t.false(decide(pruner, [], running([])));
});

test("an explosion stops a trial at once: beyond all proportion to its own past", (t) => {
  t.true(decide(divergence(), [], running([2, 1, 2001])));
  t.false(decide(divergence(), [], running([2, 1, 2000])));
  t.false(decide(divergence(), [], running([2000])), "the first report has no past");
  t.false(decide(divergence(), [], running([0, 5])), "from 0 there is no proportion");
  t.true(decide(divergence({ explosionFactor: 10 }), [], running([2, 1, 21])));
  t.true(decide(divergence(), [], running([2e-6, 1e-6, 3e-3])), "whatever its scale");
});

test("a trial far outside the envelope is stopped, a merely bad one goes on", (t) => {
  t.false(decide(divergence(), sound(), running([2, 2, 0.9])), "5 σ at step 3 begin at 0.98");
  t.true(decide(divergence(), sound(), running([2, 2, 2])));
  t.true(decide(divergence({ width: 1 }), sound(), running([2, 2, 0.9])));
});

test("a spike may pass: as many reports in a row as patience says", (t) => {
  t.false(decide(divergence(), sound(), running([2, 1, 5])));
  t.true(decide(divergence(), sound(), running([2, 1, 5, 5])));
  t.false(decide(divergence(), sound(), running([2, 5, 0.5, 5])));
  t.true(decide(divergence({ patience: 1 }), sound(), running([2, 1, 5])));
});

test("the envelope needs its trials at the step, and holds after the warm-up", (t) => {
  const pruner = divergence({ startupTrials: 5, warmupSteps: 4 });
  t.false(decide(divergence(), sound(4), running([9, 9, 9])));
  t.true(decide(divergence(), sound(5), running([9, 9, 9])));
  t.false(decide(divergence(), sound(), running([9, 9, 9], 5)), "nobody reported at step 6");
  t.false(decide(pruner, sound(), running([9, 9, 9, 9])));
  t.true(decide(pruner, sound(), running([9, 9, 9, 9, 9])));
});

test("completed curves gone astray don't widen it while they are less than half", (t) => {
  const astray = Array.from({ length: 4 }, () => finished([2, 100, 1e4, 1e6, NaN]));
  t.true(decide(divergence(), [...sound(6), ...astray], running([2, 6, 6])));
});

test("pruned and failed trials make no envelope", (t) => {
  const others = sound().map((trial) => ({ ...trial, outcome: "pruned" as const }));
  t.false(decide(divergence(), others, running([9, 9, 9])));
});

test("curves that are all alike make no envelope of no width", (t) => {
  const twins = Array.from({ length: 6 }, () => finished([2, 1, 0.5]));
  t.false(decide(divergence(), twins, running([2.1, 1.1, 0.6])), "within 5 · 5 % of the range");
  t.true(decide(divergence(), twins, running([2.1, 1.5, 1])));
  const flat = Array.from({ length: 6 }, () => finished([1, 1, 1]));
  t.false(decide(divergence(), flat, running([2, 2, 2])), "there is no scale to judge by");
});

test("shifting and scaling the metric changes no decision of the envelope", (t) => {
  const values = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(values, fc.integer({ min: -64, max: 64 }), fc.nat({ max: 6 }), (curve, a, k) => {
      // Powers of two and few digits: exact. Without explosions, whose proportion a shift changes.
      const moved = (value: number): number => (value / 128 + a) * 2 ** k;
      const map = (trial: Observation): Observation => ({
        ...trial,
        reports: trial.reports.map(({ step, value }) => ({ step, value: moved(value) })),
      });
      const history = [
        [300, 200, 128],
        [290, 180, 120],
        [310, 210, 140],
      ].map((c) => finished(c));
      const pruner = divergence({ startupTrials: 3, explosionFactor: Infinity });
      const before = decide(pruner, history, running(curve));
      return before === decide(pruner, history.map(map), running(curve.map(moved)));
    }),
    { seed: 1 },
  );
  t.pass();
});

test("options out of their range, or of another name, are refused", (t) => {
  t.throws(() => divergence({ width: -1 }), { message: /width=-1 must be a number ≥ 0/ });
  t.throws(() => divergence({ patience: 0 }), { message: /patience=0 must be an integer/ });
  t.throws(() => divergence({ startupTrials: 0 }), {
    message: /startupTrials=0 must be an integer/,
  });
  t.throws(() => divergence({ warmupSteps: 0.5 }), {
    message: /warmupSteps=0.5 must be an integer/,
  });
  t.throws(() => divergence({ explosionFactor: 0 }), {
    message: /explosionFactor=0 must be a number ≥ 1/,
  });
  t.throws(() => divergence({ factor: 3 } as object), { message: /no option "factor"/ });
});
