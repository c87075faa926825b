import type { Normal } from "../../numerics/normal.ts";
import { summariseNoiseScales } from "../noise/noise-scale.ts";
import { beliefAt, type RateBelief } from "../prior/rate-belief.ts";
import { requirePositive } from "../../errors/checks.ts";
import { beliefFrom, type BeliefOptions } from "./belief.ts";
import type { OptimizerMeasurement, ProbeMeasurement } from "./measurement.ts";

/** Half the width of a normal's 90 % interval, in standard deviations. */
const NINETY = 1.6448536269514722;

export interface RateInterval {
  readonly batchSize: number;
  readonly learningRate: number;
  /** 90 %, of the belief's normal part. */
  readonly interval: readonly [low: number, high: number];
}

export interface OptimizerRates {
  readonly optimizer: string;
  /** What the centre was made of. */
  readonly source: RateBelief["source"];
  readonly rates: readonly RateInterval[];
}

/** What a batch size costs in steps and examples, against the least of each. */
export interface BatchPrice {
  readonly batchSize: number;
  /** S/S_min = 1 + B_c/B. */
  readonly steps: number;
  /** E/E_min = 1 + B/B_c. */
  readonly examples: number;
}

export interface BatchRecommendation {
  /** B_c as the noise scale tells it: steps and examples are both twice their least. */
  readonly criticalBatch: number;
  readonly interval: readonly [low: number, high: number];
  /** Which noise scale, measured where. */
  readonly source: string;
  readonly prices: readonly BatchPrice[];
}

const intervalOf = ({ mean, sd }: Normal): [number, number] => [
  Math.exp(mean - NINETY * sd),
  Math.exp(mean + NINETY * sd),
];

/**
 * The learning rates that theory would try, for every measured optimizer: its belief at each batch
 * size. An optimizer without a usual rate and outside the measured families is left out.
 */
export function recommendedRates(
  measurement: ProbeMeasurement,
  batchSizes: readonly number[],
  options: Omit<BeliefOptions, "optimizer">,
): readonly OptimizerRates[] {
  return measurement.optimizers.filter(hasUsualRate).map(({ name }) => {
    const belief = beliefFrom(measurement, { ...options, optimizer: name });
    const rates = batchSizes.map((batchSize) => {
      const normal = beliefAt(belief, batchSize);
      return {
        batchSize,
        learningRate: Math.exp(normal.mean),
        interval: intervalOf(normal),
      };
    });
    return { optimizer: name, source: belief.source, rates };
  });
}

const hasUsualRate = ({ family, usualRate }: OptimizerMeasurement): boolean =>
  usualRate !== undefined || (family !== "sign" && family !== "other");

/**
 * The critical batch from the noise scales seen: those along the run where there are any, since
 * that at initialisation is another; B_noise, or B_simple where B_noise is unknown.
 *
 * @returns undefined where no noise scale is known
 */
export function recommendedBatch(
  measurements: readonly ProbeMeasurement[],
  batchSizes: readonly number[],
): BatchRecommendation | undefined {
  const known = measurements.filter((one) => noiseOf(one) !== undefined);
  const later = known.filter(({ step }) => step > 0);
  const used = later.length > 0 ? later : known;
  if (used.length === 0) return undefined;
  const values = used.map((one) => noiseOf(one) as number);
  const { noiseScale, sdOfLog } = summariseNoiseScales(values);
  const name = used.every((one) => one.weightedNoise?.value !== undefined) ? "B_noise" : "B_simple";
  const steps = used.map(({ step }) => step).join(", ");
  return {
    criticalBatch: noiseScale,
    interval: intervalOf({ mean: Math.log(noiseScale), sd: sdOfLog }),
    source: later.length > 0 ? `${name} at step ${steps}` : `${name} at initialisation`,
    prices: batchSizes.map((batchSize) => {
      requirePositive("batchSize", batchSize);
      return {
        batchSize,
        steps: 1 + noiseScale / batchSize,
        examples: 1 + batchSize / noiseScale,
      };
    }),
  };
}

const noiseOf = ({ weightedNoise, simpleNoise }: ProbeMeasurement): number | undefined =>
  weightedNoise?.value ?? simpleNoise?.value;
