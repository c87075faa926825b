import test from "ava";
import { choiceSplit, numberSplit } from "./split.ts";
import type { Table } from "./table.ts";

/** Trials of a choice among four, and of a number. */
function tableOf(numbers: readonly number[], choices: readonly number[], y: readonly number[]) {
  const x = Float64Array.of(...choices, ...numbers);
  const table: Table = {
    ...{ n: y.length, d: 2, x, y: Float64Array.from(y), categories: [4, 0] },
    ...{ gates: [undefined, undefined], unknown: [] },
  };
  return { table, rows: Int32Array.from(y.keys()) };
}
const alike = [0, 0, 0, 0];
const byNumber = (x: readonly number[], y: readonly number[], leastLeaf = 1) => {
  const { table, rows } = tableOf(x, alike, y);
  return numberSplit(table, 1, rows, leastLeaf);
};
const byChoice = (choices: readonly number[], y: readonly number[], leastLeaf = 1) => {
  const { table, rows } = tableOf(alike, choices, y);
  return choiceSplit(table, 0, rows, leastLeaf);
};
const quarters = [0, 0.25, 0.5, 1];

test("a number is split halfway between the values where the targets part", (t) => {
  // (0 + 1)²/2 + (3 + 4)²/2
  t.deepEqual(byNumber(quarters, [0, 1, 3, 4]), {
    ...{ parameter: 1, gain: 25, threshold: 0.375, left: [] },
  });
  t.like(byNumber(quarters, [4, 3, 1, 5]), { threshold: 0.75, gain: 64 / 3 + 25 });
});

test("equal values stay together, and of splits as good as each other the first one is taken", (t) => {
  t.is(byNumber([0.5, 0.5, 0.5, 0.5], [0, 1, 3, 4]), undefined);
  t.like(byNumber([0, 0.5, 0.5, 1], [0, 1, 9, 9]), { threshold: 0.25 });
  t.like(byNumber(quarters, [1, 0, 0, 1]), { threshold: 0.125, gain: 4 / 3 });
  t.like(byNumber(quarters, alike), { threshold: 0.125, gain: 0 });
});

test("no side of a number's split has fewer trials than a leaf must have", (t) => {
  for (const y of [
    [5, 0, 0, 0],
    [0, 0, 0, 5],
  ]) {
    t.like(byNumber(quarters, y, 1), { gain: 25, threshold: y[0] > 0 ? 0.125 : 0.75 });
    t.like(byNumber(quarters, y, 2), { gain: 12.5, threshold: 0.375 });
    t.is(byNumber(quarters, y, 3), undefined);
  }
});

test("a choice's categories are parted by their means, those that no trial has stand on no side", (t) => {
  const split = byChoice([2, 0, 3, 2], [0, 4, 5, 2]);
  t.deepEqual(split, { parameter: 0, gain: 2 + 81 / 2, threshold: NaN, left: [2] });
  t.is(byChoice([3, 3, 3, 3], [0, 1, 2, 3]), undefined);
  // Equal means keep their order, and the first of two cuts as good as each other is taken.
  t.deepEqual(byChoice([3, 0, 1, 2], alike)?.left, [0]);
  // By their means, not by their sums.
  t.deepEqual(byChoice([0, 0, 0, 1], [1, 1, 1, 2])?.left, [0]);
});

test("no side of a choice's split has fewer trials than a leaf must have", (t) => {
  for (const [y, alone] of [
    [[-5, 0, 0, 0], [0]],
    [
      [0, 0, 0, 5],
      [0, 1, 2],
    ],
  ]) {
    const [one, two] = [1, 2].map((leastLeaf) => byChoice([0, 1, 2, 3], y, leastLeaf));
    t.deepEqual([one?.gain, one?.left], [25, alone]);
    t.deepEqual([two?.gain, two?.left], [12.5, [0, 1]]);
    t.is(byChoice([0, 1, 2, 3], y, 3), undefined);
  }
});
