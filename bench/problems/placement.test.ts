import test from "ava";
import { createRng } from "../../src/numerics/rng.ts";
import { TEST_FUNCTIONS } from "./functions.ts";
import { placed } from "./placement.ts";
import { randomRotation } from "./rotation.ts";

test("a rotation is orthogonal, and another seed gives another one", (t) => {
  for (const dimension of [1, 2, 5, 8]) {
    for (let seed = 0; seed < 20; seed++) {
      const r = randomRotation(dimension, createRng(seed));
      for (let i = 0; i < dimension; i++) {
        for (let j = 0; j < dimension; j++) {
          let product = 0;
          for (let k = 0; k < dimension; k++)
            product += r[i * dimension + k] * r[j * dimension + k];
          t.true(Math.abs(product - (i === j ? 1 : 0)) < 1e-12);
        }
      }
    }
  }
  t.notDeepEqual(randomRotation(3, createRng(0)), randomRotation(3, createRng(1)));
});

for (const f of TEST_FUNCTIONS) {
  test(`${f.name}: wherever a seed puts the minimum, it is in the box and its regret is zero`, (t) => {
    const places = new Set<string>();
    for (let seed = 0; seed < 50; seed++) {
      for (const rotation of [undefined, randomRotation(f.box.length, createRng(seed, "r"))]) {
        const placement = placed(f, createRng(seed), { rotation });
        t.true(placement.best.every((u) => u >= 0.05 && u <= 0.95));
        t.is(placement.regret(placement.best), 0);
        const rng = createRng(seed, "points");
        for (let k = 0; k < 50; k++) t.true(placement.regret(f.box.map(() => rng.uniform())) > 0);
        places.add(placement.best.join(" "));
      }
    }
    t.is(places.size, 50, "one place per seed, the same with and without rotation");
  });
}

test("a rotation keeps distances from the minimum: a bowl stays what it is", (t) => {
  const bowl = {
    name: "bowl",
    box: Array.from({ length: 4 }, () => [-1, 1] as const),
    best: [0, 0, 0, 0],
    value: (x: ArrayLike<number>) => Array.from(x).reduce((sum, v) => sum + v * v, 0),
  };
  const plain = placed(bowl, createRng(3));
  const rotated = placed(bowl, createRng(3), {
    rotation: randomRotation(4, createRng(4)),
  });
  const rng = createRng(5);
  for (let k = 0; k < 100; k++) {
    const u = bowl.box.map(() => rng.uniform());
    t.true(Math.abs(plain.regret(u) - rotated.regret(u)) < 1e-12);
  }
});
