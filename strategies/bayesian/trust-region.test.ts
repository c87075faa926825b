import test from "ava";
import { domainOf } from "../../src/acquisition/domain.ts";
import { createRng } from "../../src/numerics/rng.ts";
import { categorical, encode, float, int, searchSpace } from "../../src/space/index.ts";
import { LOCAL_EVERY, localCandidates, trustRegionAt } from "./trust-region.ts";

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

test("the box halves where nothing is gained, grows where something is, and begins anew where it is tiny", (t) => {
  const point = Float64Array.of(0.5);
  /** Half sides after each step, by the best value at it. */
  const halfSides = (values: readonly number[]): number[] => {
    const bests = values.flatMap((value) =>
      Array.from({ length: LOCAL_EVERY }, () => ({ point, value })),
    );
    const before = Array.from({ length: 30 - LOCAL_EVERY }, () => bests[0]);
    return values.map(
      (_, step) =>
        trustRegionAt([...before, ...bests.slice(0, (step + 1) * LOCAL_EVERY)], 0)!.halfSide,
    );
  };
  t.deepEqual(halfSides([5, 5, 5, 5]), [0.15, 0.075, 0.0375, 0.01875]);
  t.deepEqual(halfSides([5, 4, 3, 2, 1]), [0.15, 0.15 * 1.5, 0.3, 0.3, 0.3]);
  const still = halfSides(Array.from({ length: 14 }, () => 5));
  t.is(still[11], 0.15, "twelve steps after the first it would be less than a ten-thousandth");
});
