import test from "ava";
import { scrambledSobolSequence, sobolSequence } from "./sobol.ts";

/** A small generator of its own, so that the test stands on nothing else. */
const lehmer = (seed: number) => {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
};

test("scrambled points keep one point in each elementary interval", (t) => {
  for (const seed of [1, 2, 3]) {
    const point = scrambledSobolSequence(4, lehmer(seed * 7919));
    for (let axis = 0; axis < 4; axis++) {
      const cells = new Set(Array.from({ length: 64 }, (_, i) => Math.floor(point(i)[axis] * 64)));
      t.is(cells.size, 64);
    }
    // the first two dimensions are a (0, 6, 2)-net: 8 × 8 cells hold one point each
    const squares = new Set(
      Array.from(
        { length: 64 },
        (_, i) => Math.floor(point(i)[0] * 8) * 8 + Math.floor(point(i)[1] * 8),
      ),
    );
    t.is(squares.size, 64);
  }
});

test("another seed gives other points, the same seed the same", (t) => {
  const first = (seed: number) => [...scrambledSobolSequence(3, lehmer(seed))(0)];
  t.deepEqual(first(5), first(5));
  t.notDeepEqual(first(5), first(6));
});

test("the scrambled origin is uniform: no corner is favoured", (t) => {
  let sum = 0;
  for (let seed = 1; seed <= 400; seed++)
    sum += scrambledSobolSequence(1, lehmer(seed * 104729))(0)[0];
  t.true(Math.abs(sum / 400 - 0.5) < 0.05, `mean ${sum / 400}`);
});

test("integrates a smooth function far better than random points", (t) => {
  const point = scrambledSobolSequence(5, lehmer(11));
  let sum = 0;
  for (let i = 0; i < 1024; i++) sum += point(i).reduce((product, v) => product * (0.5 + v), 1);
  t.true(Math.abs(sum / 1024 - 1) < 0.01, `mean ${sum / 1024}`);
});

test("an index that is none is refused by name", (t) => {
  t.throws(() => sobolSequence(2)(-1), { message: /got -1/ });
  t.throws(() => sobolSequence(2)(1.5), { message: /got 1.5/ });
});
