import { mul, sign, zerosLike, type Tensor } from "@tensorflow/tfjs-core";
import { average } from "./support/averages.ts";
import { defineOptimizer } from "./support/define.ts";
import { forgetting, learningRate, weightDecay } from "./support/hyperparameters.ts";
import type { Rule } from "./rule.ts";

/**
 * Lion (Chen et al. 2023, algorithm 2), with decoupled weight decay, as timm's:
 *
 *   θ ← (1 − ηλ) θ − η sign(β₁m + (1 − β₁) g),   m ← β₂m + (1 − β₂) g
 *
 * @example
 * ```ts
 * import { lion } from "hpo/tfjs";
 *
 * const optimizer = lion({ learningRate: 1e-4, weightDecay: 0.1 });
 * ```
 */
export const lion = defineOptimizer("lion", {
  hyperparameters: {
    learningRate: learningRate(1e-4, 1e-5, 0.1),
    beta1: forgetting(0.9, "momentum", 5e-3, 1),
    beta2: forgetting(0.99, "momentum", 1e-3, 0.5),
    weightDecay: weightDecay(0),
  },
  weightDecay: "decoupled",
  rule: ({ beta1, beta2 }): Rule<{ m: Tensor }> => ({
    init: (parameter) => ({ m: zerosLike(parameter) }),
    update: ({ gradient, slots: { m }, learningRate }) => ({
      update: mul(sign(average(m, gradient, beta1)), learningRate),
      slots: { m: average(m, gradient, beta2) },
    }),
  }),
});
