import test from "ava";
import { createRng } from "../numerics/rng.ts";
import { categorical, float, oneOf, points, searchSpace } from "../space/index.ts";
import { decode, type Params, type SearchSpace } from "../space/search-space.ts";
import { regretBoundOf, regretBoundsAfter } from "./regret-bound.ts";

/** Random trials of a space. */
function drawn(space: SearchSpace, count: number, value: (params: Params) => number, seed: number) {
  const rng = createRng(seed, "trials");
  const params = Array.from({ length: count }, () =>
    decode(
      space,
      Float64Array.from(space.parameters, () => rng.uniform()),
    ),
  );
  return { params, values: Float64Array.from(params, value) };
}

const square = searchSpace({ x: float(-1, 1), y: float(-1, 1) });
const bowl = ({ x, y }: Params): number => Number(x) ** 2 + 2 * (Number(y) - 0.3) ** 2;

test("the bound holds, and falls as trials tell more, on a metric without noise", (t) => {
  for (const seed of [1, 2, 3]) {
    const { params, values } = drawn(square, 40, bowl, seed);
    const at = (n: number) => regretBoundOf(square, params.slice(0, n), values.slice(0, n));
    const [early, late] = [at(10), at(40)];
    t.true(early.bound >= Math.min(...values.slice(0, 10)), `${seed}: ${early.bound}`);
    t.true(late.bound >= Math.min(...values), `${seed}: ${late.bound}`);
    t.true(late.bound < early.bound / 3, `${seed}: ${early.bound}, ${late.bound}`);
    t.true(late.noise < 0.02, `${seed}: ${late.noise}`);
    t.deepEqual(at(40), late);
  }
});

test("the standard error is that of the metric's noise, in its own units", (t) => {
  for (const scale of [1, 1000]) {
    const rng = createRng(5, "noise");
    const noisy = (params: Params): number => scale * (bowl(params) + 0.2 * rng.normal());
    const { params, values } = drawn(square, 80, noisy, 1);
    const { noise, bound, upper, lower } = regretBoundOf(square, params, values);
    t.true(noise > 0.1 * scale && noise < 0.35 * scale, String(noise));
    t.is(bound, upper - lower);
  }
});

test("values over decades, choices and conditions: the whole space is looked at", (t) => {
  const space = searchSpace({
    ...oneOf("optimizer", {
      sgd: { momentum: float(0, 0.9, { step: 0.1 }) },
      adam: { beta: float(0, 0.9, { step: 0.1 }) },
    }),
    width: categorical([16, 32, 64]),
  });
  const loss = ({ optimizer, momentum, beta, width }: Params): number =>
    10 ** (optimizer === "sgd" ? 2 * Number(momentum) - 1 : -3 * Number(beta)) *
    (1 + 8 / Number(width));
  const best = Math.min(...[...points(space)].map(loss));
  for (const seed of [1, 2, 3]) {
    const { params, values } = drawn(space, 30, loss, seed);
    const { lower, bound } = regretBoundOf(space, params, values);
    t.true(lower <= best, `${seed}: ${lower} > ${best}`);
    t.true(bound >= Math.min(...values) - best);
  }
});

test("of many trials the best and a spread over the others are enough", (t) => {
  const { params, values } = drawn(square, 600, bowl, 1);
  const { bound } = regretBoundOf(square, params, values);
  t.true(bound >= Math.min(...values) && bound < 0.05, String(bound));
});

test("the bounds after some trials are of these alone, and the last is that of all", (t) => {
  const { params, values } = drawn(square, 40, bowl, 1);
  const [early, late] = regretBoundsAfter(square, params, values, [10, 40]);
  t.deepEqual(late, regretBoundOf(square, params, values));
  const best = (count: number): number => Math.min(...values.subarray(0, count));
  t.true(best(40) < best(10));
  // Without noise the bound above is near the best that was known then.
  t.true(Math.abs(early.upper - best(10)) < 0.1 * best(10) + 0.02, `${early.upper}, ${best(10)}`);
  t.true(early.bound > late.bound && early.lower <= best(40));
});
