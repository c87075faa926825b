import test from "ava";
import {
  exactSignRate,
  expectedSigns,
  momentumSurgePeak,
  momentumSurgeRate,
  surgeCriticalBatch,
  surgeFromCurvature,
  surgePeak,
  surgeRate,
} from "./surge.ts";
import { close } from "../testing/close.ts";

test("test value 23: κ² = 100, β_n = .5", (t) => {
  const surge = { noiseToSignal: 100, turningPoint: 0.5, maxRate: 1 };
  close(t, surgePeak(surge)?.batchSize, 52.359878);
  close(t, surgePeak(surge)?.exactBatchSize, 45.493642);
  close(t, surgeCriticalBatch(surge), 31.415927);
  [0.310291, 0.737581, 0.997318, 0.833597, 0.8].forEach((value, i) =>
    close(t, surgeRate(surge, [1, 8, 64, 1024, Infinity][i]), value, 2e-6),
  );
});

test("test value 24: κ² = 100, β_n = .2; from β_n = 1 on the rate only rises", (t) => {
  const surge = { noiseToSignal: 100, turningPoint: 0.2, maxRate: 1 };
  close(t, surgePeak(surge)?.batchSize, 6.544985);
  close(t, surgeRate(surge, Infinity), 0.384615, 2e-6);
  for (const turningPoint of [1, 1.7]) {
    const rising = { ...surge, turningPoint };
    t.is(surgePeak(rising), undefined);
    const rates = [1, 4, 16, 64, 256, 1024, 1e5].map((b) => surgeRate(rising, b));
    rates.slice(1).forEach((rate, i) => t.true(rate > rates[i]));
  }
});

const n = 50;
const step = {
  mean: new Float64Array(n).fill(1),
  standardDeviation: new Float64Array(n).fill(10),
  hessianDiagonal: new Float64Array(n).fill(1),
  hvp: (v: Float64Array) => {
    const sum = v.reduce((total, value) => total + value, 0);
    return v.map((value) => 0.8 * value + 0.2 * sum);
  },
};

test("test value 25: 50 coordinates with H_ij = .2, exact and algebraic", async (t) => {
  const surge = surgeFromCurvature(50, 50, 540, 100);
  t.truthy(surge);
  if (!surge) return;
  close(t, surge.turningPoint, 0.319438, 2e-6);
  close(t, surge.maxRate, 0.159719, 5e-6);
  close(t, surgePeak(surge)?.exactBatchSize, 16.94942);
  close(t, surgePeak(surge)?.batchSize, 17.849958);
  close(t, await exactSignRate(step, 1), 0.074993, 1e-5);
  close(t, await exactSignRate(step, 64), 0.135449, 1e-5);
  close(t, surgeRate(surge, Infinity), 0.092593, 5e-6);
  close(t, await exactSignRate(step, 1e9), 0.092593, 5e-6);
});

test("test value 26: Adam with β1 = .9 on H = 1, B_simple = 1000", (t) => {
  const surge = { gradientSum: 1, trace: 1, signCurvature: 1, beta1: 0.9, noiseScale: 1000 };
  const peak = momentumSurgePeak(surge) ?? NaN;
  close(t, peak, 58.823529);
  close(t, momentumSurgeRate(surge, peak), 2.239171);
  close(t, momentumSurgeRate(surge, 1), 0.589925, 2e-6);
  close(t, momentumSurgeRate(surge, Infinity), 1);
});

test("the exact rate of a sharp or of a flat loss moves with its curvature; of one bent down there is none", async (t) => {
  const scaled = (by: number) => ({
    ...step,
    hessianDiagonal: step.hessianDiagonal.map((h) => by * h),
    hvp: (v: Float64Array) => step.hvp(v).map((x) => by * x),
  });
  const usual = (await exactSignRate(step, 64)) ?? NaN;
  for (const by of [1e-4, 1e4]) close(t, await exactSignRate(scaled(by), 64), usual / by, 1e-12);
  t.is(await exactSignRate(scaled(-1), 64), undefined);
});

test("the exact rate peaks where the erf form says", async (t) => {
  const rate = async (b: number) => (await exactSignRate(step, b)) ?? NaN;
  const top = await rate(16.94942);
  t.true(top > (await rate(16.94942 * 1.05)) && top > (await rate(16.94942 / 1.05)));
});

test("expected signs are accurate for tiny means and exact without noise", (t) => {
  const mean = Float64Array.of(1e-9, 0, -2, 3);
  const signs = expectedSigns(mean, Float64Array.of(1, 0, 0, 1e-3), 4);
  close(t, signs[0], (2 / Math.sqrt(Math.PI)) * Math.sqrt(2) * 1e-9, 1e-14);
  t.deepEqual([...signs.subarray(1)], [0, -1, 1]);
});

test("without positive interaction there is no surge", (t) => {
  t.is(surgeFromCurvature(10, 5, 4, 100), undefined);
  t.is(surgeFromCurvature(10, -1, 4, 100), undefined);
  const surge = { gradientSum: 1, trace: 1, signCurvature: 0.01, beta1: 0.9, noiseScale: 10 };
  t.throws(() => momentumSurgeRate(surge, 8), { message: /signCurvature.*got 0.01/ });
});
