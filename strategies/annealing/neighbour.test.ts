import test from "ava";
import { createRng } from "../../src/numerics/rng.ts";
import { categorical, float, int, searchSpace } from "../../src/space/index.ts";
import { neighbour } from "./neighbour.ts";

const space = searchSpace({
  x: float(0, 1),
  y: float(0, 1),
  fixed: int(3, 3),
  c: categorical(["a", "b"]),
  only: float(0, 1).when("c", "b"),
});
const from = Float64Array.of(0.5, 0.5, 0.5, 0.25, NaN);
const drawn = (size: number, heavyTails: boolean, at = from): Float64Array[] =>
  Array.from({ length: 200 }, (_, seed) =>
    neighbour({ space }, at, new Float64Array(5).fill(size), heavyTails, createRng(seed)),
  );
const moves = (all: readonly Float64Array[], j: number, at = from): number =>
  all.filter((unit) => unit[j] !== at[j]).length;

test("what exists and has more than one value moves, now and then several at once; the rest stays", (t) => {
  for (const heavyTails of [false, true]) {
    const all = drawn(0.1, heavyTails);
    t.true(all.every((unit) => unit[2] === 0.5 && Number.isNaN(unit[4])));
    // One of three always, and each other one with probability ⅓: 5/9 of the draws.
    for (const j of [0, 1]) {
      const count = moves(all, j);
      t.true(count > 80 && count < 145, `${j}: ${count}`);
    }
    t.true(all.some((unit) => unit[0] !== 0.5 && unit[1] !== 0.5));
    // A choice is drawn anew, which leaves it where it is half of the time.
    const changed = all.filter((unit) => unit[3] >= 0.5).length;
    t.true(changed > 30 && changed < 90, `${changed}`);
  }
  t.deepEqual(from, Float64Array.of(0.5, 0.5, 0.5, 0.25, NaN));
});

test("steps have their size, by Cauchy's law some are far longer, and all end within the cube", (t) => {
  const lengths = (heavyTails: boolean): number[] =>
    drawn(0.01, heavyTails)
      .map((unit) => Math.abs(unit[0] - 0.5))
      .filter((length) => length > 0)
      .sort((a, b) => a - b);
  const [normal, cauchy] = [lengths(false), lengths(true)];
  t.true(normal.at(-1)! < 0.04, `${normal.at(-1)}`);
  t.true(cauchy.at(-1)! > 0.1, `${cauchy.at(-1)}`);
  const median = (all: readonly number[]): number => all[all.length >> 1];
  // Half of the normal steps are shorter than .67 of their size, of Cauchy's than 1 of it.
  t.true(median(normal) > 0.005 && median(normal) < 0.009, `${median(normal)}`);
  t.true(median(cauchy) > 0.007 && median(cauchy) < 0.014, `${median(cauchy)}`);
  for (const heavyTails of [false, true]) {
    const wide = drawn(5, heavyTails, Float64Array.of(0, 1, 0.5, 0.25, NaN));
    t.true(wide.every(([x, y]) => x >= 0 && x <= 1 && y >= 0 && y <= 1));
  }
});

test("a step over an end is reflected there", (t) => {
  const line = searchSpace({ x: float(0, 1) });
  const next = (at: number, seed: number): number =>
    neighbour(
      { space: line },
      Float64Array.of(at),
      Float64Array.of(0.1),
      false,
      createRng(seed),
    )[0];
  for (let seed = 0; seed < 20; seed++) {
    const step = next(0.5, seed) - 0.5;
    t.true(Math.abs(next(0, seed) - Math.abs(step)) < 1e-12);
    t.true(Math.abs(next(1, seed) - (1 - Math.abs(step))) < 1e-11);
  }
});

test("where nothing can move, the place stays", (t) => {
  const single = searchSpace({ fixed: int(3, 3) });
  const at = Float64Array.of(0.5);
  t.deepEqual(neighbour({ space: single }, at, Float64Array.of(1), true, createRng(1)), at);
});
