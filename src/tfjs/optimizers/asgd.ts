import { add, mul, sub, type Tensor } from "@tensorflow/tfjs-core";
import { defineOptimizer } from "./support/define.ts";
import { fixed, learningRate, weightDecay } from "./support/hyperparameters.ts";
import type { Rule } from "./rule.ts";

/**
 * Averaged stochastic gradient descent (Polyak and Juditsky 1992; Bottou 2010, section 5.3).
 *
 *   η_t = η / (1 + λη(t − 1))^α
 *   θ_t = (1 − λη_t) θ_{t−1} − η_t g
 *   a_t = a_{t−1} + (θ_t − a_{t−1}) / max(1, t − 1 − t0),   a_1 = θ_1
 *
 * The variables hold θ; the average a is the slot "average" of `saveState()`. Defaults as in
 * torch.optim.ASGD (lambda is its lambd), whose η_t reads the learning rate one step late; here a
 * schedule acts at once.
 *
 * @example
 * ```ts
 * import { asgd } from "hpo/tfjs";
 *
 * const optimizer = asgd({ learningRate: 0.01, t0: 1000 });
 * ```
 */
export const asgd = defineOptimizer("asgd", {
  hyperparameters: {
    learningRate: learningRate(1e-2, 1e-4, 1),
    lambda: fixed(1e-4, "weightDecay"),
    alpha: fixed(0.75, "averaging"),
    t0: fixed(1e6, "averaging"),
    weightDecay: weightDecay(0),
  },
  weightDecay: "coupled",
  rule: ({ lambda, alpha, t0 }): Rule<{ average: Tensor }> => ({
    init: (parameter) => ({ average: parameter.clone() }),
    update({ gradient, parameter, slots: { average }, step, learningRate }) {
      const rate = learningRate / (1 + lambda * learningRate * (step - 1)) ** alpha;
      const update = add(mul(parameter, lambda * rate), mul(gradient, rate));
      const next = sub(parameter, update);
      const weight = 1 / Math.max(1, step - 1 - t0);
      const moved = weight === 1 ? next : add(average, mul(sub(next, average), weight));
      return { update, slots: { average: moved } };
    },
  }),
});
