import test from "ava";
import { packedStart } from "../../src/numerics/cholesky.ts";
import { createRng } from "../../src/numerics/rng.ts";
import { diagonal, gaussian, sample, update, type Gaussian } from "./gaussian.ts";
import { cmaParameters } from "./parameters.ts";

const N = 3;
const LAMBDA = 8;
const begin = (separable = false): Gaussian =>
  gaussian(
    cmaParameters(N, LAMBDA, separable),
    new Float64Array(N).fill(0.5),
    0.2,
    Float64Array.of(1, 0.5, 2),
  );
const generation = (search: Gaussian, seed: number): Float64Array[] =>
  Array.from({ length: LAMBDA }, (_, i) => sample(search, createRng(seed, "gaussian", i)));

/** The largest entry of L·Lᵀ − C. */
function offFactor({ factor, covariance }: Gaussian): number {
  let off = 0;
  for (let p = 0; p < N; p++) {
    for (let q = 0; q <= p; q++) {
      let sum = 0;
      for (let k = 0; k <= q; k++) sum += factor[packedStart(p) + k] * factor[packedStart(q) + k];
      off = Math.max(off, Math.abs(sum - covariance[packedStart(p) + q]));
    }
  }
  return off;
}

test("after each generation L is the factor of C, which a separable search keeps diagonal", (t) => {
  for (const separable of [false, true]) {
    const search = begin(separable);
    for (let seed = 0; seed < 5; seed++) {
      update(search, generation(search, seed));
      t.true(offFactor(search) < 1e-12);
      const beside = [1, 3, 4].map((at) => search.covariance[at]);
      t.is(
        beside.every((value) => value === 0),
        separable,
      );
    }
  }
});

test("a covariance that rounding left indefinite keeps its variances, and loses its correlations", (t) => {
  const search = begin();
  search.covariance[packedStart(1)] = 1e6;
  update(search, generation(begin(), 1));
  t.true(offFactor(search) < 1e-12);
  t.deepEqual(
    [1, 3, 4].map((at) => search.covariance[at]),
    [0, 0, 0],
  );
  t.true([0, 1, 2].every((k) => search.covariance[diagonal(k)] > 0));
});

test("the mean moves by the weighted step, no point torn further than its plausible length", (t) => {
  const search = begin();
  const points = generation(search, 2);
  const { weights } = search.parameters;
  const mean = search.mean.map((m, j) =>
    points.reduce((sum, x, i) => sum + Math.max(0, weights[i]) * (x[j] - 0.5), m),
  );
  update(search, points);
  t.true(search.mean.every((m, j) => Math.abs(m - mean[j]) < 1e-12));
  const torn = begin();
  update(torn, [
    Float64Array.of(0.5, 0.5 + 1e6, 0.5),
    ...points.slice(1).map(() => torn.mean.slice()),
  ]);
  // ‖L⁻¹y‖ ≤ √n + 2n/(n + 2), of which the best one has its weight.
  const longest = (Math.sqrt(N) + (2 * N) / (N + 2)) * 0.2 * 0.5;
  t.true(Math.abs(torn.mean[1] - Math.min(1, 0.5 + weights[0] * longest)) < 1e-12);
});

test("draws lie in [0, 1), and spread by σ along each coordinate", (t) => {
  const search = begin();
  search.mean[0] = 0.999;
  const draws = Array.from({ length: 2000 }, (_, i) => sample(search, createRng(3, "draw", i)));
  t.true(draws.every((x) => x.every((v) => v >= 0 && v < 1)));
  const spread = Math.sqrt(draws.reduce((sum, x) => sum + (x[1] - 0.5) ** 2, 0) / draws.length);
  t.true(Math.abs(spread - 0.1) < 0.01, `${spread}`);
  search.mean.fill(-5);
  search.sigma = 1e-3;
  t.deepEqual([...sample(search, createRng(4))], [0, 0, 0]);
});
