import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import { lanczos } from "./lanczos.ts";
import { powerIteration } from "./power-iteration.ts";
import { hutchinsonTrace } from "./trace.ts";
import { close } from "../testing/close.ts";
import { diagonalHvp, matrixHvp } from "../testing/matrix.ts";
import { norm } from "../../numerics/vectors.ts";

const A = matrixHvp([
  [2, 1],
  [1, 3],
]);
const ones = new Float64Array(3).fill(1);

test("test value 4: A's eigenvalues, and the edge 2/λ_max", async (t) => {
  const result = await lanczos(A, { dimension: 2, rng: createRng(1) });
  close(t, result.lambdaMin, 1.381966);
  close(t, result.lambdaMax, 3.618034);
  close(t, 2 / result.lambdaMax, 0.552786);
});

test("test value 13: power iteration's Rayleigh quotients on diag(4, 2, 1)", async (t) => {
  const hvp = diagonalHvp([4, 2, 1]);
  const options = { dimension: 3, rng: createRng(1), start: ones, maxSteps: 4, tolerance: 1e-9 };
  const { quotients } = await powerIteration(hvp, options);
  [7 / 3, 73 / 21, 151 / 39, 16513 / 4161].forEach((expected, i) =>
    close(t, quotients[i], expected, 1e-12),
  );
});

test("test value 14: Lanczos on diag(4, 2, 1), k = 2 and k = 3", async (t) => {
  const { history, residual, lambdaMax } = await lanczos(diagonalHvp([4, 2, 1]), {
    dimension: 3,
    rng: createRng(1),
    start: ones,
    tolerance: 0.01,
  });
  close(t, history[1].lambdaMax, 3.841171);
  close(t, history[1].residual, 0.57199, 2e-6);
  t.is(history.length, 3);
  close(t, lambdaMax, 4, 1e-12);
  t.is(residual, 0);
});

test("test value 15: diag(−12, 10, 6, 3, 0, …) has λ_max 10, by either method", async (t) => {
  const diagonal = [-12, 10, 6, 3, ...new Array<number>(16).fill(0)];
  const dimension = diagonal.length;
  const exact = await lanczos(diagonalHvp(diagonal), {
    dimension,
    rng: createRng(1),
    tolerance: 0.01,
  });
  close(t, exact.lambdaMax, 10);
  const power = await powerIteration(diagonalHvp(diagonal), {
    dimension,
    rng: createRng(1),
    maxSteps: 500,
    tolerance: 1e-9,
  });
  close(t, power.lambdaMax, 10, 1e-4);
  close(t, power.shift, 12, 1e-4);
});

test("test value 16: A's trace samples are 7 or 3, with variance 4", async (t) => {
  const { samples, trace, standardError } = await hutchinsonTrace(A, {
    dimension: 2,
    rng: createRng(5),
    minSamples: 4000,
    maxSamples: 4000,
  });
  t.deepEqual([...new Set(samples.map(Math.round))].sort(), [3, 7]);
  close(t, trace, 5, 0.03);
  close(t, standardError * standardError * 4000, 4, 0.01);
});

test("the trace stops on its standard error, and says so when it could not", async (t) => {
  const rng = createRng(1);
  const diagonal = await hutchinsonTrace(diagonalHvp([1, 2, 3]), { dimension: 3, rng });
  t.deepEqual([diagonal.samples.length, diagonal.trace, diagonal.converged], [8, 6, true]);
  const hard = matrixHvp([
    [1, 50],
    [50, -1],
  ]);
  const stuck = await hutchinsonTrace(hard, { dimension: 2, rng, maxSamples: 20 });
  t.deepEqual([stuck.samples.length, stuck.converged], [20, false]);
});

test("Lanczos keeps its basis orthogonal where plain Lanczos would find 100 twice", async (t) => {
  const diagonal = Array.from({ length: 60 }, (_, i) => (i === 0 ? 100 : i / 60));
  const result = await lanczos(diagonalHvp(diagonal), {
    dimension: 60,
    rng: createRng(2),
    maxSteps: 60,
    tolerance: 1e-14,
  });
  close(t, result.lambdaMax, 100, 1e-12);
  close(t, Math.abs(result.vector[0]), 1, 1e-6);
  close(t, norm(result.vector), 1, 1e-9);
  t.true(result.lambdaMin > 1 / 60 - 1e-6);
});

test("Lanczos stops early in a spectrum with a gap and beats power iteration in one without", async (t) => {
  const rng = createRng(3);
  const bulk = Array.from({ length: 400 }, (_, i) => (i / 400) * (i / 400) * 4);
  const fast = await lanczos(diagonalHvp([40, ...bulk]), { dimension: 401, rng });
  t.true(fast.steps <= 5 && fast.converged);
  close(t, fast.lambdaMax, 40, 0.05);
  const options = { dimension: 400, rng: createRng(4), tolerance: 0.01, maxSteps: 100 };
  const result = await lanczos(diagonalHvp(bulk), options);
  close(t, result.lambdaMax, bulk[399], 0.02);
  const power = await powerIteration(diagonalHvp(bulk), {
    ...options,
    rng: createRng(4),
    maxSteps: result.steps,
    tolerance: 1e-12,
  });
  t.true(power.lambdaMax < result.lambdaMax);
});

test("negative and zero λ_max come back as they are: there is no edge", async (t) => {
  const rng = createRng(6);
  const negative = await lanczos(diagonalHvp([-5, -2, -1]), { dimension: 3, rng });
  close(t, negative.lambdaMax, -1, 1e-9);
  const zero = await lanczos((v) => new Float64Array(v.length), { dimension: 5, rng });
  t.deepEqual([zero.lambdaMax, zero.steps, zero.converged], [0, 1, true]);
  const power = await powerIteration(diagonalHvp([-5, -2, -1]), {
    dimension: 3,
    rng,
    maxSteps: 500,
    tolerance: 1e-10,
  });
  close(t, power.lambdaMax, -1, 1e-6);
});

test("a step limit that was too low is admitted", async (t) => {
  const diagonal = Array.from({ length: 200 }, (_, i) => i);
  const result = await lanczos(diagonalHvp(diagonal), {
    dimension: 200,
    rng: createRng(1),
    maxSteps: 3,
    tolerance: 0.01,
  });
  t.deepEqual([result.steps, result.converged], [3, false]);
  t.true(result.residual > 0);
});

test("Lanczos refuses a start of another length, of nothing, or not finite", async (t) => {
  const hvp = (v: Float64Array) => v.map((x, i) => (i + 1) * x);
  const from = (start: Float64Array) => lanczos(hvp, { dimension: 2, rng: createRng(0), start });
  t.true(Math.abs((await from(Float64Array.of(1e-9, 1e9))).lambdaMax - 2) < 1e-9);
  for (const start of [[1], [1, 1, 1], [0, 0], [NaN, 1], [Infinity, 1]]) {
    await t.throwsAsync(from(Float64Array.from(start)), {
      message: /needs a start of 2 finite entries that is not zero, got \d entries of norm/,
    });
  }
});
