import test from "ava";
import { hypervolume } from "./hypervolume.ts";

test("the staircase (i, n−1−i) to (n, n) covers n² − n(n−1)/2", (t) => {
  const n = 7;
  const points = Array.from({ length: n }, (_, i) => [i, n - 1 - i]);
  t.is(hypervolume(points, [n, n]), n * n - (n * (n - 1)) / 2);
});

test("points beyond the reference, doubled or dominated add nothing", (t) => {
  const alone = hypervolume([[0.2, 0.3, 0.4]], [1, 1, 1]);
  const crowd = [
    [0.2, 0.3, 0.4],
    [0.2, 0.3, 0.4],
    [0.5, 0.5, 0.5],
    [0, 0, 1],
    [2, 0, 0],
  ];
  t.true(Math.abs(alone - 0.8 * 0.7 * 0.6) < 1e-15);
  t.is(hypervolume(crowd, [1, 1, 1]), alone);
  t.is(hypervolume([], [1, 1]), 0);
});

test("one dimension, and five against inclusion–exclusion", (t) => {
  t.is(hypervolume([[0.25], [0.5]], [1]), 0.75);
  const a = [0, 0.5, 0.5, 0, 0.5];
  const b = [0.5, 0, 0.25, 0.5, 0];
  // vol a + vol b − vol of the corner worse than both
  const expected = 0.125 + 0.1875 - 0.5 * 0.5 * 0.5 * 0.5 * 0.5;
  t.true(Math.abs(hypervolume([a, b], [1, 1, 1, 1, 1]) - expected) < 1e-15);
});
