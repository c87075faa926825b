import test from "ava";
import { createRng } from "../../src/numerics/rng.ts";
import { categorical, float, int, searchSpace, type SearchSpace } from "../../src/space/index.ts";
import { offspring, type VariationOptions } from "./variation.ts";

const OPTIONS: VariationOptions = {
  ...{ crossover: "uniform", crossoverIndex: 20, alpha: 0.5, mutationIndex: 20 },
};
const SEEDS = 300;
const children = (
  space: SearchSpace,
  [mother, father]: readonly (readonly number[])[],
  options: Partial<VariationOptions> = {},
): Float64Array[] =>
  Array.from({ length: SEEDS }, (_, seed) =>
    offspring(
      ...([space, Float64Array.from(mother), Float64Array.from(father)] as const),
      new Float64Array(mother.length).fill(0.123),
      { ...OPTIONS, ...options },
      createRng(seed),
    ),
  );
const shareOf = (all: readonly Float64Array[], holds: (child: Float64Array) => boolean): number =>
  all.filter(holds).length / all.length;
const square = searchSpace({ x: float(0, 1), y: float(0, 1) });
const isNear = (value: number, wanted: number, off: number): boolean =>
  Math.abs(value - wanted) < off;

test("each coordinate comes from a parent, as often from one as from the other", (t) => {
  const all = children(square, [
    [0.1, 0.1],
    [0.9, 0.9],
  ]);
  for (const j of [0, 1])
    t.true(
      isNear(
        shareOf(all, (u) => u[j] > 0.5),
        0.5,
        0.1,
      ),
    );
  // Independently of each other.
  t.true(
    isNear(
      shareOf(all, (u) => u[0] > 0.5 === u[1] > 0.5),
      0.5,
      0.1,
    ),
  );
});

test("one coordinate mutates at least, and each by the given share", (t) => {
  const same = [
    [0.5, 0.5],
    [0.5, 0.5],
  ];
  const moved = (options: Partial<VariationOptions>) => {
    const all = children(square, same, options);
    t.is(
      shareOf(all, ([x, y]) => x === 0.5 && y === 0.5),
      0,
    );
    return shareOf(all, ([x, y]) => x !== 0.5 && y !== 0.5);
  };
  t.is(moved({ mutationShare: 0 }), 0);
  t.is(moved({ mutationShare: 1 }), 1);
  // 1/d each: both in a quarter.
  t.true(isNear(moved({}), 0.25, 0.08));
});

test("a coordinate that one parent lacks comes from the other, one that both lack is fresh", (t) => {
  const gated = searchSpace({
    c: categorical(["a", "b"]),
    z: float(0, 1),
    y: float(0, 1).when("c", "b"),
  });
  const options = { mutationShare: 0 };
  const all = children(
    gated,
    [
      [0.75, 0.5, NaN],
      [0.75, 0.5, 0.3],
    ],
    options,
  );
  t.true(shareOf(all, ([, , y]) => y === 0.3) > 0.5);
  const neither = children(
    gated,
    [
      [0.25, 0.5, NaN],
      [0.25, 0.5, NaN],
    ],
    options,
  );
  // Of c and z one mutates, never what c = a has not.
  t.true(neither.every(([, , y]) => y === 0.123));
});

test("a mutated choice is fresh, a mutated number near, and a discrete one moves by a cell at least", (t) => {
  const mixed = searchSpace({ c: categorical(["a", "b", "d"]), n: int(1, 10), fixed: int(2, 2) });
  const parent = [0.5, 0.45, 0.5];
  const all = children(mixed, [parent, parent], { mutationShare: 1 });
  t.true(all.every(([c, n, fixed]) => c === 0.123 && Math.abs(n - 0.45) > 0.0999 && fixed === 0.5));
  const size = (mutationIndex: number): number => {
    const numbers = children(
      square,
      [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
      { mutationShare: 1, mutationIndex },
    );
    t.true(numbers.every(([x, y]) => x >= 0 && x < 1 && y >= 0 && y < 1));
    return numbers.reduce((sum, [x]) => sum + Math.abs(x - 0.5), 0) / SEEDS;
  };
  // For a place in the middle the mean step is near 1/(η + 2).
  t.true(isNear(size(20), 1 / 22, 0.01), `${size(20)}`);
  t.true(isNear(size(3), 1 / 5, 0.05), `${size(3)}`);
});

test("a blend lies about the parents' interval by alpha of it, a simulated binary crossing near a parent", (t) => {
  const parents = [
    [0.4, 0.5],
    [0.6, 0.5],
  ];
  // y alone mutates, or x now and then: those that lie where only a blend can be.
  const blended = children(square, parents, { crossover: "blx", mutationShare: 0 });
  const xs = blended.filter(([, y]) => y !== 0.5).map(([x]) => x);
  t.true(xs.every((x) => x >= 0.3 && x <= 0.7));
  t.true(xs.some((x) => x < 0.35) && xs.some((x) => x > 0.65));
  const mean = xs.reduce((sum, x) => sum + x, 0) / xs.length;
  t.true(isNear(mean, 0.5, 0.03), `${mean}`);
  const crossed = children(square, parents, { crossover: "sbx", mutationShare: 0 });
  const near = crossed.filter(([, y]) => y !== 0.5).map(([x]) => Math.abs(Math.abs(x - 0.5) - 0.1));
  t.true(near.every((off) => off < 0.05));
  t.true(near.filter((off) => off < 0.005).length > near.length / 2);
  t.true(near.filter((off) => off > 0).length > 0.9 * near.length);
});
