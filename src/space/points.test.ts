import test from "ava";
import { categorical, float, int } from "./parameter.ts";
import { points, spaceCardinality } from "./points.ts";
import { existingParams, searchSpace } from "./search-space.ts";

const flat = searchSpace({ n: int(1, 3), c: categorical(["a", "b"]) });
const branched = searchSpace({
  n: int(1, 3),
  m: int(0, 4, { step: 2 }).when("n", { gte: 2 }),
  k: int(5, 6).when("m", 4),
});

test("a finite space has as many points as can be listed, conditions held", (t) => {
  t.is(spaceCardinality(searchSpace({})), 1);
  t.is(spaceCardinality(flat), 6);
  t.is(spaceCardinality(branched), 1 + 2 * (2 + 2));
  for (const space of [flat, branched]) {
    const all = [...points(space)];
    t.is(all.length, spaceCardinality(space));
    t.is(new Set(all.map((point) => JSON.stringify(point))).size, all.length);
    for (const point of all) t.deepEqual(existingParams(space, point), point);
  }
  t.deepEqual([...points(branched)].slice(0, 4), [{ n: 1 }, { n: 2, m: 0 }, { n: 2, m: 2 }, { n: 2, m: 4, k: 5 }]); // prettier-ignore
  t.is(spaceCardinality(searchSpace({ n: int(1, 3), x: float(0, 1) })), Infinity);
});

test("of given parameters those are kept that exist beside each other", (t) => {
  t.deepEqual(existingParams(branched, { n: 1, m: 4, k: 5 }), { n: 1 });
  t.deepEqual(existingParams(branched, { n: 2, m: 4, k: 5, other: 1 }), { n: 2, m: 4, k: 5 });
  t.deepEqual(existingParams(branched, { m: 4 }), {});
});
