import { abs, add, div, maximum, mul, zerosLike, type Tensor } from "@tensorflow/tfjs-core";
import { adamHyperparameters } from "./adam.ts";
import { average } from "./support/averages.ts";
import { defineOptimizer } from "./support/define.ts";
import { learningRate } from "./support/hyperparameters.ts";
import type { Rule } from "./rule.ts";

/**
 * Adamax (Kingma and Ba 2015, algorithm 2), Adam in the infinity norm, as torch.optim.Adamax:
 *
 *   m ← β₁m + (1 − β₁) g,   u ← max(β₂u, |g| + ε),   θ ← θ − η / (1 − β₁ᵗ) · m / u
 *
 * @example
 * ```ts
 * import { adamax } from "hpo/tfjs";
 *
 * const optimizer = adamax({ learningRate: 2e-3 });
 * ```
 */
export const adamax = defineOptimizer("adamax", {
  hyperparameters: { ...adamHyperparameters, learningRate: learningRate(2e-3, 1e-5, 0.1) },
  weightDecay: "coupled",
  rule: ({ beta1, beta2, epsilon }): Rule<{ m: Tensor; u: Tensor }> => ({
    init: (parameter) => ({ m: zerosLike(parameter), u: zerosLike(parameter) }),
    update({ gradient, slots, step, learningRate }) {
      const m = average(slots.m, gradient, beta1);
      const u = maximum(mul(slots.u, beta2), add(abs(gradient), epsilon));
      return { update: mul(div(m, u), learningRate / (1 - beta1 ** step)), slots: { m, u } };
    },
  }),
});
