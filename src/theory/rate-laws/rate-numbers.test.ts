import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import { cheapestBatch, fitTradeOff } from "../noise/trade-off.ts";
import { bestRates } from "./best-rates.ts";
import { logShare, shareSd, type BatchLaw } from "./batch-law.ts";
import { recommendRateFrom } from "./known-rate.ts";
import { chooseRateLaw } from "./law-choice.ts";
import { analyseRangeTest } from "./range-test.ts";
import { fitRateLaw, linearEstimate, rateAt } from "./rate-law.ts";
import { rescaleSetting } from "./rescale.ts";
import { rateCurve, recommendRate } from "./scale.ts";
import { numbersFingerprint } from "../../numerics/testing/numbers-fingerprint.ts";
import { FAMILIES, BUDGETS, BATCHES, LAWS, sweeps, scattered } from "../testing/rate-trials.ts";

// What theory recommends from the same measurements and trials stays the same, so that a report of last
// month can be read beside one of today. Where a change is meant: say in CHANGELOG.md what differs, and
// record what the test prints.

const CASES: Readonly<Record<string, readonly [make: () => unknown, fingerprint: string]>> = {
  "rates from sweeps": [
    () =>
      LAWS.map((law) =>
        BATCHES.map((_, i) =>
          recommendRate(sweeps(law, BATCHES.slice(0, i + 1)), { toBatch: 256 }),
        ),
      ),
    "030cd149282e",
  ],
  "rates by family and budget": [
    () =>
      FAMILIES.flatMap((family) =>
        BUDGETS.map((budget) => recommendRate(sweeps(LAWS[1]), { toBatch: 4096, family, budget })),
      ),
    "42e0cfede6d8",
  ],
  "rates of runs that say their steps or samples": [
    () =>
      [{ steps: 500 }, { samples: 64_000 }].map((more) =>
        recommendRate(sweeps(LAWS[0], BATCHES, more), { toBatch: 64 }),
      ),
    "87a59b4065af",
  ],
  "rates from scattered trials": [
    () =>
      [8, 20, 60, 150].map((count) =>
        recommendRate(scattered(count), { toBatch: 100, family: "sgd" }),
      ),
    "51d277098710",
  ],
  "rates from few trials": [
    () =>
      [1, 2, 3, 4, 6].map((count) =>
        recommendRate(sweeps(LAWS[2]).slice(0, count), { toBatch: 64 }),
      ),
    "d5da38f57d94",
  ],
  "rates at another size": [
    () =>
      [[64], [32, 64, 128, 256]].flatMap((widths) => {
        const trials = widths.flatMap((width) =>
          sweeps(LAWS[0], [32, 64], { width, depth: width / 16 }).map((one) => ({
            ...one,
            learningRate: one.learningRate * (64 / width),
          })),
        );
        return [{ width: 1024 }, { width: 48, depth: 20 }].map((to) =>
          recommendRate(trials, { toBatch: 128, family: "adam", to }),
        );
      }),
    "393b9c3baf71",
  ],
  "the curve over batch sizes": [
    () => {
      const { at, rates, law } = rateCurve(sweeps(LAWS[3]), { family: "adam" });
      return { rates, law, at: [4, 100, 1000, 1e5].map(at) };
    },
    "58f1de07a6e1",
  ],
  "the best rates of batch sizes": [
    () => [
      bestRates(sweeps(LAWS[0]), 0.5),
      bestRates(scattered(80), 0.3),
      bestRates(sweeps(LAWS[1], [64]), 0),
    ],
    "e68e68c693e4",
  ],
  "the best rates of trials that are few, flat, exploded or spread over batch sizes": [
    () => {
      const rates = [1e-4, 3e-4, 1e-3, 4e-3, 1e-2];
      const at = (batchSize: number, values: readonly number[]) =>
        values.map((value, i) => ({ batchSize, learningRate: rates[i], value }));
      const many = (count: number, each: number) =>
        Array.from({ length: count }, (_, b) =>
          at(
            8 + 3 * b,
            Array.from({ length: each }, (_, i) => (i - 2 - b / 20) ** 2),
          ),
        ).flat();
      return [
        at(8, [1, 1, 1, 1]),
        [...at(8, [2, 2, 2]), ...at(64, [2, 2])],
        [...at(8, [2]), ...at(64, [3, 2]), ...at(128, [1, 2])],
        [...at(8, [3, 1, 2, 5, 9]), ...at(64, [3, 2]), ...at(128, [3])],
        [...at(8, [3, 1, 2, 900, 1e9]), ...at(64, [9e9, 2, 1, 1.5, 8])],
        [...at(8, [3, 1, 1.2]), ...at(64, [5e8, 1])],
        [...at(8, [3, 1.1, 7, 1.2, 2]), ...at(64, [3, 2.5, 1, 1.2, 40])],
        [...at(8, [1, 1, 1, 2, 5]), ...at(8, [1.1, 1, 1.05, 2, 5])],
        many(24, 3),
        many(25, 3),
        many(12, 2),
        many(40, 1),
        [...many(9, 2), ...at(512, [4, 3, 2, 1, 2])],
      ].map((trials) => bestRates(trials, 0.6));
    },
    "de78723cc14d",
  ],
  "laws through points": [
    () =>
      LAWS.map((truth) => {
        const points = BATCHES.map((batchSize, i) => ({
          batchSize,
          learningRate: rateAt(truth, batchSize) * (1 + 0.05 * (i % 2)),
          sdOfLog: 0.1 + 0.05 * i,
        }));
        const fits = LAWS.map(({ kind }) => fitRateLaw(kind, points));
        const lines = (["saturating", "rootSaturating", "surge"] as const).map((kind) =>
          linearEstimate(kind, points),
        );
        return { fits, lines, choice: chooseRateLaw(points) };
      }),
    "fe5de279ced2",
  ],
  "one known rate": [
    () =>
      FAMILIES.flatMap((family) =>
        [undefined, 300].map((noiseScale) =>
          recommendRateFrom({
            learningRate: 1e-3,
            fromBatch: 32,
            toBatch: 512,
            family,
            noiseScale,
            budget: "fixedSamples",
          }),
        ),
      ),
    "78e2aaf871bf",
  ],
  "a setting at another batch size": [
    () =>
      [16, 64, 4096].map((toBatch) =>
        rescaleSetting(
          { learningRate: 1e-3, betas: [0.9, 0.999], epsilon: 1e-8, batchSize: 64 },
          toBatch,
        ),
      ),
    "d94a8fde782f",
  ],
  "shares of the largest rate": [
    () => {
      const laws: BatchLaw[] = [
        { kind: "saturating", noiseScale: 100 },
        { kind: "rootSaturating", noiseScale: 100 },
        { kind: "surge", noiseScale: 100, turningPoint: 0.4 },
      ];
      return laws.map((law) =>
        BATCHES.map((batch) => [
          logShare(law, batch),
          shareSd(law, batch),
          shareSd(law, batch, 64),
        ]),
      );
    },
    "410dcbcb0a01",
  ],
  "a range test": [
    () => {
      const rng = createRng(5, "range");
      return [0, 0.02, 0.2].map((noise) =>
        analyseRangeTest(
          Array.from({ length: 40 }, (_, i) => {
            const learningRate = 1e-5 * 10 ** (i / 8);
            const fall = 2.3 / (1 + learningRate / 1e-3);
            return {
              learningRate,
              loss: fall + (learningRate > 0.1 ? 60 * learningRate : 0) + noise * rng.normal(),
            };
          }),
        ),
      );
    },
    "c5dd4f468697",
  ],
  "range tests that are short, rough, or over at once": [
    () => {
      const at = (losses: readonly number[], width?: number) =>
        analyseRangeTest(
          losses.map((loss, i) => ({ learningRate: 1e-4 * 2 ** i, loss })),
          width === undefined ? {} : { width },
        );
      const rng = createRng(9, "range");
      const rough = Array.from({ length: 60 }, (_, i) => 4 - Math.min(i, 40) / 20 + rng.normal());
      return [
        at([5, 4, 3, 2, 1]),
        at([5, 4, 3, 2, NaN, 1]),
        at([5, 4, 3, 2, 1, NaN]),
        at([3, 3, 3, 3, 3, 3.1]),
        at([1, 2, 3, 2, 1, 0.5, 0.4, 9]),
        at([2, 2, 2, 1.5, 1, 0.5, 0.5, 2, 2.4, 2.6, 3.4, 3.6]),
        at([9, 4, 1, 0, 1, 4, 9, 16, 25]),
        ...[0.3, 1, 4].map((width) => at([5, 5, 4, 2, 1, 1, 3, 4, 2, 1], width)),
        at(rough),
        at([...rough, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]),
      ];
    },
    "76f02908d7ff",
  ],
  "steps against batch sizes": [
    () => [
      fitTradeOff(
        BATCHES.map((batchSize, i) => ({
          batchSize,
          steps: 400 * (1 + 90 / batchSize) * (1 + 0.03 * (i % 2)),
        })),
      ),
      fitTradeOff([{ batchSize: 8, steps: 100 }, { batchSize: 16, steps: 120 }]), // prettier-ignore
      cheapestBatch(90, 2, 0.1),
    ],
    "180420e57d57",
  ],
};

for (const [what, [make, fingerprint]] of Object.entries(CASES)) {
  test(`${what}: the same numbers as before`, (t) => {
    t.is(numbersFingerprint(make()), fingerprint);
  });
}
