import { beliefAt, type RateBelief } from "./rate-belief.ts";
import type { Normal } from "../../numerics/normal.ts";
import { requireCoefficient, requirePositive } from "../../errors/checks.ts";

// Coordinates in which the loss's best settings hang together less than in (η, B, β, w):
// ln η − m(B), ln B, ln(1−β), ln τ_wd with τ = 1/(ηw) in steps.

export interface TrainingSetting {
  readonly learningRate: number;
  readonly batchSize: number;
  /** Momentum, or an average's coefficient. */
  readonly beta?: number;
  /** Decoupled decay w: weights shrink by ηw a step. */
  readonly weightDecay?: number;
}

export interface DecoupledCoordinates {
  /** ln η − m(B). */
  readonly rateOffset: number;
  readonly logBatch: number;
  /** ln(1 − β). */
  readonly logOneMinusBeta?: number;
  /** ln τ, τ = 1/(ηw) steps; needs w > 0. */
  readonly logDecaySteps?: number;
}

export function decouple(setting: TrainingSetting, belief: RateBelief): DecoupledCoordinates {
  const { learningRate, batchSize, beta, weightDecay } = setting;
  requirePositive("learningRate", learningRate);
  requirePositive("batchSize", batchSize);
  if (beta !== undefined) requireCoefficient("beta", beta);
  if (weightDecay !== undefined) requirePositive("weightDecay", weightDecay);
  return {
    rateOffset: Math.log(learningRate) - beliefAt(belief, batchSize).mean,
    logBatch: Math.log(batchSize),
    ...(beta !== undefined && { logOneMinusBeta: Math.log1p(-beta) }),
    ...(weightDecay !== undefined && { logDecaySteps: -Math.log(learningRate * weightDecay) }),
  };
}

/** The inverse of {@link decouple}. */
export function recouple(point: DecoupledCoordinates, belief: RateBelief): TrainingSetting {
  const batchSize = Math.exp(point.logBatch);
  const learningRate = Math.exp(point.rateOffset + beliefAt(belief, batchSize).mean);
  return {
    learningRate,
    batchSize,
    ...(point.logOneMinusBeta !== undefined && { beta: -Math.expm1(point.logOneMinusBeta) }),
    ...(point.logDecaySteps !== undefined && {
      weightDecay: Math.exp(-point.logDecaySteps) / learningRate,
    }),
  };
}

/** ln(1 − β) ~ N(ln .1, .8²). */
export const oneMinusBetaPrior: Normal = { mean: Math.log(0.1), sd: 0.8 };

/** ln τ ~ N(ln(.2·T), 1) for a run of T steps: weights forget over a fifth of the run. */
export function decayStepsPrior(totalSteps: number): Normal {
  requirePositive("totalSteps", totalSteps);
  return { mean: Math.log(0.2 * totalSteps), sd: 1 };
}
