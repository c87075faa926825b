import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import { chooseRateLaw, surgeGate } from "./law-choice.ts";
import { fitRateLaw, linearEstimate, rateAt, saturatingRate, type RateLaw } from "./rate-law.ts";
import { smallBatchSurgeRate } from "./surge.ts";
import { close } from "../testing/close.ts";
import {
  cheapestBatch,
  examplesToTarget,
  fastestBatch,
  fitTradeOff,
  stepsToTarget,
} from "../noise/trade-off.ts";

const at = (law: RateLaw, batches: readonly number[]) =>
  batches.map((batchSize) => ({ batchSize, learningRate: rateAt(law, batchSize) }));

test("test value 20: the saturating law at B_noise = 64, and its fit", (t) => {
  [1 / 9, 1 / 2, 8 / 9].forEach((value, i) =>
    close(t, saturatingRate([8, 64, 512][i], 1, 64), value),
  );
  const points = at({ kind: "saturating", maxRate: 1, noiseScale: 64 }, [8, 64, 512]);
  const { law, cost } = fitRateLaw("saturating", points);
  close(t, law.maxRate, 1);
  close(t, law.noiseScale, 64);
  t.true(cost < 1e-15);
});

test("test value 21: the small-B surge at B_n = 64", (t) => {
  const law = { kind: "surge", maxRate: 1, noiseScale: 64 } as const;
  [0.8, 0.942809, 1, 0.8, 0.470588].forEach((value, i) => {
    const batchSize = [16, 32, 64, 256, 1024][i];
    close(t, smallBatchSurgeRate(batchSize, 1, 64), value);
    close(t, rateAt(law, batchSize), value);
  });
});

test("test value 22: the surge's line p + qB, and the law it gives", (t) => {
  const points = at({ kind: "surge", maxRate: 0.002, noiseScale: 64 }, [8, 32, 128, 512]);
  const line = linearEstimate("surge", points);
  close(t, line?.intercept, 2000);
  close(t, line?.slope, 31.25);
  const { law } = fitRateLaw("surge", points);
  close(t, law.maxRate, 0.002);
  close(t, law.noiseScale, 64);
});

test("test value 28: steps to the target by batch size, and the fit back", (t) => {
  const tradeOff = { minSteps: 100, criticalBatch: 256 };
  const runs = [32, 128, 512, 2048].map((batchSize) => ({
    batchSize,
    steps: stepsToTarget(tradeOff, batchSize),
  }));
  t.deepEqual(
    runs.map((run) => run.steps),
    [900, 300, 150, 112.5],
  );
  const fit = fitTradeOff(runs);
  close(t, fit.minSteps, 100);
  close(t, fit.criticalBatch, 256);
  close(t, fit.minExamples, 25600);
  close(t, (900 / 100 - 1) * (examplesToTarget(tradeOff, 32) / 25600 - 1), 1);
});

test("test value 29: the fastest batch at 1 ms + .01 ms·B is 160", (t) => {
  close(t, fastestBatch(256, 1, 0.01), 160);
});

test("the cheapest batch is cheaper than its neighbours", (t) => {
  const tradeOff = { minSteps: 100, criticalBatch: 256 };
  const cost = (b: number) => 3 * stepsToTarget(tradeOff, b) + 0.2 * examplesToTarget(tradeOff, b);
  const best = cheapestBatch(256, 3, 0.2);
  t.true(cost(best) < cost(best * 1.01) && cost(best) < cost(best / 1.01));
});

test("a measured quadratic's steps are fitted near S_min 6.17 and B_c 108", (t) => {
  const steps = [691, 347, 176, 90, 47, 26, 16, 11, 9, 7];
  const batches = [1, 2, 4, 8, 16, 32, 64, 128, 256, 1024];
  const fit = fitTradeOff(steps.map((s, i) => ({ batchSize: batches[i], steps: s })));
  close(t, fit.minSteps, 6.17, 0.05);
  close(t, fit.criticalBatch, 108, 0.05);
});

const noisy = (law: RateLaw, batches: readonly number[], sd: number, seed: number) => {
  const rng = createRng(seed);
  return at(law, batches).map(({ batchSize, learningRate }) => ({
    batchSize,
    learningRate: learningRate * Math.exp(sd * rng.normal()),
  }));
};

const laws: readonly RateLaw[] = [
  { kind: "power", scale: 1e-4, exponent: 0.7 },
  { kind: "saturating", maxRate: 0.01, noiseScale: 200 },
  { kind: "rootSaturating", maxRate: 0.01, noiseScale: 500 },
  { kind: "surge", maxRate: 0.003, noiseScale: 100 },
];

test("BIC finds each law again from 8 batch sizes with 3 % noise", (t) => {
  const batches = [4, 16, 64, 256, 1024, 4096, 16384, 65536];
  laws.forEach((law, i) =>
    t.is(chooseRateLaw(noisy(law, batches, 0.03, i)).chosen.law.kind, law.kind),
  );
});

test("the surge is never chosen on fewer than 5 batch sizes, nor by chance", (t) => {
  const four = chooseRateLaw(noisy(laws[3], [4, 64, 1024, 16384], 0.01, 1));
  t.is(four.surge, "tooFewBatchSizes");
  t.not(four.chosen.law.kind, "surge");
  const flat = { kind: "power", scale: 1e-3, exponent: 0 } as const;
  const adopted = Array.from({ length: 60 }, (_, seed) =>
    chooseRateLaw(noisy(flat, [16, 64, 256, 1024, 4096, 16384], 0.2, seed)),
  ).filter((choice) => choice.surge === "adopted");
  t.true(adopted.length <= 4, `${adopted.length} of 60 flat sweeps`);
});

test("the surge must beat both rivals by 6", (t) => {
  t.is(surgeGate(5, { power: 10, rootSaturating: 9, surge: 3 }), "adopted");
  t.is(surgeGate(5, { power: 10, rootSaturating: 8.9, surge: 3 }), "notEnoughEvidence");
  t.is(surgeGate(4, { power: 90, rootSaturating: 90, surge: 3 }), "tooFewBatchSizes");
});

test("a single batch size is refused with a remedy", (t) => {
  const points = [1e-3, 2e-3].map((learningRate) => ({ batchSize: 32, learningRate }));
  t.throws(() => fitRateLaw("power", points), { message: /got only 32. Try another/ });
});
