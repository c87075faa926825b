import test from "ava";
import { HpoError } from "../errors/errors.ts";
import { cheapestBatch, fitTradeOff } from "./noise/trade-off.ts";
import { noiseFromTwoBatches, summariseNoiseScales } from "./noise/noise-scale.ts";
import { decayStepsPrior, decouple } from "./prior/coordinates.ts";
import { checkPriorAgainst } from "./prior/prior-check.ts";
import { priorExponent, pseudoWeight, wrongPriorBound } from "./prior/prior-decay.ts";
import { jointCorrelation } from "./prior/prior-knowledge.ts";
import { beliefAt, rateBelief, searchRange } from "./prior/rate-belief.ts";
import {
  polyakHeavyBall,
  stability,
  stochasticEdge,
  curvatureLimit,
} from "./curvature/stability.ts";
import { logShare } from "./rate-laws/batch-law.ts";
import { recommendRateFrom } from "./rate-laws/known-rate.ts";
import { fitRateLaw, rateAt, saturatingRate } from "./rate-laws/rate-law.ts";
import { linearRule, rescaleBeta, rescaleSetting } from "./rate-laws/rescale.ts";
import { recommendRate } from "./rate-laws/scale.ts";
import { smallBatchSurgeRate, surgeFromCurvature, surgeRate } from "./rate-laws/surge.ts";

/** Each number in its turn is put to 0, −1 and NaN; all others are right. */
type Call = readonly [
  names: readonly string[],
  right: readonly number[],
  run: (...values: number[]) => unknown,
];

const belief = rateBelief({
  family: "adam",
  edge: 0.02,
  referenceBatch: 128,
  budget: "fixedSamples",
});
const surge = (noiseToSignal: number, turningPoint: number, maxRate: number) => ({
  noiseToSignal,
  turningPoint,
  maxRate,
});

// What has to be above 0.
const POSITIVE: Readonly<Record<string, Call>> = {
  cheapestBatch: [["criticalBatch", "stepPrice", "examplePrice"], [9, 1, 1], cheapestBatch],
  fitTradeOff: [
    ["batchSize", "steps"],
    [8, 100],
    (batchSize, steps) =>
      fitTradeOff([
        { batchSize, steps },
        { batchSize: 64, steps: 40 },
      ]),
  ],
  noiseFromTwoBatches: [
    ["batchSize"],
    [8],
    (batchSize) =>
      noiseFromTwoBatches({ batchSize, squaredNorm: 2 }, { batchSize: 64, squaredNorm: 1 }),
  ],
  summariseNoiseScales: [["noise scale"], [90], (scale) => summariseNoiseScales([80, scale])],
  decouple: [
    ["learningRate", "batchSize", "weightDecay"],
    [1e-3, 32, 0.1],
    (learningRate, batchSize, weightDecay) =>
      decouple({ learningRate, batchSize, weightDecay }, belief),
  ],
  decayStepsPrior: [["totalSteps"], [1000], decayStepsPrior],
  checkPriorAgainst: [
    ["range.low", "strength"],
    [1e-5, 3],
    (low, strength) => checkPriorAgainst([], { belief, range: { low, high: 1 }, strength }),
  ],
  wrongPriorBound: [["densityRatio"], [2], (ratio) => wrongPriorBound(ratio, 1, 1)],
  pseudoWeight: [["strength"], [1], (strength) => pseudoWeight(strength, 1)],
  jointCorrelation: [
    ["sdLogBatch", "sdLogRate"],
    [1, 1],
    (batch, rate) => jointCorrelation(0.5, batch, rate),
  ],
  rateBelief: [
    ["referenceBatch", "edge", "stabilityEdge", "defaultRate"],
    [128, 0.1, 0.2, 0.01],
    (referenceBatch, edge, stabilityEdge, defaultRate) =>
      rateBelief({
        family: "sgd",
        budget: "fixedSteps",
        referenceBatch,
        edge,
        stabilityEdge,
        defaultRate,
      }),
  ],
  beliefAt: [["batchSize"], [32], (batchSize) => beliefAt(belief, batchSize)],
  searchRange: [["edge"], [0.1], (edge) => searchRange(edge)],
  polyakHeavyBall: [["smallest", "largest"], [1, 10], polyakHeavyBall],
  stochasticEdge: [
    ["curvature", "batchSize"],
    [1, 8],
    (curvature, batchSize) => stochasticEdge(curvature, 1, batchSize),
  ],
  curvatureLimit: [
    ["learningRate"],
    [0.1],
    (rate) => curvatureLimit({ kind: "gradientDescent" }, rate),
  ],
  logShare: [
    ["batchSize", "noiseScale", "turningPoint"],
    [8, 90, 0.5],
    (batchSize, noiseScale, turningPoint) =>
      logShare({ kind: "surge", noiseScale, turningPoint }, batchSize),
  ],
  recommendRateFrom: [
    ["learningRate", "fromBatch", "toBatch", "noiseScale"],
    [1e-3, 8, 64, 90],
    (learningRate, fromBatch, toBatch, noiseScale) =>
      recommendRateFrom({ learningRate, fromBatch, toBatch, noiseScale }),
  ],
  rateAt: [
    ["batchSize"],
    [8],
    (batchSize) => rateAt({ kind: "power", scale: 1, exponent: 0.5 }, batchSize),
  ],
  saturatingRate: [["batchSize"], [8], (batchSize) => saturatingRate(batchSize, 1, 90)],
  fitRateLaw: [
    ["batchSize", "learningRate", "sdOfLog"],
    [8, 1e-3, 0.1],
    (batchSize, learningRate, sdOfLog) =>
      fitRateLaw("power", [
        { batchSize, learningRate, sdOfLog },
        { batchSize: 64, learningRate: 1e-2 },
      ]),
  ],
  rescaleSetting: [
    ["learningRate", "setting.batchSize", "batchSize"],
    [1e-3, 8, 64],
    (learningRate, batchSize, toBatch) =>
      rescaleSetting({ learningRate, batchSize, betas: [0.9] }, toBatch),
  ],
  rescaleBeta: [["fromBatch", "toBatch"], [8, 64], (from, to) => rescaleBeta(0.9, from, to)],
  linearRule: [
    ["learningRate", "fromBatch"],
    [1e-3, 8],
    (rate, from) => linearRule(rate, from, 64),
  ],
  recommendRate: [
    ["toBatch", "learningRate", "batchSize", "steps", "samples"],
    [64, 1e-3, 8, 100, 1000],
    (toBatch, learningRate, batchSize, steps, samples) =>
      recommendRate([{ learningRate, batchSize, value: 1, steps, samples }], { toBatch }),
  ],
  smallBatchSurgeRate: [["batchSize"], [8], (batchSize) => smallBatchSurgeRate(batchSize, 1, 90)],
  surgeFromCurvature: [
    ["gradientSum", "noiseToSignal"],
    [1, 1],
    (sum, noise) => surgeFromCurvature(sum, 1, 2, noise),
  ],
  // Without end, a batch size is the limit that a surge's rate is compared with.
  surgeRate: [
    ["noiseToSignal", "turningPoint", "maxRate"],
    [9, 0.5, 1e-3],
    (noise, turning, rate) => surgeRate(surge(noise, turning, rate), Infinity),
  ],
};

for (const [what, [names, right, run]] of Object.entries(POSITIVE)) {
  test(`${what} refuses numbers that are not above 0, and names them`, (t) => {
    t.notThrows(() => run(...right));
    for (const [i, name] of names.entries()) {
      for (const wrong of [0, -1, NaN]) {
        const error = t.throws(
          () => run(...right.with(i, wrong)),
          { instanceOf: HpoError },
          `${name}=${wrong}`,
        );
        t.true(
          error?.message.includes(name) && error.message.includes(String(wrong)),
          error?.message,
        );
      }
    }
  });
}

test("what may be 0 must not be below, and a coefficient lies in [0, 1)", (t) => {
  const refused = (name: string, run: () => unknown) =>
    t.throws(run, { instanceOf: HpoError, message: new RegExp(name) }, name);
  t.notThrows(() => [
    priorExponent(0, 0),
    pseudoWeight(1, 0),
    linearRule(1, 1, 0),
    stochasticEdge(1, 0, 1),
  ]);
  refused("strength", () => priorExponent(-1, 0));
  refused("trialCount", () => priorExponent(1, -1));
  refused("trialCount", () => pseudoWeight(1, -1));
  refused("toBatch", () => linearRule(1, 1, -1));
  refused("variance", () => stochasticEdge(1, -1, 1));
  for (const beta of [-0.1, 1, NaN]) {
    refused("beta", () => rescaleBeta(beta, 1, 1));
    refused("beta", () => rescaleSetting({ learningRate: 1, batchSize: 1, betas: [0.9, beta] }, 2));
    refused("beta", () => decouple({ learningRate: 1, batchSize: 1, beta }, belief));
    refused("momentum", () => stability({ kind: "heavyBall", momentum: beta }));
    refused("dampening", () => stability({ kind: "heavyBall", momentum: 0, dampening: beta }));
    refused("momentum", () => stability({ kind: "nesterov", momentum: beta }));
    refused("momentum", () => stability({ kind: "rmsProp", momentum: beta }));
    refused("beta1", () => stability({ kind: "adam", beta1: beta }));
    refused("beta1", () => stability({ kind: "nadam", beta1: beta }));
  }
  for (const step of [0, 1.5]) refused("step", () => stability({ kind: "adam", beta1: 0.9, step }));
  const strength = -1;
  refused("weightDecay.strength", () =>
    stability({ kind: "gradientDescent", weightDecay: { kind: "coupled", strength } }),
  );
  refused("runs", () => fitTradeOff([{ batchSize: 1, steps: 1 }]));
  refused("noise scales", () => summariseNoiseScales([]));
  refused("points", () => fitRateLaw("power", [{ batchSize: 1, learningRate: 1 }]));
  refused("finite value", () =>
    recommendRate([{ batchSize: 1, learningRate: 1, value: NaN }], { toBatch: 1 }),
  );
});
