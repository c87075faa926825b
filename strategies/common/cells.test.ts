import test from "ava";
import type { NumericDistribution } from "../../src/space/distribution.ts";
import { float, int } from "../../src/space/index.ts";
import { cellAround } from "./cells.ts";

const numeric = (parameter: ReturnType<typeof int | typeof float>) =>
  parameter.distribution as NumericDistribution;

test("a number without a step is a cell of its own", (t) => {
  t.deepEqual(cellAround(numeric(float(0, 1)), 0.3), [0.3, 0.3]);
});

test("each step's cell reaches halfway to its neighbours, and all of them fill the range", (t) => {
  const distribution = numeric(int(1, 4));
  t.deepEqual(cellAround(distribution, 0.1), [0, 0.25]);
  t.deepEqual(cellAround(distribution, 0.6), [0.5, 0.75]);
  t.deepEqual(cellAround(distribution, 1), [0.75, 1]);
  t.deepEqual(cellAround(numeric(float(0, 1, { step: 0.5 })), 0.5), [1 / 3, 2 / 3]);
});

test("on a logarithmic scale the cells of small numbers are wider", (t) => {
  const distribution = numeric(int(1, 3, { log: true }));
  // The range is ln 3.5 − ln 0.5 = ln 7.
  const [low, high] = cellAround(distribution, 0.6);
  t.true(Math.abs(low - Math.log(3) / Math.log(7)) < 1e-12);
  t.true(Math.abs(high - Math.log(5) / Math.log(7)) < 1e-12);
});

test("a single value fills the whole range", (t) => {
  t.deepEqual(cellAround(numeric(int(2, 2)), 0.5), [0, 1]);
});
