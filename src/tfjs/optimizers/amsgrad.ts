import { adamHyperparameters, adamRule } from "./adam.ts";
import { defineOptimizer } from "./support/define.ts";
import { flag } from "./support/hyperparameters.ts";

/**
 * AMSGrad (Reddi, Kale and Kumar 2018, algorithm 2): Adam with the largest v so far in the
 * denominator, w ← max(w, v), θ ← θ − η m̂ / (√(w / (1 − β₂ᵗ)) + ε).
 * As torch.optim.Adam(amsgrad=True); `decoupledWeightDecay` makes it AdamW(amsgrad=True).
 *
 * @example
 * ```ts
 * import { amsgrad } from "hpo/tfjs";
 *
 * const optimizer = amsgrad({ learningRate: 1e-3 });
 * ```
 */
export const amsgrad = defineOptimizer("amsgrad", {
  hyperparameters: { ...adamHyperparameters, decoupledWeightDecay: flag(false) },
  weightDecay: "coupled",
  rule: (h) => adamRule(h, true),
});
