import { add, div, fill, mul, sqrt, square, type Tensor } from "@tensorflow/tfjs-core";
import { defineOptimizer } from "./support/define.ts";
import { fixed, learningRate, weightDecay } from "./support/hyperparameters.ts";
import type { Rule } from "./rule.ts";

/**
 * Adagrad (Duchi, Hazan and Singer 2011) with the learning rate decay of torch.optim.Adagrad:
 *
 *   s ← s + g²,   θ ← θ − η / (1 + (t − 1) learningRateDecay) · g / (√s + ε)
 *
 * @example
 * ```ts
 * import { adagrad } from "hpo/tfjs";
 *
 * const optimizer = adagrad({ learningRate: 0.01 });
 * ```
 */
export const adagrad = defineOptimizer("adagrad", {
  hyperparameters: {
    learningRate: learningRate(1e-2, 1e-4, 1),
    learningRateDecay: fixed(0, "learningRate"),
    weightDecay: weightDecay(0),
    initialAccumulatorValue: fixed(0, "stabiliser"),
    epsilon: fixed(1e-10, "stabiliser"),
  },
  weightDecay: "coupled",
  rule: (h): Rule<{ sum: Tensor }> => ({
    init: ({ shape }) => ({ sum: fill(shape, h.initialAccumulatorValue) }),
    update({ gradient, slots, step, learningRate }) {
      const sum = add(slots.sum, square(gradient));
      const rate = learningRate / (1 + (step - 1) * h.learningRateDecay);
      return { update: mul(div(gradient, add(sqrt(sum), h.epsilon)), rate), slots: { sum } };
    },
  }),
});
