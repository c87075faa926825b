import { believedExponent } from "./budget.ts";
import type { OptimizerFamily } from "../prior/prior-knowledge.ts";
import type { Normal } from "../../numerics/normal.ts";
import type { RateRecommendation, ScaleOptions } from "./rate-recommendation.ts";
import { linearRule, squareRootRule } from "./rescale.ts";
import { sizeMove } from "./size.ts";
import { requirePositive } from "../../errors/checks.ts";

/** 90 % of a normal lie within this many standard deviations. */
const Z90 = 1.6448536269514722;

export interface KnownRate extends ScaleOptions {
  readonly learningRate: number;
  readonly fromBatch: number;
  /** B_noise or B_simple of the run, if measured (not at initialisation). */
  readonly noiseScale?: number;
}

/** Without trials: how far a learning rate that is called good is from the best [a choice]. */
const KNOWN_RATE_SD = 0.35;
/** sd of ln B_noise, at the least. */
const KNOWN_NOISE_SD = 1;

/**
 * Recommends from one known-good learning rate: with a noise scale, by the ratio of
 * (1 + B_noise/B)^(−p), p = 1 for SGD and ½ for Adam-like updates; without, by the prior's
 * exponent. Prefer `recommendRate` as soon as there are trials.
 */
export function recommendRateFrom(known: KnownRate): RateRecommendation {
  const { learningRate, fromBatch, toBatch, noiseScale, family = "other" } = known;
  requirePositive("learningRate", learningRate);
  requirePositive("fromBatch", fromBatch);
  requirePositive("toBatch", toBatch);
  if (noiseScale !== undefined) requirePositive("noiseScale", noiseScale);
  const budget = known.budget ?? "unknown";
  const exponent = believedExponent(family, budget);
  const move =
    noiseScale === undefined
      ? byExponent(exponent, Math.log(toBatch / fromBatch))
      : byNoiseScale(family, noiseScale, fromBatch, toBatch, exponent.sd);
  const here = { learningRate, batchSize: fromBatch, value: 0 };
  const size = sizeMove([here], known);
  const center = Math.log(learningRate) + move.shift + size.shift.mean;
  const sd = Math.hypot(KNOWN_RATE_SD, move.sd, size.shift.sd);
  return {
    batchSize: toBatch,
    ...(known.to && { size: known.to }),
    learningRate: Math.exp(center),
    interval: [Math.exp(center - Z90 * sd), Math.exp(center + Z90 * sd)],
    law: move.law,
    reason: move.reason,
    laws: [],
    rates: [],
    budget,
    linear: linearRule(learningRate, fromBatch, toBatch),
    squareRoot: squareRootRule(learningRate, fromBatch, toBatch),
    constant: learningRate,
    notes: [
      ...size.notes,
      "No trials: the interval takes the given learning rate to be good to about a factor 1.4.",
    ],
  };
}

function byExponent(exponent: Normal, distance: number) {
  return {
    shift: exponent.mean * distance,
    sd: Math.abs(exponent.sd * distance),
    law: { kind: "priorExponent", exponent: exponent.mean } as const,
    reason: `No trials and no noise scale: the prior exponent ${describeExponent(exponent)} of B.`,
  };
}

/** The law's slope is known only as well as B_noise (sd 1 of its log) and half the exponent's. */
function byNoiseScale(
  family: OptimizerFamily,
  noiseScale: number,
  fromBatch: number,
  toBatch: number,
  exponentSd: number,
) {
  const exponent = family === "sgd" || family === "heavyBall" ? 1 : 0.5;
  const at = (noise: number): number =>
    exponent * (Math.log1p(noise / fromBatch) - Math.log1p(noise / toBatch));
  const factor = Math.exp(KNOWN_NOISE_SD);
  const bySize = (at(noiseScale * factor) - at(noiseScale / factor)) / 2;
  const byForm = (exponentSd * Math.abs(Math.log(toBatch / fromBatch))) / 2;
  return {
    shift: at(noiseScale),
    sd: Math.hypot(bySize, byForm),
    law: { kind: "noiseScaleRatio", exponent, noiseScale } as const,
    reason:
      `No trials: the ratio of (1 + ${noiseScale}/B)^(-${exponent}), ` +
      `which is ${exponent === 1 ? "SGD's" : "the sign-like updates'"} one-step law.`,
  };
}

export const describeExponent = ({ mean, sd }: Normal): string =>
  `${mean.toFixed(2)} ± ${sd.toFixed(2)}`;
