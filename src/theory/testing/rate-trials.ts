import { createRng } from "../../numerics/rng.ts";
import type { BudgetKind, OptimizerFamily } from "../prior/prior-knowledge.ts";
import type { RateTrial } from "../rate-laws/best-rates.ts";
import { rateAt, type RateLaw } from "../rate-laws/rate-law.ts";

export const FAMILIES: readonly OptimizerFamily[] = [
  "sgd",
  "heavyBall",
  "adam",
  "rmsProp",
  "lion",
  "other",
];
export const BUDGETS: readonly BudgetKind[] = ["fixedSamples", "fixedSteps"];
export const BATCHES = [8, 32, 128, 512, 2048];
export const LAWS: readonly RateLaw[] = [
  { kind: "power", scale: 2e-4, exponent: 0.5 },
  { kind: "saturating", maxRate: 4e-3, noiseScale: 200 },
  { kind: "rootSaturating", maxRate: 4e-3, noiseScale: 400 },
  { kind: "surge", maxRate: 3e-3, noiseScale: 200 },
];

/** Sweeps over learning rates at each batch size; some rates diverge. */
export function sweeps(
  law: RateLaw,
  batches = BATCHES,
  more: Partial<RateTrial> = {},
): RateTrial[] {
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
export function scattered(count: number): RateTrial[] {
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
