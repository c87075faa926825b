import test from "ava";
import { ndtr } from "../numerics/normal.ts";
import { categorical, float, int } from "../space/parameter.ts";
import { countsOf, gridDensity } from "./grid-density.ts";

const CELLS = 50;
const number = float(0, 49).distribution;

/** The density by its definition: kernels of one width, cut at the range's ends, and the prior's. */
function expected(counts: Float64Array, bandwidth: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0) + 1;
  const kernel = (mean: number, sd: number, cell: number): number => {
    const below = (edge: number) => ndtr((edge - mean) / sd);
    const within = below(cell + 0.5) - below(cell - 0.5);
    return within / (below(counts.length - 0.5) - below(-0.5));
  };
  return [...counts.keys()].map((cell) => {
    const prior = kernel((counts.length - 1) / 2, counts.length, cell) / total;
    return counts.reduce(
      (sum, count, mean) => sum + (count / total) * kernel(mean, bandwidth, cell),
      prior,
    );
  });
}
const isNear = (actual: Float64Array, wanted: readonly number[]): boolean =>
  actual.every((value, cell) => Math.abs(value - wanted[cell]) < 1e-9);

test("the bandwidth is Scott's: by the deviation where it is less than the quartiles' distance says", (t) => {
  const even = new Float64Array(CELLS).fill(2);
  // Of 0 … 49, each twice.
  const sd = Math.sqrt((2 * (CELLS ** 3 - CELLS)) / 12 / (2 * CELLS - 1));
  t.true(isNear(gridDensity(even, number), expected(even, 1.059 * sd * 100 ** -0.2)));
});

test("… and by the quartiles where a few lie far off", (t) => {
  const counts = new Float64Array(CELLS);
  counts.set([1, 0, 3, 4, 5, 4, 3], 20);
  counts[0] = counts[49] = 2;
  // Of 24, the 6th lies in cell 22, and the first behind 18 in cell 25.
  const bandwidth = 1.059 * (3 / 1.34) * 24 ** -0.2;
  t.true(isNear(gridDensity(counts, number), expected(counts, bandwidth)));
});

test("… but nine tenths of a kernel reach no further than its cell", (t) => {
  for (const cell of [0, 17, 49]) {
    const counts = new Float64Array(CELLS);
    counts[cell] = 3;
    t.true(isNear(gridDensity(counts, number), expected(counts, 0.5 / 1.64)));
  }
});

test("a density sums to 1", (t) => {
  const kinds = [
    [Float64Array.of(3, 0, 1), categorical(["a", "b", "c"]).distribution],
    [Float64Array.of(3, 0, 1), int(1, 3).distribution],
  ] as const;
  for (const [counts, distribution] of kinds) {
    const density = gridDensity(counts, distribution);
    t.true(Math.abs(density.reduce((sum, share) => sum + share, 0) - 1) < 1e-12);
    t.true(density[0] > density[2] && density.every((share) => share > 0));
  }
});

test("a category's kernel: one part of itself, one over the occupied ones and the prior for each", (t) => {
  // Two occupied: the kernel has 1 + ⅓ on its own, ⅓ on each other, over 1 + 3·⅓ = 2; the prior ⅓ each.
  const density = gridDensity(Float64Array.of(3, 0, 1), categorical(["a", "b", "c"]).distribution);
  const [own, other] = [2 / 3, 1 / 6];
  const wanted = [3 * own + other, 4 * other, 3 * other + own].map((sum) => (sum + 1 / 3) / 5);
  t.true(density.every((share, k) => Math.abs(share - wanted[k]) < 1e-12));
});

test("values are counted in the cells of their own scale, one halfway between two in the lower", (t) => {
  const at = (counts: Float64Array) =>
    [...counts.keys()].filter((cell) => counts[cell] > 0).map((cell) => [cell, counts[cell]]);
  t.deepEqual(at(countsOf(number, [0, 0.5, 0.51, 48.5, 48.51, 49])), [
    [0, 2],
    [1, 1],
    [48, 1],
    [49, 2],
  ]);
  t.deepEqual(at(countsOf(number, [-3, 60, NaN])), [
    [0, 1],
    [49, 1],
  ]);
  const stepped = float(0, 1, { step: 0.25 }).distribution;
  t.deepEqual([...countsOf(stepped, [0, 0.25, 0.25, 1])], [1, 2, 0, 0, 1]);
  const log = countsOf(float(1e-4, 1, { log: true }).distribution, [1e-4, 1e-2, 1]);
  t.is(log.length, CELLS);
  t.deepEqual(at(log), [
    [0, 1],
    [24, 1],
    [49, 1],
  ]);
  // Integers on a log scale have ⌈log₂ of how many⌉ + 1 cells.
  t.deepEqual([...countsOf(int(1, 16, { log: true }).distribution, [1, 4, 16])], [1, 0, 1, 0, 1]);
  t.is(countsOf(int(1, 200).distribution, []).length, CELLS);
  t.deepEqual([...countsOf(categorical(["a", "b"]).distribution, ["b", "gone", "b"])], [0, 2]);
});
