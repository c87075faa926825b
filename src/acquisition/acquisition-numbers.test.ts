import test from "ava";
import { numbersFingerprint } from "../numerics/testing/numbers-fingerprint.ts";
import { createRng } from "../numerics/rng.ts";
import { categorical, decode, encode, float, int, searchSpace } from "../space/index.ts";
import type { Acquisition } from "./acquisition.ts";
import { domainOf } from "./domain.ts";
import { GLOBAL_EFFORT, maximizeAcquisition } from "./maximize.ts";
import { parzenCandidates } from "./parzen-candidates.ts";
import { regretBoundOf } from "./regret-bound.ts";

// What is suggested from the same trials stays the same; a strategy's fingerprint would show it later,
// and not say where. See CONTRIBUTING.md on a strategy's revision before you record another one.

const space = searchSpace({
  lr: float(1e-5, 1, { log: true }),
  batch: int(1, 5),
  width: int(16, 4096, { log: true }),
  optimizer: categorical(["sgd", "adam", "lion"]),
  momentum: float(0, 1).when("optimizer", "sgd"),
});
const domain = domainOf(space);
const dimension = domain.dimension;

const drawn = (count: number, seed: number): Float64Array[] => {
  const rng = createRng(seed, "points");
  return Array.from({ length: count }, () =>
    domain.project(Float64Array.from({ length: dimension }, () => rng.uniform())),
  );
};

/** A bowl with its top at 0.3 in every coordinate that exists. */
const bowl: Acquisition = {
  values: (points) =>
    Float64Array.from({ length: points.length / dimension }, (_, row) => {
      const x = points.subarray(row * dimension, (row + 1) * dimension);
      return x.reduce((sum, v) => (Number.isNaN(v) ? sum : sum - (v - 0.3) * (v - 0.3)), 0);
    }),
  addSlope(point, slope) {
    point.forEach((v, i) => (slope[i] -= Number.isNaN(v) ? 0 : 2 * (v - 0.3)));
    return this.values(point)[0];
  },
};

const CASES: Readonly<Record<string, readonly [make: () => unknown, fingerprint: string]>> = {
  "candidates near the best trials": [
    () => [1, 2, 5, 40].map((good) => parzenCandidates(domain, drawn(good, 1), 60, createRng(2))),
    "2c3856579091",
  ],
  "candidates near trials at an edge": [
    () =>
      parzenCandidates(
        domain,
        [0, 1].map((at) => new Float64Array(dimension).fill(at)),
        200,
        createRng(3),
      ),
    "b86227c041fb",
  ],
  "where an acquisition is largest": [
    () =>
      [0, 1, 2].map((seed) =>
        maximizeAcquisition(
          { acquisition: bowl, domain, good: drawn(12, seed) },
          GLOBAL_EFFORT,
          createRng(seed),
        ),
      ),
    "9df2111d4f3b",
  ],
  "where an acquisition is largest, beside more good trials than are crossed": [
    () =>
      [3, 4].map((seed) =>
        maximizeAcquisition(
          { acquisition: bowl, domain, good: drawn(60, seed) },
          { ...GLOBAL_EFFORT, generations: 1, climbIterations: 0 },
          createRng(seed),
        ),
      ),
    "f67ee17b6e99",
  ],
  "how much may be gained": [
    () =>
      [5, 12, 30].map((count) => {
        const params = drawn(count, 4).map((x) => decode(space, x));
        const values = params.map((one) => -bowl.values(encode(space, one))[0]);
        return regretBoundOf(space, params, Float64Array.from(values));
      }),
    "373ff3eeabb3",
  ],
};
for (const [what, [make, fingerprint]] of Object.entries(CASES)) {
  test(`${what}: the same numbers as before`, (t) => {
    t.is(numbersFingerprint(make()), fingerprint);
  });
}

test("candidates lie in the unit cube, on the grids, and spread over all of it", (t) => {
  const edge = [0, 1].map((at) => new Float64Array(dimension).fill(at));
  const candidates = parzenCandidates(domain, edge, 400, createRng(1));
  for (const x of candidates) {
    t.true(
      x.every((v) => Number.isNaN(v) || (v >= 0 && v <= 1)),
      x.join(),
    );
  }
  const middle = candidates.filter((x) => x[0] > 0.3 && x[0] < 0.7);
  t.true(middle.length > 30 && middle.length < 200, `${middle.length} of 400 lie between`);
});
