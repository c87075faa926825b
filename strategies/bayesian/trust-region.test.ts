import test from "ava";
import { domainOf } from "../../src/acquisition/domain.ts";
import { createRng } from "../../src/numerics/rng.ts";
import { categorical, encode, float, int, searchSpace } from "../../src/space/index.ts";
import { localCandidates } from "./trust-region.ts";

const space = searchSpace({ x: float(0, 1), layers: int(1, 9), kind: categorical(["a", "b"]) });
const domain = domainOf(space);
const center = encode(space, { x: 0.5, layers: 5, kind: "a" });
const step = encode(space, { x: 0.5, layers: 6, kind: "a" })[1] - center[1];

/** Candidates in a box about five layers of kind a, where one layer of kind b is best. */
function candidates(halfSide: number): readonly Float64Array[] {
  const rng = createRng(1);
  const points = Array.from({ length: 30 }, () =>
    domain.project(Float64Array.from({ length: 3 }, () => rng.uniform())),
  );
  const values = Float64Array.from(
    points,
    ([x, layers, kind]) => (x - 0.5) ** 2 + layers + (kind === center[2] ? 1 : 0),
  );
  const region = { center, best: 0, halfSide, gain: 0 };
  const problem = { region, domain, points, values, pending: [], erred: [], terms: [] };
  return localCandidates(problem, rng).map(({ x }) => x);
}

test("a trust region holds the integers that are in it, and every choice", (t) => {
  const farthest = (halfSide: number): number =>
    Math.max(...candidates(halfSide).map((x) => Math.abs(x[1] - center[1]))) / step;
  t.is(Math.round(farthest(0.4 * step)), 0);
  t.is(Math.round(farthest(1.4 * step)), 1);
  t.not(candidates(0.4 * step)[0][2], center[2]);
});
