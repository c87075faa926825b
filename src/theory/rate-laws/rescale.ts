import { requireCoefficient, requireNonNegative, requirePositive } from "../../errors/checks.ts";

/** A setting of an Adam-like optimizer that is known to work at its batch size. */
export interface KnownSetting {
  readonly learningRate: number;
  /** The averages' coefficients, (β1, β2) for Adam. */
  readonly betas: readonly number[];
  readonly epsilon?: number;
  readonly batchSize: number;
}

export interface RescaledSetting extends KnownSetting {
  /** κ = B'/B. */
  readonly factor: number;
  /** Whether κ(1 − β) < 1 for all β; otherwise the offending betas are 0 and the rule has failed. */
  readonly valid: boolean;
}

/**
 * The square-root rule that keeps Adam's stochastic differential equation, at a fixed number of
 * samples (Malladi et al. 2022, arXiv 2205.10287): with κ = B'/B, η√κ, 1 − κ(1 − β_i), ε/√κ. It
 * holds where noise dominates, and only while κ(1 − β) < 1.
 */
export function rescaleSetting(setting: KnownSetting, batchSize: number): RescaledSetting {
  requirePositive("learningRate", setting.learningRate);
  requirePositive("setting.batchSize", setting.batchSize);
  requirePositive("batchSize", batchSize);
  for (const beta of setting.betas) requireCoefficient("beta", beta);
  const factor = batchSize / setting.batchSize;
  const root = Math.sqrt(factor);
  const betas = setting.betas.map((beta) => 1 - factor * (1 - beta));
  return {
    learningRate: setting.learningRate * root,
    betas: betas.map((beta) => Math.max(0, beta)),
    ...(setting.epsilon !== undefined && { epsilon: setting.epsilon / root }),
    batchSize,
    factor,
    valid: betas.every((beta) => beta > 0),
  };
}

/**
 * β^(B'/B): the average keeps its half-life in samples, at any ratio of batch sizes (Marek et al.
 * 2025, arXiv 2507.07101, for β2).
 */
export function rescaleBeta(beta: number, fromBatch: number, toBatch: number): number {
  requireCoefficient("beta", beta);
  requirePositive("fromBatch", fromBatch);
  requirePositive("toBatch", toBatch);
  return beta === 0 ? 0 : Math.exp((toBatch / fromBatch) * Math.log(beta));
}

/** η' = η·(B'/B) (Goyal et al. 2017, arXiv 1706.02677), for SGD below its noise scale. */
export function linearRule(learningRate: number, fromBatch: number, toBatch: number): number {
  requirePositive("learningRate", learningRate);
  requirePositive("fromBatch", fromBatch);
  requireNonNegative("toBatch", toBatch);
  return learningRate * (toBatch / fromBatch);
}

/** η' = η·√(B'/B). */
export const squareRootRule = (lr: number, fromBatch: number, toBatch: number): number =>
  lr * Math.sqrt(linearRule(1, fromBatch, toBatch));
