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

/** Of a bowl, until its loss is beyond all bounds. */
const ramp = async (rates: readonly number[]) => {
  let x = 1;
  const losses = rates.map((rate) => {
    const loss = x * x;
    x -= 2 * rate * x;
    return loss;
  });
  const end = losses.findIndex((loss) => loss > 1e6);
  return {
    losses: end < 0 ? losses : [...losses.slice(0, end), NaN],
    gradients: losses.length,
  };
};

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
  "cross-checks, by budget, also where the loss curves down": [
    async () => {
      const found = [];
      for (const budget of [60, 75, 80, 90, 100, 110, 120, 140, 165, 200, 230, 300]) {
        for (const lowest of [0.5, -9]) {
          const one = quadratic({
            curvatures: Array.from({ length: 14 }, (_, i) => (i === 0 ? lowest : 1 + i / 5)),
            weights: Array.from({ length: 14 }, (_, i) => 0.2 + 0.01 * i),
            optimizers: [{ ...rule("sgd", { kind: "gradientDescent" }), ramp }],
            ...{ noise: new Array<number>(14).fill(0.3), batchSize: 4, batches: 40 },
          });
          found.push(await measure(one, { budget, crossChecks: true, seed: budget }));
        }
      }
      return found;
    },
    "f8520938f0be",
  ],
  "range tests that end early, and by the rate that is known": [
    async () => {
      const found = [];
      const known = [{ learningRate: 0.3 }, { learningRate: 0 }, { usualRate: undefined }];
      for (const [i, more] of known.entries()) {
        for (const least of [-1, 0.5, 1.5]) {
          const sgd = rule("sgd", { kind: "gradientDescent" });
          const one = quadratic({
            // Upwards everywhere, downwards, and flat along the gradient.
            curvatures: [[3, 1], [-3, -1], [1e-12, -1e-12]][i], // prettier-ignore
            weights: [1, 1],
            optimizers: [
              {
                ...{ ...sgd, ...more },
                ramp: async (rates) => {
                  const { losses } = await ramp(rates);
                  return { losses: losses.slice(0, 25 + 20 * least), gradients: 7 };
                },
              },
            ],
          });
          found.push(await measure(one, { budget: 150, crossChecks: true }));
        }
      }
      return found;
    },
    "f2d83c1b75f6",
  ],
  "what is said as it goes on": [
    async () => {
      const said: unknown[] = [];
      const onProgress = (...what: unknown[]) => said.push(what.map((one) => [one]));
      const one = quadratic({
        ...{ curvatures: [1, 2, 3], weights: [1, 1, 1], noise: [1, 1, 1], batches: 50 },
        optimizers: [
          { ...rule("sgd", { kind: "gradientDescent" }), ramp },
          rule("adam", { kind: "adam", beta1: 0.9 }),
        ],
      });
      await measure(one, { budget: 300, crossChecks: true, onProgress });
      return said.map(String).map((one) => one.replaceAll(" ", "_"));
    },
    "ed0c38447a91",
  ],
};
for (const [what, [make, fingerprint]] of Object.entries(CASES)) {
  test(`${what}: the same numbers as before`, async (t) => {
    t.is(numbersFingerprint(await make()), fingerprint);
  });
}
