import test from "ava";
import { ritz, settled } from "./ritz.ts";

test("the extreme pairs of a small tridiagonal", (t) => {
  // [[2, 1], [1, 2]] has 1 and 3, the latter with (1, 1)/√2.
  const { largest, smallest, size, last } = ritz([2, 2], [1]);
  t.true(Math.abs(largest - 3) < 1e-12 && Math.abs(smallest - 1) < 1e-12);
  t.true(Math.abs(size - 3) < 1e-12 && Math.abs(Math.abs(last) - Math.SQRT1_2) < 1e-12);
  // Of [[2, 1, 0], [1, 2, 1], [0, 1, 2]] the largest is 2 + √2, with (½, 1/√2, ½).
  const three = ritz([2, 2, 2], [1, 1]);
  t.true(Math.abs(three.largest - 2 - Math.SQRT2) < 1e-12);
  t.true(Math.abs(three.smallest - 2 + Math.SQRT2) < 1e-12);
  t.true(Math.abs(Math.abs(three.last) - 0.5) < 1e-12);
  t.like(ritz([-4], []), { largest: -4, smallest: -4, size: 4 });
  t.true(Math.abs(ritz([1, -5], [0]).size - 5) < 1e-12);
});

const steps = (...values: readonly (readonly [lambdaMax: number, residual: number])[]) =>
  values.map(([lambdaMax, residual]) => ({ lambdaMax, residual }));

test("a value has settled once it has moved by less than the tolerance twice running", (t) => {
  // A quarter of 8 is 2: what moves by as much has not settled.
  t.true(settled(steps([8, 0], [8, 0], [8, 0]), 0.25));
  t.true(settled(steps([7, 0], [9, 0], [8, 0]), 0.25) === false);
  t.true(settled(steps([6.5, 0], [7, 0], [8, 0]), 0.25));
  t.false(settled(steps([6, 0], [8, 0], [8, 0]), 0.25));
  t.false(settled(steps([6, 0], [6, 0], [8, 0]), 0.25));
  t.true(settled(steps([0, 0], [-8, 0], [-8, 0], [-8, 0]), 0.25));
});

test("… its residual is no more than the tolerance, and there are three steps", (t) => {
  t.true(settled(steps([8, 9], [8, 9], [8, 2]), 0.25));
  t.false(settled(steps([8, 0], [8, 0], [8, 2.01]), 0.25));
  t.false(settled(steps([8, 0], [8, 0]), 0.25));
});
