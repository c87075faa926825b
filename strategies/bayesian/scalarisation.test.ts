import test from "ava";
import { scalarise, weightVectors } from "./scalarisation.ts";

const rowsOf = (...values: readonly (readonly number[] | undefined)[]) =>
  values.map((one) => ({ point: new Float64Array(0), values: one, curve: [] }) as never);
const both = Float64Array.of(0.5, 0.5);

test("weights are parts of 1, most vectors differ; of one metric it is all", (t) => {
  t.deepEqual(weightVectors(1), [Float64Array.of(1)]);
  for (const metrics of [2, 3, 5]) {
    const vectors = weightVectors(metrics);
    t.is(vectors.length, 12);
    t.true(new Set(vectors.map(String)).size >= 9, `${metrics}`);
    for (const weights of vectors) {
      t.is(weights.length, metrics);
      t.true(weights.every((weight) => weight >= 0));
      t.true(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-12);
    }
  }
});

test("several metrics count by their place in their own ranges: the worst one, and .05 of all", (t) => {
  const values = scalarise(rowsOf([0, 30], [10, 10], [5, 15]), both);
  // At (0, 1), (1, 0) and (½, ¼).
  const wanted = [0.5 + 0.05 * 0.5, 0.5 + 0.05 * 0.5, 0.25 + 0.05 * 0.375];
  t.true(values.every((value, i) => Math.abs(value - wanted[i]) < 1e-12));
});

test("a failure has no value, −Infinity is the lowest finite one, and equal values tell nothing", (t) => {
  t.deepEqual(
    [...scalarise(rowsOf([3], undefined, [-Infinity], [2]), Float64Array.of(1))],
    [...[3, NaN, 2, 2]],
  );
  t.deepEqual([...scalarise(rowsOf([-Infinity], undefined), Float64Array.of(1))], [0, NaN]);
  const [first, second, failed] = scalarise(rowsOf([7, 0], [7, 1], undefined), both);
  t.is(first, 0);
  t.true(Math.abs(second - 0.525) < 1e-12);
  t.true(Number.isNaN(failed));
});
