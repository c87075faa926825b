import { add, mul, zerosLike } from "@tensorflow/tfjs-core";
import { defineOptimizer } from "./support/define.ts";
import { forgetting, learningRate, weightDecay } from "./support/hyperparameters.ts";
import { accumulate, type Velocity } from "./momentum.ts";
import type { Rule } from "./rule.ts";

/**
 * Nesterov's accelerated gradient (Nesterov 1983) in the form of Sutskever, Martens, Dahl and
 * Hinton 2013, with the gradient at the look-ahead point: v ← μv + g, θ ← θ − η(g + μv).
 * As torch.optim.SGD(nesterov=True), momentum 0.9 by default.
 *
 * @example
 * ```ts
 * import { nesterov } from "hpo/tfjs";
 *
 * const optimizer = nesterov({ learningRate: 0.05, momentum: 0.9 });
 * ```
 */
export const nesterov = defineOptimizer("nesterov", {
  hyperparameters: {
    learningRate: learningRate(1e-3, 1e-4, 1),
    momentum: forgetting(0.9, "momentum", 5e-3, 1),
    weightDecay: weightDecay(0),
  },
  weightDecay: "coupled",
  rule: ({ momentum }): Rule<Velocity> => ({
    init: (parameter) => ({ velocity: zerosLike(parameter) }),
    update({ gradient, slots, step, learningRate }) {
      const velocity = accumulate(slots.velocity, gradient, step, momentum, 0);
      const ahead = add(gradient, mul(velocity, momentum));
      return { update: mul(ahead, learningRate), slots: { velocity } };
    },
  }),
});
