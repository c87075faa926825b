import test from "ava";
import { createRng } from "../numerics/rng.ts";
import { categorical, float, int, searchSpace } from "../space/index.ts";
import {
  curvatureLimit,
  learningRateEdge,
  stability,
  type UpdateRule,
} from "./curvature/stability.ts";
import { cheapestBatch, fitTradeOff } from "./noise/trade-off.ts";
import { decouple, recouple } from "./prior/coordinates.ts";
import { checkPriorAgainst } from "./prior/prior-check.ts";
import { logEvidenceRatio } from "./prior/prior-evidence.ts";
import type { BudgetKind, OptimizerFamily } from "./prior/prior-knowledge.ts";
import { beliefAt, rateBelief, searchRange, type RateBelief } from "./prior/rate-belief.ts";
import { ratePrior } from "./prior/rate-prior.ts";
import { settingTable } from "./prior/setting-belief.ts";
import { bestRates, type RateTrial } from "./rate-laws/best-rates.ts";
import { logShare, shareSd, type BatchLaw } from "./rate-laws/batch-law.ts";
import { recommendRateFrom } from "./rate-laws/known-rate.ts";
import { chooseRateLaw } from "./rate-laws/law-choice.ts";
import { analyseRangeTest } from "./rate-laws/range-test.ts";
import { fitRateLaw, linearEstimate, rateAt, type RateLaw } from "./rate-laws/rate-law.ts";
import { rescaleSetting } from "./rate-laws/rescale.ts";
import { rateCurve, recommendRate } from "./rate-laws/scale.ts";
import { numbersFingerprint } from "../numerics/testing/numbers-fingerprint.ts";

// What theory recommends from the same measurements and trials stays the same, so that a report of last
// month can be read beside one of today. Where a change is meant: say in CHANGELOG.md what differs, and
// record what the test prints.

const FAMILIES: readonly OptimizerFamily[] = [
  "sgd",
  "heavyBall",
  "adam",
  "rmsProp",
  "lion",
  "other",
];
const BUDGETS: readonly BudgetKind[] = ["fixedSamples", "fixedSteps"];
const BATCHES = [8, 32, 128, 512, 2048];
const LAWS: readonly RateLaw[] = [
  { kind: "power", scale: 2e-4, exponent: 0.5 },
  { kind: "saturating", maxRate: 4e-3, noiseScale: 200 },
  { kind: "rootSaturating", maxRate: 4e-3, noiseScale: 400 },
  { kind: "surge", maxRate: 3e-3, noiseScale: 200 },
];

/** Sweeps over learning rates at each batch size; some rates diverge. */
function sweeps(law: RateLaw, batches = BATCHES, more: Partial<RateTrial> = {}): RateTrial[] {
  const rng = createRng(7, law.kind);
  return batches.flatMap((batchSize) =>
    [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2].map((learningRate) => {
      const off = Math.log(learningRate / rateAt(law, batchSize));
      const value = off > 3 ? NaN : 2 + 0.05 * off * off * (1 + 0.2 * off) + 0.003 * rng.normal();
      return { batchSize, learningRate, value, ...more };
    }),
  );
}

/** Trials as a study leaves them: no batch size has a sweep of its own. */
function scattered(count: number): RateTrial[] {
  const rng = createRng(3, "scattered");
  return Array.from({ length: count }, () => {
    const batchSize = Math.round(16 * 64 ** rng.uniform());
    const learningRate = 1e-4 * 300 ** rng.uniform();
    const momentum = rng.uniform();
    const off = Math.log(learningRate / rateAt(LAWS[1], batchSize)) + 0.5 * (momentum - 0.5);
    const value = 2 + 0.05 * off * off + 0.002 * rng.normal();
    return { batchSize, learningRate, value, steps: 1000, beside: { momentum } };
  });
}

const belief = (more: Partial<Parameters<typeof rateBelief>[0]> = {}): RateBelief =>
  rateBelief({ family: "adam", edge: 0.02, referenceBatch: 128, budget: "fixedSamples", ...more });

const RULES: readonly UpdateRule[] = [
  { kind: "gradientDescent" },
  { kind: "gradientDescent", weightDecay: { kind: "decoupled", strength: 0.1 } },
  { kind: "gradientDescent", weightDecay: { kind: "coupled", strength: 0.1 } },
  { kind: "heavyBall", momentum: 0.9 },
  { kind: "heavyBall", momentum: 0.9, dampening: 0.5 },
  { kind: "ema", momentum: 0.9 },
  { kind: "nesterov", momentum: 0.9 },
  { kind: "emaNesterov", momentum: 0.8, weightDecay: { kind: "decoupled", strength: 0.01 } },
  { kind: "adam", beta1: 0.9 },
  { kind: "adam", beta1: 0.9, step: 10 },
  { kind: "nadam", beta1: 0.9 },
  { kind: "rmsProp" },
  { kind: "rmsProp", momentum: 0.9 },
  { kind: "lion" },
];

const space = searchSpace({
  optimizer: categorical(["sgd", "adam"]),
  lr: float(1e-5, 1, { log: true }),
  batch: int(8, 2048, { log: true }),
  momentum: float(0, 0.99),
  oneMinusBeta: float(1e-3, 1, { log: true }),
});

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
    "9e55d2aa9991",
  ],
  "rates from few trials": [
    () =>
      [1, 2, 3, 4, 6].map((count) =>
        recommendRate(sweeps(LAWS[2]).slice(0, count), { toBatch: 64 }),
      ),
    "d5da38f57d94",
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
  "beliefs before any trial": [
    () =>
      FAMILIES.flatMap((family) =>
        BUDGETS.flatMap((budget) =>
          [
            { defaultRate: 3e-3 },
            { centre: "edge" as const, stabilityEdge: 0.1, defaultRate: 3e-3 },
            { smallNet: true, schedule: "warmupCosine" as const, defaultRate: 3e-3 },
            { validation: true, noiseAtInitOnly: true, defaultRate: 3e-3 },
            { edge: undefined, defaultRate: 3e-3 },
            { law: { kind: "saturating", noiseScale: 100 } as const, defaultRate: 3e-3 },
          ].map((more) => {
            const one = belief({ family, budget, ...more });
            return {
              one,
              at: BATCHES.map((batch) => beliefAt(one, batch)),
              range: searchRange(one.edge ?? 1, { low: 1e-4, high: 512 }),
            };
          }),
        ),
      ),
    "47dc2ac09820",
  ],
  "a prior over learning rate, batch size and momentum": [
    () => {
      const arms = [
        {
          learningRate: "lr",
          optimizer: "sgd",
          belief: belief({ family: "sgd", edge: 0.5 }),
          strength: 0.5,
        },
        { learningRate: "lr", optimizer: "adam", belief: belief(), widen: 2 },
      ];
      const prior = ratePrior(space, { optimizer: "optimizer", batchSize: "batch" }, arms, 64, [
        { kind: "batchSize", parameter: "batch", noiseScale: 200, budget: "fixedSteps" },
        { kind: "momentum", parameter: "momentum", isComplement: false },
        { kind: "momentum", parameter: "oneMinusBeta", isComplement: true },
      ]);
      const rng = createRng(1, "prior");
      return Array.from({ length: 40 }, () => {
        const unit = Float64Array.from(space.parameters, () => rng.uniform());
        return [prior.logDensity(unit), prior.warp(unit)];
      });
    },
    "7dff533b49c2",
  ],
  "beliefs of the settings beside it": [
    () =>
      space.parameters.map(
        (parameter) =>
          settingTable(parameter, [
            { kind: "batchSize", parameter: "batch", noiseScale: 50, budget: "fixedSamples" },
            { kind: "momentum", parameter: "momentum", isComplement: false },
          ])?.density,
      ),
    "8f98563957ef",
  ],
  "coordinates in which settings hang together less": [
    () => {
      const point = decouple(
        { learningRate: 1e-3, batchSize: 256, beta: 0.95, weightDecay: 0.1 },
        belief(),
      );
      return [point, recouple(point, belief())];
    },
    "8d2d894709c2",
  ],
  "trials against a prior": [
    () =>
      [1e-5, 1e-3, 1].flatMap((edge) =>
        [5, 8, 12, 30].map((count) =>
          checkPriorAgainst(sweeps(LAWS[0]).slice(0, count), {
            ...{
              belief: belief({ edge }),
              range: { low: 1e-5, high: 1 },
              stabilityEdge: 0.003,
              strength: 3,
            },
          }),
        ),
      ),
    "fb36c0e283e1",
  ],
  "the evidence of offsets": [
    () => [
      logEvidenceRatio([-2, -1, 0, 1, 2, 3], [4, 1, 0.1, 1.2, 3.9, 9]),
      logEvidenceRatio([-2, -1, 0, 1, 2, 3], [9, 4, 2, 1, 0.5, 0.1]),
      logEvidenceRatio([0, 1, 2, 3, 4, 5, 6], [1, 2, 1, 2, 1, 2, 1]),
    ],
    "87bb05a0cfab",
  ],
  "edges of stability": [
    () =>
      RULES.map((rule) => [
        stability(rule),
        [0.01, 0.3].map((x) => [curvatureLimit(rule, x), learningRateEdge(rule, 100 * x)]),
      ]),
    "83a2b9a68b24",
  ],
};

for (const [what, [make, fingerprint]] of Object.entries(CASES)) {
  test(`${what}: the same numbers as before`, (t) => {
    t.is(numbersFingerprint(make()), fingerprint);
  });
}
