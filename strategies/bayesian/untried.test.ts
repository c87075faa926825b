import test from "ava";
import { domainOf } from "../../src/acquisition/domain.ts";
import { createRng } from "../../src/numerics/rng.ts";
import { float, int, searchSpace } from "../../src/space/index.ts";
import { firstUntried, listPoints, untried } from "./untried.ts";

test("a finite space is listed up to 2,000 points, a float that is fixed or has steps among them", (t) => {
  const count = (space: ReturnType<typeof searchSpace>) =>
    listPoints(domainOf(space))?.points.length;
  t.is(count(searchSpace({ n: int(1, 5), fixed: float(0.5, 0.5) })), 5);
  t.is(count(searchSpace({ n: int(1, 5), x: float(0, 1, { step: 0.5 }) })), 15);
  t.is(count(searchSpace({ n: int(1, 5), x: float(0, 1) })), undefined);
  t.is(count(searchSpace({ n: int(1, 2000) })), 2000);
  t.is(count(searchSpace({ n: int(1, 2001) })), undefined);
});

const three = domainOf(searchSpace({ n: int(1, 3) }));
const { keys, points } = listPoints(three)!;

test("what has ended or is under way is left out, until nothing is left", (t) => {
  const [ended, running] = [new Set([keys[0]]), new Set([keys[2]])];
  const some = untried({ keys, points }, ended, running);
  t.deepEqual(some, { tried: [ended, running], left: [points[1]] });
  t.deepEqual(untried({ keys, points }, new Set(keys), running), { tried: [], left: points });
  t.deepEqual(untried(undefined, ended, running), { tried: [ended, running] });
});

test("the best candidate that was not tried comes first, else one that is left, else any", (t) => {
  const first = (tried: readonly string[], left?: readonly Float64Array[]) =>
    firstUntried(three, [points[2], points[0]], [new Set(tried)], left, createRng(1));
  t.is(first([]), points[2]);
  t.is(first([keys[2]]), points[0]);
  t.is(first([keys[2], keys[0]], [points[1]]), points[1]);
  t.deepEqual(first([keys[2], keys[0]]), points[1]);
  t.is(first(keys), points[2]);
});
