import test from "ava";
import { categorical, float, int, searchSpace } from "../../src/space/index.ts";
import { encodeInside, keyInside } from "./inside.ts";

test("rounding error at a range's ends is inside, on whichever side of 0 the range lies", (t) => {
  for (const [low, high] of [
    [-1, 1],
    [-3, -2],
    [0, 0.3],
  ]) {
    const space = searchSpace({ x: float(low, high) });
    const slack = (high - low) * 1e-12;
    for (const x of [low, high, low - slack / 2, high + slack / 2]) {
      t.truthy(encodeInside(space, { x }), `${x}`);
    }
    for (const x of [low - 3 * slack, high + 3 * slack])
      t.is(encodeInside(space, { x }), undefined);
  }
});

test("integers and choices have no rounding error, and a missing value is none", (t) => {
  const space = searchSpace({ n: int(1, 4), c: categorical(["a", "b"]) });
  t.deepEqual(encodeInside(space, { n: 4 })?.[1], NaN);
  t.truthy(encodeInside(space, { n: 4, c: "b" }));
  t.is(encodeInside(space, { n: 4 + 1e-13 * 64, c: "b" }), undefined);
  t.is(encodeInside(space, { n: 0, c: "b" }), undefined);
  t.is(encodeInside(space, { n: 1, c: "c" }), undefined);
});

test("a key holds what exists, whatever stands beside it", (t) => {
  const space = searchSpace({ c: categorical(["a", "b"]), x: float(0, 1).when("c", "a") });
  t.is(keyInside(space, { c: "b", x: 0.5, y: 1 }), keyInside(space, { c: "b" }));
  t.not(keyInside(space, { c: "a", x: 0.5 }), keyInside(space, { c: "a", x: 0.6 }));
});
