import test from "ava";
import type { Divergence } from "../../errors/errors.ts";
import { createRng } from "../../numerics/rng.ts";
import { divergenceMonitor } from "./divergence.ts";
import { adaptive, descent, heavyBall, runWatched, type Update } from "./testing/chebyshev.ts";

// A user would miss: runs at the edge of stability that go on, and hopeless ones that do not.

test("stable runs at the edge go on", (t) => {
  const runs: readonly (readonly [Update, number])[] = [
    [descent(0.4), 0.4],
    [heavyBall(0.2), 0.2],
    [adaptive(3e-3, 0.9, 0.999), 3e-3],
  ];
  for (const [update, rate] of runs) {
    const { divergence, loss, firstLoss } = runWatched(update, 2500, rate);
    t.is(divergence, undefined, `rate ${rate}`);
    t.true(loss < firstLoss);
  }
});

test("such runs do oscillate: at .4 the loss rises again and again, and still falls", (t) => {
  const { rises, loss, firstLoss } = runWatched(descent(0.4), 4000, 0.4);
  t.true(rises > 500, `${rises} rises`);
  t.true(loss < 0.2 * firstLoss);
});

test("rates far beyond the edge are stopped, and the advice names a lower one", (t) => {
  const cases: readonly (readonly [Update, number, number])[] = [
    [descent(20), 20, 0],
    [heavyBall(10), 10, 0],
    // From this start the rate that the other one bears oscillates for 500 steps, then overflows.
    [heavyBall(0.1, true), 0.1, 4],
    [adaptive(30, 0.9, 0.999), 30, 0],
  ];
  for (const [update, rate, start] of cases) {
    const { divergence } = runWatched(update, 2000, rate, start);
    t.truthy(divergence, `rate ${rate} went on`);
    t.is(divergence?.learningRate, rate);
    t.regex(String(divergence?.advice), /learning rate/i);
  }
});

type Losses = (step: number) => number;

function verdict(losses: Losses, steps: number, norm: Losses = () => 1): Divergence | undefined {
  const monitor = divergenceMonitor(2.3);
  for (let step = 0; step < steps; step++) {
    const gradientNorm = norm(step);
    const norms = { gradientNorm, kernelGradientNorm: gradientNorm };
    const found = monitor.observe({ step, loss: losses(step), learningRate: 0.1, ...norms });
    if (found) return found;
  }
  return undefined;
}

test("each cause is told from the others", (t) => {
  t.like(
    verdict((step) => (step === 7 ? NaN : 1), 20),
    { cause: "nonFinite", step: 7 },
  );
  t.like(
    verdict(
      () => 1,
      20,
      (step) => (step === 5 ? Infinity : 1),
    ),
    { cause: "nonFinite", step: 5 },
  );
  t.is(verdict((step) => 2.3 * 1.3 ** step, 200)?.cause, "explosion");
  t.is(verdict(() => 200, 200)?.cause, "explosion");
  t.is(verdict((step) => (step % 2 === 0 ? 12 : 3), 1000)?.cause, "oscillation");
  const still = verdict(
    () => 2.3,
    1000,
    (step) => (step < 10 ? 1 : 0),
  );
  t.is(still?.cause, "vanishingGradient");
});

test("what recovers or has learned is left alone", (t) => {
  // A catapult: the loss jumps by 100 and comes back.
  t.is(
    verdict((step) => 2 + (step > 20 && step < 60 ? 200 * 0.8 ** (step - 20) : 0), 500),
    undefined,
  );
  // Noise of small batches around a loss that does not move yet.
  const rng = createRng(1);
  t.is(
    verdict(() => 2.3 * Math.exp(0.6 * rng.normal()), 3000),
    undefined,
  );
  // Converged to nothing left to learn: the gradient vanishes as it should.
  t.is(
    verdict(
      () => 1e-9,
      1000,
      () => 1e-12,
    ),
    undefined,
  );
});

test("a monitor that is saved and restored gives the same verdict at the same step", (t) => {
  const losses: Losses = (step) => (step % 2 === 0 ? 12 : 3);
  const expected = verdict(losses, 1000);
  let monitor = divergenceMonitor(2.3);
  for (let step = 0; step < 1000; step++) {
    if (step === 120) monitor = divergenceMonitor(2.3, monitor.save());
    const norms = { gradientNorm: 1, kernelGradientNorm: 1 };
    const found = monitor.observe({ step, loss: losses(step), learningRate: 0.1, ...norms });
    if (found === undefined) continue;
    t.is(found.step, expected?.step);
    return;
  }
  t.fail("no verdict");
});
