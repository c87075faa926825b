import test from "ava";
import { createRng } from "../../src/numerics/rng.ts";
import { TEST_FUNCTIONS } from "./functions.ts";

// Minima as published at https://www.sfu.ca/~ssurjano/optimization.html (Styblinski–Tang: −39.16617 d).
const PUBLISHED: Readonly<Record<string, { lowest: number; dimension: number }>> = {
  branin: { lowest: 0.397887, dimension: 2 },
  hartmann6: { lowest: -3.32237, dimension: 6 },
  ackley5: { lowest: 0, dimension: 5 },
  rosenbrock4: { lowest: 0, dimension: 4 },
  levy8: { lowest: 0, dimension: 8 },
  rastrigin4: { lowest: 0, dimension: 4 },
  styblinski6: { lowest: -39.16617 * 6, dimension: 6 },
};

for (const f of TEST_FUNCTIONS) {
  test(`${f.name}: the minimum is the published one, in the box`, (t) => {
    const { lowest, dimension } = PUBLISHED[f.name];
    t.is(f.box.length, dimension);
    t.is(f.best.length, dimension);
    t.true(Math.abs(f.value(f.best) - lowest) < 1e-5 * dimension, `${f.value(f.best)}`);
    f.box.forEach(([low, high], i) => t.true(f.best[i] > low && f.best[i] < high));
  });

  test(`${f.name}: nothing is lower, neither nearby nor anywhere within three boxes`, (t) => {
    const rng = createRng(1, f.name);
    let lowest = Infinity;
    for (let k = 0; k < 20_000; k++) {
      const near = k % 2 === 0;
      const x = f.box.map(([low, high], i) =>
        near
          ? f.best[i] + rng.normal() * 1e-4 * (high - low)
          : low + (3 * rng.uniform() - 1) * (high - low),
      );
      lowest = Math.min(lowest, f.value(x));
    }
    t.true(lowest >= f.value(f.best) - 1e-12, `${lowest}`);
  });
}
