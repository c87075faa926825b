import test from "ava";
import { minimizeInBox, type ValueAndGradient } from "./box-minimizer.ts";

const box = (d: number, low: number, high: number) =>
  [new Float64Array(d).fill(low), new Float64Array(d).fill(high)] as const;

const rosenbrock: ValueAndGradient = (x, gradient) => {
  let value = 0;
  gradient.fill(0);
  for (let i = 0; i + 1 < x.length; i++) {
    const a = x[i + 1] - x[i] * x[i];
    const b = 1 - x[i];
    value += 100 * a * a + b * b;
    gradient[i] += -400 * a * x[i] - 2 * b;
    gradient[i + 1] += 200 * a;
  }
  return value;
};

test("finds Rosenbrock's minimum inside the box", (t) => {
  const [lower, upper] = box(4, -2, 2);
  const start = Float64Array.of(-1.2, 1, -1.2, 1);
  const found = minimizeInBox(rosenbrock, start, lower, upper, {
    maxIterations: 300,
    valueTolerance: 1e-14,
  });
  found.x.forEach((v) => t.true(Math.abs(v - 1) < 1e-4, `x = ${found.x.join(", ")}`));
});

test("stops at the bound when the minimum lies outside", (t) => {
  // Rosenbrock in two dimensions with x0 ≤ 0.5: the minimum is (0.5, 0.25), scipy's L-BFGS-B agrees.
  const lower = Float64Array.of(-2, -2);
  const upper = Float64Array.of(0.5, 2);
  const start = Float64Array.of(-1.5, 1.5);
  const found = minimizeInBox(rosenbrock, start, lower, upper, {
    maxIterations: 300,
    valueTolerance: 1e-14,
  });
  t.is(found.x[0], 0.5);
  t.true(Math.abs(found.x[1] - 0.25) < 1e-5);
});

test("a start outside is moved in, equal bounds freeze a variable", (t) => {
  const square: ValueAndGradient = (x, gradient) => {
    x.forEach((v, i) => (gradient[i] = 2 * v));
    return x.reduce((sum, v) => sum + v * v, 0);
  };
  const lower = Float64Array.of(1, 3);
  const upper = Float64Array.of(5, 3);
  const found = minimizeInBox(square, Float64Array.of(9, -4), lower, upper, { maxIterations: 50 });
  t.deepEqual([...found.x], [1, 3]);
});

test("a point without a slope is stepped back from, and a start without one comes back", (t) => {
  // The root's slope at its end is infinite, and beyond it there is none.
  const root: ValueAndGradient = (x, gradient) => {
    gradient[0] = 1 - 0.05 / Math.sqrt(x[0]);
    return x[0] >= 0 ? x[0] - 0.1 * Math.sqrt(x[0]) : 1;
  };
  const [lower, upper] = box(1, -1, 1);
  const options = { maxIterations: 100, valueTolerance: 1e-12 };
  const found = minimizeInBox(root, Float64Array.of(0.9), lower, upper, options);
  t.true(Math.abs(found.x[0] - 0.0025) < 1e-4, String(found.x));
  t.deepEqual([...minimizeInBox(root, Float64Array.of(-0.5), lower, upper, options).x], [-0.5]);
});

test("a point where the objective is not finite is stepped back from", (t) => {
  const logBarrier: ValueAndGradient = (x, gradient) => {
    gradient[0] = 1 - 0.01 / x[0];
    return x[0] > 0 ? x[0] - 0.01 * Math.log(x[0]) : NaN;
  };
  const [lower, upper] = box(1, -1, 1);
  const found = minimizeInBox(logBarrier, Float64Array.of(0.9), lower, upper, {
    maxIterations: 100,
    valueTolerance: 1e-12,
  });
  t.true(Math.abs(found.x[0] - 0.01) < 1e-4);
});
