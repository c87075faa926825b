import test from "ava";
import { categorical, float, int, searchSpace, type SearchSpace } from "../space/index.ts";
import type { Acquisition } from "./acquisition.ts";
import { domainOf, wholeCube } from "./domain.ts";
import { polish } from "./polish.ts";

/** An acquisition of single points, with the slope along the first coordinate alone. */
const of = (value: (x: Float64Array) => number, slope: (x: Float64Array) => number = () => 0) => ({
  values: (points: Float64Array) => Float64Array.of(value(points)),
  addSlope(x: Float64Array, gradient: Float64Array) {
    gradient[0] += slope(x);
    return value(x);
  },
});
function polished(space: SearchSpace, acquisition: Acquisition, ...at: readonly number[]) {
  const domain = domainOf(space);
  const x = Float64Array.from(at);
  const start = { x, value: acquisition.values(x)[0] };
  const box = wholeCube(domain.dimension);
  return { start, end: polish(acquisition, domain, domain.levels, box, start, 20) };
}

const hill = (x: Float64Array): number => -((x[0] - 0.3) ** 2);
const hillSlope = (x: Float64Array): number => -2 * (x[0] - 0.3);

test("one number climbs to the top, and its value is that of its place", (t) => {
  const line = searchSpace({ x: float(0, 1) });
  for (const from of [0, 0.9, 1]) {
    const { end } = polished(line, of(hill, hillSlope), from);
    t.true(Math.abs(end.x[0] - 0.3) < 1e-3, `${end.x[0]}`);
    t.is(end.value, hill(end.x));
  }
});

test("the start stays where nothing is better", (t) => {
  const flat = of(() => 1);
  for (const space of [
    searchSpace({ x: float(0, 1) }),
    searchSpace({ x: float(0, 1), n: int(1, 3) }),
    searchSpace({ c: categorical(["a", "b"]), n: int(1, 3) }),
  ]) {
    const middles = domainOf(space).levels.map((values) => values?.[0] ?? 0.25);
    const { start, end } = polished(space, flat, ...middles);
    t.is(end, start);
  }
});

test("each value of a choice or a short grid is tried, and what it changes climbs on", (t) => {
  const space = searchSpace({ x: float(0, 1), c: categorical(["a", "b"]), n: int(1, 3) });
  // Best at b and 3; with them the hill's top lies elsewhere.
  const isBest = (x: Float64Array): boolean => x[1] > 0.5 && x[2] > 0.7;
  const top = (x: Float64Array): number => (isBest(x) ? 0.8 : 0.3);
  const acquisition = of(
    (x) => x[1] + x[2] - (x[0] - top(x)) ** 2,
    (x) => -2 * (x[0] - top(x)),
  );
  const { end } = polished(space, acquisition, 0.3, 0.25, 1 / 6);
  t.true(isBest(end.x));
  t.true(Math.abs(end.x[0] - 0.8) < 1e-3, `${end.x[0]}`);
});

test("a parameter that a value brings to life stands in its middle; one that isn't there is not gone through", (t) => {
  const space = searchSpace({
    c: categorical(["off", "on"]),
    y: float(0, 1).when("c", "on"),
    n: int(1, 3).when("c", "on"),
  });
  const { end } = polished(
    space,
    of((x) => x[0]),
    ...[0.25, NaN, NaN],
  );
  t.deepEqual([...end.x], [0.75, 0.5, 0.5]);
  let looked = 0;
  polished(
    space,
    of((x) => {
      looked++;
      return -x[0];
    }),
    ...[0.25, NaN, NaN],
  );
  // At the start, and at the choice's other value.
  t.is(looked, 2);
});
