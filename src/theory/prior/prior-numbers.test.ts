import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import { categorical, float, int, searchSpace } from "../../space/index.ts";
import {
  curvatureLimit,
  learningRateEdge,
  stability,
  type UpdateRule,
} from "../curvature/stability.ts";
import { decouple, recouple } from "./coordinates.ts";
import { checkPriorAgainst } from "./prior-check.ts";
import { logEvidenceRatio } from "./prior-evidence.ts";
import { beliefAt, rateBelief, searchRange, type RateBelief } from "./rate-belief.ts";
import { ratePrior } from "./rate-prior.ts";
import { settingTable } from "./setting-belief.ts";
import { numbersFingerprint } from "../../numerics/testing/numbers-fingerprint.ts";
import { FAMILIES, BUDGETS, BATCHES, LAWS, sweeps } from "../testing/rate-trials.ts";

// As rate-numbers.test.ts, of beliefs and edges.

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
  "beliefs before any trial": [
    () =>
      FAMILIES.flatMap((family) =>
        BUDGETS.flatMap((budget) =>
          [
            { defaultRate: 3e-3 },
            { centre: "edge" as const, stabilityEdge: 0.1, defaultRate: 3e-3 },
            { smallNet: true, schedule: "warmupCosine" as const, defaultRate: 3e-3 },
            { smallNet: true, defaultRate: 3e-3 },
            ...(family === "other" ? [] : [{ edge: undefined }, { centre: "edge" as const }]),
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
    "0944e96c7c30",
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
  "a prior over a learning rate on a linear scale from 0": [
    () => {
      const linear = searchSpace({ lr: float(0, 0.1), batch: int(8, 64) });
      const arms = [{ learningRate: "lr", belief: belief() }];
      const prior = ratePrior(linear, { batchSize: "batch" }, arms);
      return [0, 0.01, 0.1, 0.5, 1].map((at) => [
        prior.logDensity(Float64Array.of(at, 1 - at)),
        prior.warp(Float64Array.of(at, at)),
        prior.logDensity(Float64Array.of(at, NaN)),
      ]);
    },
    "1c4baf409687",
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
  "beliefs of momentum on other scales, and where the range ends beyond it": [
    () => {
      const odd = searchSpace({
        log: float(0.5, 0.999, { log: true }),
        beyond: float(0.5, 1.5),
        share: float(0, 1),
        few: int(0, 64, { step: 8 }),
        choice: categorical([16, 32, 256]),
      });
      return odd.parameters.map(
        ({ name }, i) =>
          settingTable(odd.parameters[i], [
            { kind: "momentum", parameter: "log", isComplement: false },
            { kind: "momentum", parameter: "beyond", isComplement: false },
            { kind: "momentum", parameter: "share", isComplement: true },
            ...["few", "choice"].map((parameter) => ({
              ...({ kind: "batchSize", parameter } as const),
              ...({
                noiseScale: 50,
                budget: name === "few" ? "fixedSteps" : "fixedSamples",
              } as const),
            })),
          ])?.density,
      );
    },
    "aa6564ee2978",
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
      // Of more than 80 trials the last ones.
      logEvidenceRatio(
        Array.from({ length: 90 }, (_, i) => (i % 9) - 3),
        Array.from({ length: 90 }, (_, i) => (i % 9) + (i < 10 ? -90 * i : 0)),
      ),
    ],
    "77fe3ba76162",
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
