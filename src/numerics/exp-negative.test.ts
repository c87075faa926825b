import test from "ava";
import { expNegativeInto } from "./exp-negative.ts";

test("exp for non-positive numbers is Math.exp's", (t) => {
  const x = Float64Array.from({ length: 30_001 }, (_, i) => -i / 1000);
  const values = x.slice();
  expNegativeInto(values, values.length);
  const worst = x.reduce((most, v, i) => Math.max(most, Math.abs(values[i] / Math.exp(v) - 1)), 0);
  t.true(worst < 4e-15, `relative error ${worst}`);

  const edges = Float64Array.of(-690, 0, -800, -Infinity, NaN, -1);
  expNegativeInto(edges, 5);
  t.true(Math.abs(edges[0] / Math.exp(-690) - 1) < 2e-13);
  t.deepEqual(edges.slice(1), Float64Array.of(1, 0, 0, NaN, -1));
});
