import test from "ava";
import {
  checkCompatible,
  describeDistribution,
  sameDistribution,
} from "./compare-distributions.ts";
import { categoricalDistribution, floatDistribution, intDistribution } from "./distribution.ts";

const DISTRIBUTIONS = [
  floatDistribution(1, 8),
  floatDistribution(2, 8),
  floatDistribution(1, 9),
  floatDistribution(1, 8, { log: true }),
  floatDistribution(1, 8, { step: 0.5 }),
  intDistribution(1, 8),
  intDistribution(2, 8),
  intDistribution(1, 9),
  intDistribution(1, 8, { log: true }),
  intDistribution(1, 9, { step: 2 }),
  categoricalDistribution(["a", "b"]),
  categoricalDistribution(["b", "a"]),
  categoricalDistribution(["a"]),
  categoricalDistribution(["a", "b", "c"]),
];

test("a distribution is the same as itself alone: kind, ends, scale, step and choices count", (t) => {
  for (const [i, a] of DISTRIBUTIONS.entries()) {
    for (const [k, b] of DISTRIBUTIONS.entries())
      t.is(sameDistribution(a, b), i === k, `${i}, ${k}`);
    t.true(sameDistribution(a, structuredClone(a)));
  }
});

test("within a study ranges may move, a kind and choices may not", (t) => {
  const [float, , , , , int] = DISTRIBUTIONS;
  const [ab, ba] = DISTRIBUTIONS.slice(-4);
  t.notThrows(() => checkCompatible("x", float, floatDistribution(5, 6)));
  t.notThrows(() => checkCompatible("x", ab, categoricalDistribution(["a", "b"])));
  t.throws(() => checkCompatible("x", float, int), {
    message: /"x" was float .* is now int\. Give/,
  });
  t.throws(() => checkCompatible("x", ab, ba), {
    message: /choices of "x" were \["a","b"\] in this study and are now \["b","a"\]/,
  });
});

test("a distribution in a line tells its scale, and a step that is not the usual one", (t) => {
  const lines = DISTRIBUTIONS.map(describeDistribution);
  t.deepEqual(lines.slice(0, 11), [
    "float 1 … 8",
    "float 2 … 8",
    "float 1 … 9",
    "float 1 … 8, log",
    "float 1 … 8, step 0.5",
    "int 1 … 8",
    "int 2 … 8",
    "int 1 … 9",
    "int 1 … 8, log",
    "int 1 … 9, step 2",
    'one of ["a","b"]',
  ]);
  t.is(describeDistribution(floatDistribution(0, 4, { step: 1 })), "float 0 … 4, step 1");
});
