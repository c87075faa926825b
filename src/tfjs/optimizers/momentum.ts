import { add, clone, mul, zerosLike, type Tensor } from "@tensorflow/tfjs-core";
import { defineOptimizer } from "./support/define.ts";
import { fixed, forgetting, learningRate, share, weightDecay } from "./support/hyperparameters.ts";
import type { Rule } from "./rule.ts";

export type Velocity = { velocity: Tensor };

/** v_1 = g_1, v_t = μ v_{t−1} + (1 − d) g_t: the heavy ball with dampening d, as in torch. */
export const accumulate = (
  velocity: Tensor,
  gradient: Tensor,
  step: number,
  momentum: number,
  dampening: number,
): Tensor =>
  step === 1
    ? clone(gradient)
    : add(mul(velocity, momentum), dampening ? mul(gradient, 1 - dampening) : gradient);

/**
 * SGD with momentum, the heavy ball (Polyak 1964): v ← μv + (1 − d) g, θ ← θ − ηv.
 * Dampening d and L2 decay as in torch.optim.SGD, where momentum is 0 by default; here it is 0.9,
 * since without it this is `sgd`.
 *
 * @example
 * ```ts
 * import { momentum } from "hpo/tfjs";
 *
 * const optimizer = momentum({ learningRate: 0.05, momentum: 0.9 });
 * ```
 */
export const momentum = defineOptimizer("momentum", {
  hyperparameters: {
    learningRate: learningRate(1e-3, 1e-4, 1),
    momentum: forgetting(0.9, "momentum", 5e-3, 1),
    dampening: fixed(0, "momentum", share),
    weightDecay: weightDecay(0),
  },
  weightDecay: "coupled",
  rule: ({ momentum, dampening }): Rule<Velocity> => ({
    init: (parameter) => ({ velocity: zerosLike(parameter) }),
    update({ gradient, slots, step, learningRate }) {
      const velocity = accumulate(slots.velocity, gradient, step, momentum, dampening);
      return { update: mul(velocity, learningRate), slots: { velocity } };
    },
  }),
});
