import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import {
  expectedSquaredNorm,
  noiseFromExamples,
  noiseFromTwoBatches,
  simpleNoiseScale,
  summariseNoiseScales,
  weightedNoiseFromMicroBatches,
  weightedNoiseScale,
} from "./noise-scale.ts";
import { close } from "../testing/close.ts";
import { diagonalHvp } from "../testing/matrix.ts";

const vectors = (rows: readonly (readonly number[])[]): Float64Array[] =>
  rows.map((row) => Float64Array.from(row));

test("test value 17: the noise scale from two batch sizes, in either order", (t) => {
  const small = { batchSize: 10, squaredNorm: 8 };
  const big = { batchSize: 100, squaredNorm: 4.4 };
  for (const estimate of [noiseFromTwoBatches(small, big), noiseFromTwoBatches(big, small)]) {
    close(t, estimate.signal, 4);
    close(t, estimate.noise, 40);
    close(t, simpleNoiseScale([estimate]), 10);
  }
});

test("test value 18: per example, and a batch drawn without replacement", (t) => {
  const examples = vectors([
    [1, 0],
    [3, 0],
    [2, 2],
    [2, -2],
  ]);
  const estimate = noiseFromExamples(examples);
  close(t, estimate.noise, 10 / 3);
  close(t, estimate.signal, 19 / 6);
  close(t, simpleNoiseScale([estimate]), 20 / 19);
  // The four are the population: its mean gradient is (2, 0).
  const population = { noise: estimate.noise, signal: 4 };
  close(t, expectedSquaredNorm(population, 2, 4), 29 / 6);
  // … which is the mean over all six pairs.
  let sum = 0;
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < i; j++) {
      const x = (examples[i][0] + examples[j][0]) / 2;
      const y = (examples[i][1] + examples[j][1]) / 2;
      sum += (x * x + y * y) / 6;
    }
  }
  close(t, sum, 29 / 6);
  close(t, expectedSquaredNorm(population, 2), 4 + 10 / 6);
});

test("test value 19: the Hessian-weighted noise scale differs from B_simple", (t) => {
  const weighted = weightedNoiseScale(4 * 1 + 0.1 * 10, 11, 2);
  close(t, weighted.noiseScale, 0.454545, 2e-6);
  close(t, weighted.maxRate, 0.181818, 2e-6);
  close(t, simpleNoiseScale([{ noise: 4.1, signal: 2 }]), 2.05);
});

test("micro-batches estimate tr(HΣ) and gᵀHg without bias", async (t) => {
  const rng = createRng(19);
  let trace = 0;
  let curvature = 0;
  const rounds = 4000;
  for (let r = 0; r < rounds; r++) {
    // Means of b = 5 examples with Σ = diag(4, .1).
    const gradients = Array.from({ length: 8 }, () =>
      Float64Array.of(1 + (2 * rng.normal()) / Math.sqrt(5), 1 + Math.sqrt(0.1 / 5) * rng.normal()),
    );
    const estimate = await weightedNoiseFromMicroBatches(diagonalHvp([1, 10]), gradients, 5);
    trace += estimate.traceHessianNoise / rounds;
    curvature += estimate.gradientCurvature / rounds;
  }
  close(t, trace, 5, 0.03);
  close(t, curvature, 11, 0.01);
});

test("a negative |Ĝ|² is averaged, not dropped; if the mean is not positive it is unknown", (t) => {
  const estimates = [
    { noise: 10, signal: -1 },
    { noise: 10, signal: 3 },
  ];
  close(t, simpleNoiseScale(estimates), 10);
  t.is(simpleNoiseScale(estimates.slice(0, 1)), undefined);
  t.is(weightedNoiseScale(1, -1, 1).noiseScale, undefined);
});

test("noise scales along training are averaged in logs, with a standard deviation of 1 at least", (t) => {
  const one = summariseNoiseScales([14, 546]);
  close(t, one.noiseScale, Math.sqrt(14 * 546));
  t.true(one.sdOfLog > 2);
  t.is(summariseNoiseScales([100, 110]).sdOfLog, 1);
});

test("noise takes two gradients to be seen, and two are enough", async (t) => {
  const [one, two] = [Float64Array.of(1, 2), Float64Array.of(2, 0)];
  const hvp = diagonalHvp([1, 10]);
  t.throws(() => noiseFromExamples([one]), { message: /Give at least 2/ });
  t.is(noiseFromExamples([one, two]).noise, 2.5);
  await t.throwsAsync(weightedNoiseFromMicroBatches(hvp, [one], 4), { message: /at least 2/ });
  await t.notThrowsAsync(weightedNoiseFromMicroBatches(hvp, [one, two], 4));
  t.throws(() => simpleNoiseScale([]), { message: /at least 1/ });
});

test("one batch size is not two", (t) => {
  const point = { batchSize: 8, squaredNorm: 1 };
  t.throws(() => noiseFromTwoBatches(point, point), { message: /two different.*got 8 twice/ });
});
