import type { Normal } from "../../numerics/normal.ts";
import { requirePositive } from "../../errors/checks.ts";

// The numbers that the prior rests on. Those of `measuredScale` come from 186 runs of small nets
// (≤ 12,000 weights); widths and exponents are engineering choices made from such runs.

/** Optimizers as the prior tells them apart. */
export type OptimizerFamily = "sgd" | "heavyBall" | "adam" | "rmsProp" | "lion" | "sign" | "other";

/** What stays the same when the batch size changes. */
export type BudgetKind = "fixedSamples" | "fixedSteps";

export type ScheduleKind = "constant" | "warmupCosine";

/** A of m = ln A + ½ ln η_c, by schedule; small nets only. */
const measuredScale: Readonly<
  Partial<Record<OptimizerFamily, Readonly<Record<ScheduleKind, number>>>>
> = {
  sgd: { constant: 0.68, warmupCosine: 1.6 },
  heavyBall: { constant: 0.09, warmupCosine: 0.33 },
  adam: { constant: 0.09, warmupCosine: 0.35 },
  rmsProp: { constant: 0.05, warmupCosine: 0.2 },
  lion: { constant: 0.008, warmupCosine: 0.024 },
};

/** What people start from, where nothing else is known. */
const usualRate: Readonly<Partial<Record<OptimizerFamily, number>>> = {
  sgd: 0.01,
  heavyBall: 0.01,
  adam: 1e-3,
  rmsProp: 1e-3,
  lion: 1e-4,
};

/** An optimizer's usual default learning rate; undefined for "sign" and "other". */
export const defaultLearningRate = (family: OptimizerFamily): number | undefined =>
  usualRate[family];

/** The measured A; undefined for families without measurements. */
export const smallNetScale = (
  family: OptimizerFamily,
  schedule: ScheduleKind,
): number | undefined => measuredScale[family]?.[schedule];

/** α of ln η* = … + α ln B: what is believed about it before any trial. */
export function batchExponent(family: OptimizerFamily, budget: BudgetKind): Normal {
  const plain = family === "sgd" || family === "heavyBall";
  if (budget === "fixedSamples") return plain ? { mean: 1, sd: 0.3 } : { mean: 0.5, sd: 0.25 };
  if (family === "sgd") return { mean: 0.15, sd: 0.3 };
  return family === "heavyBall" ? { mean: 0.6, sd: 0.3 } : { mean: 0.3, sd: 0.4 };
}

export interface WidthOptions {
  /** The study's value is a validation loss: +.5. */
  readonly validation?: boolean;
  /** Of the noise, only what initialisation shows is known: +.3. */
  readonly noiseAtInitOnly?: boolean;
}

/** s, the prior's standard deviation of ln η at the batch where it was measured. */
export const priorWidth = (
  family: OptimizerFamily,
  { validation = false, noiseAtInitOnly = false }: WidthOptions = {},
): number => (family === "sgd" ? 1.2 : 1.7) + (validation ? 0.5 : 0) + (noiseAtInitOnly ? 0.3 : 0);

/**
 * corr(ln η, ln B) of the joint normal in which ln η given ln B has the exponent α:
 * α·sd_B/√(α²·sd_B² + sd_η²).
 */
export function jointCorrelation(alpha: number, sdLogBatch: number, sdLogRate: number): number {
  requirePositive("sdLogBatch", sdLogBatch);
  requirePositive("sdLogRate", sdLogRate);
  const slope = alpha * sdLogBatch;
  return slope / Math.sqrt(slope * slope + sdLogRate * sdLogRate);
}
