import test from "ava";
import { createRng } from "../../src/numerics/rng.ts";
import { groupedMean, holm, meanRanks, pairedP } from "./statistics.ts";

const normals = (count: number, seed: number, shift = 0): number[] => {
  const rng = createRng(seed);
  return Array.from({ length: count }, () => shift + rng.normal());
};

test("the interval of a mean holds the true mean in about 95 % of samples", (t) => {
  let held = 0;
  for (let seed = 0; seed < 200; seed++) {
    const { low, high, value } = groupedMean([normals(30, seed), normals(30, seed + 1000)]);
    t.true(low <= value && value <= high);
    if (low <= 0 && 0 <= high) held++;
  }
  // 95 % of 200 is 190; the percentile bootstrap is a little narrow.
  t.true(held >= 178 && held <= 199, `${held} of 200`);
});

test("an interval narrows with the root of the sample and is a point for equal values", (t) => {
  const width = (count: number): number => {
    const { low, high } = groupedMean([normals(count, 1)]);
    return high - low;
  };
  const ratio = width(50) / width(800);
  t.true(ratio > 3 && ratio < 5.3, `${ratio}, expected about 4`);
  t.deepEqual(groupedMean([[2, 2, 2]]), { value: 2, low: 2, high: 2 });
});

test("every group weighs the same, however many values it has", (t) => {
  t.is(groupedMean([[0, 0, 0, 0], [1]]).value, 0.5);
});

test("the same values give the same interval", (t) => {
  t.deepEqual(groupedMean([normals(20, 3)]), groupedMean([normals(20, 3)]));
});

test("mean ranks: 1 is the lowest, ties share", (t) => {
  t.deepEqual(
    meanRanks([
      [1, 2, 3],
      [5, 5, 9],
    ]),
    [1.25, 1.75, 3],
  );
});

test("Holm's correction: a worked example, order kept, never below the p-value", (t) => {
  t.deepEqual(
    holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(10))),
    [0.03, 0.06, 0.06, 0.02],
  );
  t.deepEqual(holm([0.9, 0.8]), [1, 1]);
  t.deepEqual(holm([]), []);
});

test("paired p: small for a real difference, 1 for none, the same both ways, infinities count", (t) => {
  const a = normals(30, 1);
  const b = a.map((value, i) => value + 0.3 + 0.1 * (i % 3));
  t.true(pairedP(a, b) < 1e-5);
  t.is(pairedP(a, b), pairedP(b, a));
  t.is(pairedP(a, a), 1);
  t.is(pairedP([Infinity, Infinity], [Infinity, Infinity]), 1);
});
