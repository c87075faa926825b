import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import { numbersFingerprint } from "../../numerics/testing/numbers-fingerprint.ts";
import {
  noiseFromExamples,
  weightedNoiseFromMicroBatches,
  weightedNoiseScale,
} from "../noise/noise-scale.ts";
import { diagonalHvp, matrixHvp } from "../testing/matrix.ts";
import { edgeOf, meanDirectionalEdge, preconditionedUpdate } from "./directional-edge.ts";
import { kinkDiscrepancy } from "./hvp.ts";
import { lanczos } from "./lanczos.ts";
import { powerIteration } from "./power-iteration.ts";
import { diagonalPreconditioner, preconditionedHvp, seedSecondMoment } from "./preconditioner.ts";
import { hutchinsonTrace } from "./trace.ts";

// What a probe finds of the same operator stays the same: when it stops is part of it. See
// rate-numbers.test.ts.

const OPERATORS = [
  diagonalHvp([4, 2, 1]),
  diagonalHvp([-12, 10, 6]),
  diagonalHvp([0.3, 0.29, -0.28]),
  diagonalHvp([0, 0, 0]),
  matrixHvp([
    [2, 1, 0],
    [1, 3, -1],
    [0, -1, 1],
  ]),
];
/** Without a gap, so that the tolerance decides. */
const FLAT = diagonalHvp(Array.from({ length: 120 }, (_, i) => (i / 120) ** 0.5));
const vector = (seed: number, length: number): Float64Array => {
  const rng = createRng(seed, "vector");
  return Float64Array.from({ length }, () => rng.normal());
};
const each = async (
  measure: (hvp: (typeof OPERATORS)[number], dimension: number) => Promise<unknown>,
): Promise<unknown[]> => {
  const found = [];
  for (const one of OPERATORS) found.push(await measure(one, 3));
  return [...found, await measure(FLAT, 120)];
};

const CASES: Readonly<
  Record<string, readonly [make: () => Promise<unknown>, fingerprint: string]>
> = {
  "Lanczos, as it is and with other options": [
    () =>
      each(async (hvp, dimension) => [
        await lanczos(hvp, { dimension, rng: createRng(1) }),
        await lanczos(hvp, { dimension, rng: createRng(2), minSteps: 8, tolerance: 0.3 }),
        await lanczos(hvp, { dimension, rng: createRng(3), maxSteps: 30, tolerance: 1e-3 }),
        await lanczos(hvp, { dimension, rng: createRng(4), maxSteps: 2 }),
      ]),
    "0051758d24eb",
  ],
  "power iteration, as it is and with other options": [
    () =>
      each(async (hvp, dimension) => [
        await powerIteration(hvp, { dimension, rng: createRng(1) }),
        await powerIteration(hvp, { dimension, rng: createRng(2), tolerance: 0.3 }),
        await powerIteration(hvp, { dimension, rng: createRng(3), tolerance: 1e-9 }),
        await powerIteration(hvp, { dimension, rng: createRng(4), maxSteps: 3 }),
      ]),
    "91dbe61fc0b5",
  ],
  "the trace, as it is and with other options": [
    () =>
      each(async (hvp, dimension) => [
        await hutchinsonTrace(hvp, { dimension, rng: createRng(1) }),
        await hutchinsonTrace(hvp, { dimension, rng: createRng(2), tolerance: 1e-9 }),
        await hutchinsonTrace(hvp, { dimension, rng: createRng(3), minSamples: 20 }),
        await hutchinsonTrace(hvp, { dimension, rng: createRng(4), maxSamples: 9 }),
      ]),
    "823d45aef013",
  ],
  "how much a loss bends along a direction": [
    async () => {
      const kinked = (w: Float64Array) => w.map((x) => Math.max(0, x) + 3 * x);
      const found = [];
      for (const at of [0, 1e-6, 3e-6, 0.1]) {
        const weights = new Float64Array(4).fill(at);
        for (const precision of ["float64", "float32"] as const)
          found.push(await kinkDiscrepancy(kinked, weights, vector(1, 4), precision));
      }
      return found;
    },
    "a9154fe12530",
  ],
  "edges along directions": [
    async () => [
      [1, 0.5, 0, -1, 1e-320].map((slope) => [2, 0.5, 0, -1].map((c) => edgeOf(slope, c))),
      await meanDirectionalEdge(
        OPERATORS[0],
        [1, 2, 3].map((seed) => {
          const gradient = vector(seed, 3).map(Math.abs);
          return {
            gradient,
            update: preconditionedUpdate(gradient, Float64Array.of(0.5, 2, 3)),
          };
        }),
      ),
    ],
    "091b523323fe",
  ],
  preconditioners: [
    async () => {
      let seed = 0;
      const moment = await seedSecondMoment(() => vector(seed++, 3));
      return [
        moment,
        seed,
        Array.from(diagonalPreconditioner(new Float64Array(2)), (x) => x * 1e8),
        diagonalPreconditioner(moment),
        diagonalPreconditioner(moment, { epsilon: 0.1, bias: { beta2: 0.99, step: 7 } }),
        diagonalPreconditioner(moment, { bias: { beta2: 0, step: 7 } }),
        await preconditionedHvp(OPERATORS[4], moment)(vector(1, 3)),
      ];
    },
    "f54d8404b86c",
  ],
  "noise scales": [
    async () => {
      const gradients = [1, 2, 3, 4, 5].map((seed) => vector(seed, 3).map((x, i) => x + 2 - i));
      return [
        noiseFromExamples(gradients),
        await weightedNoiseFromMicroBatches(OPERATORS[0], gradients, 8),
        await weightedNoiseFromMicroBatches(OPERATORS[1], gradients.slice(0, 2), 8),
        [2, 0.5, 0, -1].map((trace) =>
          [2, 0.5, 0, -1].map((bend) => [1, 0, -1].map((s) => weightedNoiseScale(trace, bend, s))),
        ),
      ];
    },
    "8529c5e38f1c",
  ],
};

for (const [what, [make, fingerprint]] of Object.entries(CASES)) {
  test(`${what}: the same numbers as before`, async (t) => {
    t.is(numbersFingerprint(await make()), fingerprint);
  });
}
