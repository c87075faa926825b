import { adamHyperparameters, adamRule } from "./adam.ts";
import { defineOptimizer } from "./support/define.ts";
import { weightDecay } from "./support/hyperparameters.ts";

/**
 * AdamW (Loshchilov and Hutter 2019, algorithm 2): Adam whose weight decay shrinks the weights
 * themselves, θ ← (1 − ηλ) θ − η m̂ / (√v̂ + ε). As torch.optim.AdamW.
 *
 * @example
 * ```ts
 * import { adamw } from "hpo/tfjs";
 *
 * const optimizer = adamw({ learningRate: 3e-3, weightDecay: 0.05 });
 * ```
 */
export const adamw = defineOptimizer("adamw", {
  hyperparameters: { ...adamHyperparameters, weightDecay: weightDecay(1e-2) },
  weightDecay: "decoupled",
  rule: (h) => adamRule(h),
});
