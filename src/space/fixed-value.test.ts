import test from "ava";
import {
  categoricalDistribution,
  floatDistribution,
  intDistribution,
  isScalar,
} from "./distribution.ts";
import { fitOf } from "./fixed-value.ts";

test("a fixed value may lie beyond its range, and must be one that the parameter could have", (t) => {
  const rate = floatDistribution(1e-4, 1, { log: true });
  const part = floatDistribution(0, 1);
  const stepped = floatDistribution(0, 1, { step: 0.25 });
  const size = intDistribution(8, 64, { step: 8 });
  const choice = categoricalDistribution(["a", 2, null]);
  const inside = [[rate, 0.1], [part, 0], [stepped, 0.75], [size, 16], [choice, 2], [choice, null]] as const; // prettier-ignore
  for (const [distribution, value] of inside)
    t.deepEqual(fitOf(distribution, value), { kind: "inside" }, JSON.stringify(value));
  const above = floatDistribution(2, 8, { log: true });
  const outside = [[rate, 2], [above, 0.5], [above, 1e-9], [part, -1], [part, 0 - 1e-9], [stepped, 0.3], [size, 72], [size, 0], [size, 12]] as const; // prettier-ignore
  for (const [distribution, value] of outside)
    t.deepEqual(fitOf(distribution, value), { kind: "outside" }, JSON.stringify(value));
  const wrong = [
    [rate, 0, /^a number > 0, as its scale is logarithmic$/],
    [rate, -1, /^a number > 0/],
    [part, "0.5", /^a finite number$/],
    [part, Infinity, /^a finite number$/],
    [size, 12.5, /^an integer$/],
    [size, NaN, /^a finite number$/],
    [choice, "b", /"a", 2, null|a/],
  ] as const;
  for (const [distribution, value, must] of wrong) {
    const fit = fitOf(distribution, value);
    t.regex(fit.kind === "wrong" ? fit.must : fit.kind, must, String(value));
  }
});

test("what JSON, a database and a command line can hold is a text, a finite number, true, false or null", (t) => {
  for (const value of ["", "a", 0, -1.5, true, false, null]) t.true(isScalar(value), String(value));
  for (const value of [NaN, Infinity, undefined, {}, [], 1n]) t.false(isScalar(value));
});
