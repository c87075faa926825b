import { requireAtLeast, requirePositive } from "../../errors/checks.ts";
import { leastSquares } from "../rate-laws/least-squares.ts";

// Steps S and examples E = BS to a fixed target, each at its best learning rate (McCandlish et
// al. 2018, eq. 2.11): (S/S_min − 1)(E/E_min − 1) = 1, so S = S_min (1 + B_c/B), B_c = E_min/S_min.

export interface TradeOff {
  /** Steps to the target at an infinite batch. */
  readonly minSteps: number;
  /** B_c, the batch at which both S and E are twice their minimum. */
  readonly criticalBatch: number;
}

/** S(B). */
export const stepsToTarget = ({ minSteps, criticalBatch }: TradeOff, batchSize: number): number =>
  minSteps * (1 + criticalBatch / batchSize);

/** E(B) = B·S(B). */
export const examplesToTarget = (tradeOff: TradeOff, batchSize: number): number =>
  batchSize * stepsToTarget(tradeOff, batchSize);

/**
 * Fits S_min and B_c in ln S.
 *
 * @param runs steps to the same target, at ≥ 2 batch sizes
 */
export function fitTradeOff(
  runs: readonly { readonly batchSize: number; readonly steps: number }[],
): TradeOff & { readonly minExamples: number } {
  requireAtLeast("runs", runs, 2);
  for (const { batchSize, steps } of runs) {
    requirePositive("batchSize", batchSize);
    requirePositive("steps", steps);
  }
  const { parameters } = leastSquares(
    ([logSteps, logBatch]) =>
      runs.map(
        ({ batchSize, steps }) =>
          Math.log(steps) - logSteps - Math.log1p(Math.exp(logBatch) / batchSize),
      ),
    [
      Math.log(Math.min(...runs.map((run) => run.steps))),
      Math.log(Math.max(...runs.map((run) => run.batchSize))),
    ],
  );
  const [steps, critical] = parameters.map(Math.exp);
  return { minSteps: steps, criticalBatch: critical, minExamples: steps * critical };
}

/** The batch that makes stepPrice·S + examplePrice·E least: √(B_c·stepPrice/examplePrice). */
export function cheapestBatch(
  criticalBatch: number,
  stepPrice: number,
  examplePrice: number,
): number {
  requirePositive("criticalBatch", criticalBatch);
  requirePositive("stepPrice", stepPrice);
  requirePositive("examplePrice", examplePrice);
  return Math.sqrt((criticalBatch * stepPrice) / examplePrice);
}

/**
 * The batch that reaches the target soonest when a step takes overhead + perExample·B (any one
 * unit of time): √(B_c·overhead/perExample).
 */
export const fastestBatch = (criticalBatch: number, overhead: number, perExample: number): number =>
  cheapestBatch(criticalBatch, overhead, perExample);
