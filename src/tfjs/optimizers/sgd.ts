import { mul } from "@tensorflow/tfjs-core";
import { defineOptimizer } from "./support/define.ts";
import { learningRate, weightDecay } from "./support/hyperparameters.ts";

/**
 * Stochastic gradient descent (Robbins and Monro 1951): θ ← θ − η g.
 * Defaults and L2 decay (g + λθ) as in torch.optim.SGD.
 *
 * @example
 * ```ts
 * import { sgd } from "hpo/tfjs";
 *
 * const optimizer = sgd({ learningRate: 0.1, weightDecay: 1e-4 });
 * ```
 */
export const sgd = defineOptimizer("sgd", {
  hyperparameters: { learningRate: learningRate(1e-3, 1e-4, 1), weightDecay: weightDecay(0) },
  weightDecay: "coupled",
  rule: () => ({
    init: () => ({}),
    update: ({ gradient, learningRate }) => ({ update: mul(gradient, learningRate), slots: {} }),
  }),
});
