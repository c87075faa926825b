import test from "ava";
import fc from "fast-check";
import { mean, sumSimple, variance } from "simple-statistics";
import { meanOf, squaredDeviations, total } from "./moments.ts";

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });

test("sums, means and squared deviations are simple-statistics' but for rounding", (t) => {
  fc.assert(
    fc.property(values, (v) => {
      const scale = Math.max(...v.map(Math.abs), 1e-300);
      t.is(total(v), sumSimple(v));
      t.true(Math.abs(meanOf(v) - mean(v)) <= 1e-12 * scale);
      t.true(Math.abs(squaredDeviations(v) / v.length - variance(v)) <= 1e-12 * scale * scale);
    }),
  );
  t.is(total([]), 0);
  t.is(meanOf([]), NaN);
});
