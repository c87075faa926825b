import test from "ava";
import { numbersFingerprint } from "../../numerics/testing/numbers-fingerprint.ts";
import { measure } from "./measure.ts";
import { recommendedBatch, recommendedRates } from "./recommend.ts";
import { quadratic, rule } from "./testing/quadratic.ts";

// What a probe measures of the same problem stays the same: how many batches, products and groups it takes
// is part of it. See rate-numbers.test.ts.

const problem = (batches: number, seed = 0, isAll = false) =>
  quadratic({
    curvatures: Array.from({ length: 24 }, (_, i) => 0.5 + i * i * 0.05),
    weights: Array.from({ length: 24 }, (_, i) => 0.1 + 0.01 * (i % 5)),
    noise: Array.from({ length: 24 }, (_, i) => 0.5 + (i % 3)),
    ...{ batchSize: 16, batches, seed, isAll },
    optimizers: [
      rule("sgd", { kind: "gradientDescent" }),
      rule("momentum", { kind: "heavyBall", momentum: 0.9 }, (g) => g.map((x) => 2 * x)),
      rule("sign", { kind: "sign" }, (g) => g.map(Math.sign)),
      rule("adam", { kind: "adam", beta1: 0.9 }, (g) => g.map((x, i) => x / (1 + (i % 7)))),
    ],
  });

const CASES: Readonly<
  Record<string, readonly [make: () => Promise<unknown>, fingerprint: string]>
> = {
  "by budget": [
    async () => {
      const found = [];
      for (const budget of [50, 70, 100, 200, 400, 900]) {
        found.push(await measure(problem(500), { budget, crossChecks: budget > 150 }));
      }
      return found;
    },
    "cf1451875c49",
  ],
  "by how many batches have no example in common": [
    async () => {
      const found = [];
      for (const batches of [1, 2, 3, 5, 12, 33])
        found.push(await measure(problem(batches, 1, batches > 4)));
      return found;
    },
    "6dbf3979a86e",
  ],
  "what is recommended from them": [
    async () => {
      const measured = [
        await measure(problem(500)),
        { ...(await measure(problem(99, 3))), step: 200 },
      ];
      return [
        measured.map((one) => recommendedRates(one, [8, 64, 512], { budget: "fixedSamples" })),
        measured.map((one) => recommendedBatch([one], [8, 64, 512])),
        recommendedBatch(measured, [32]),
      ];
    },
    "9b7966f41b97",
  ],
};
for (const [what, [make, fingerprint]] of Object.entries(CASES)) {
  test(`${what}: the same numbers as before`, async (t) => {
    t.is(numbersFingerprint(await make()), fingerprint);
  });
}
