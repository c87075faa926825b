import test from "ava";
import { createRng } from "./rng.ts";

const draws = (seed: number, count: number, ...labels: (string | number)[]) => {
  const rng = createRng(seed, ...labels);
  return Array.from({ length: count }, () => rng.uniform());
};

test("the same seed gives the same numbers, another seed or label others", (t) => {
  t.deepEqual(draws(7, 5), draws(7, 5));
  t.notDeepEqual(draws(7, 5), draws(8, 5));
  t.notDeepEqual(draws(7, 5, "a"), draws(7, 5, "b"));
  t.notDeepEqual(draws(7, 5, 1), draws(7, 5, "1"));
});

test("small seeds do not give similar first draws", (t) => {
  const first = Array.from({ length: 1000 }, (_, seed) => draws(seed, 1)[0]);
  const mean = first.reduce((sum, value) => sum + value, 0) / first.length;
  t.true(Math.abs(mean - 0.5) < 0.03, `mean of first draws: ${mean}`);
  t.is(first.filter((value) => value < 0.1).length > 60, true);
});

test("a fork does not depend on what was drawn before", (t) => {
  const fresh = createRng(3);
  const used = createRng(3);
  used.uniform();
  used.normal();
  t.is(fresh.fork("x", 1).uniform(), used.fork("x", 1).uniform());
  t.not(fresh.fork("x", 1).uniform(), fresh.fork("x", 2).uniform());
});

test("normal draws have mean 0 and variance 1", (t) => {
  const rng = createRng(11);
  let sum = 0;
  let squares = 0;
  const count = 20_000;
  for (let i = 0; i < count; i++) {
    const value = rng.normal();
    sum += value;
    squares += value * value;
  }
  t.true(Math.abs(sum / count) < 0.03);
  t.true(Math.abs(squares / count - 1) < 0.05);
});

test("a permutation holds every index once", (t) => {
  const order = createRng(5).permutation(50);
  t.deepEqual(
    [...order].sort((a, b) => a - b),
    Array.from({ length: 50 }, (_, i) => i),
  );
  t.notDeepEqual(
    order,
    [...order].sort((a, b) => a - b),
  );
});
