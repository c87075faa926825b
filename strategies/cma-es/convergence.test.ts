import test from "ava";
import { hasConverged } from "./convergence.ts";
import { gaussian, type Gaussian } from "./gaussian.ts";
import { cmaParameters } from "./parameters.ts";

const N = 3;
const LAMBDA = 7;

/** @param deviations in units of σ */
const search = (sigma: number, deviations = [1, 1, 1]): Gaussian =>
  gaussian(
    cmaParameters(N, LAMBDA, false),
    new Float64Array(N).fill(0.5),
    sigma,
    Float64Array.from(deviations),
  );
const flat = (generations: number): number[] => new Array<number>(generations).fill(2);

test("a search ends once no coordinate moves by 1e-9 of its range, its path counted", (t) => {
  t.false(hasConverged(search(2e-9), []));
  t.true(hasConverged(search(0.5e-9), []));
  // One coordinate that still moves is enough, the last one too.
  t.false(hasConverged(search(0.5e-9, [1, 1, 4]), []));
  t.false(hasConverged(search(0.5e-9, [4, 1, 1]), []));
  const onItsWay = search(0.5e-9);
  onItsWay.pathC[1] = -4;
  t.false(hasConverged(onItsWay, []));
  const scaled = search(2e-9);
  scaled.scale.fill(0.25);
  t.true(hasConverged(scaled, []));
});

test("a search ends once its covariance's condition is above 1e14", (t) => {
  t.false(hasConverged(search(0.2, [1, 0.5e7, 1]), []));
  t.true(hasConverged(search(0.2, [1, 2e7, 1]), []));
  t.true(hasConverged(search(0.2, [1e-4, 1, 2e3]), []));
});

test("a search ends after 10 + ⌈30n/λ⌉ generations with the same best value", (t) => {
  const span = 10 + Math.ceil((30 * N) / LAMBDA);
  t.false(hasConverged(search(0.2), flat(span - 1)));
  t.true(hasConverged(search(0.2), flat(span)));
  t.true(hasConverged(search(0.2), [3, ...flat(span)]));
  t.false(hasConverged(search(0.2), [...flat(span), 1]));
  t.false(hasConverged(search(0.2), [3, ...flat(span - 1)]));
});
