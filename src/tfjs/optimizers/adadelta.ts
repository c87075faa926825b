import { add, div, mul, sqrt, zerosLike, type Tensor } from "@tensorflow/tfjs-core";
import { averageSquare } from "./support/averages.ts";
import { defineOptimizer } from "./support/define.ts";
import { fixed, forgetting, learningRate, weightDecay } from "./support/hyperparameters.ts";
import type { Rule } from "./rule.ts";

/**
 * AdaDelta (Zeiler 2012, algorithm 1), with torch.optim.Adadelta's learning rate:
 *
 *   s ← ρs + (1 − ρ) g²,   δ = √(u + ε) / √(s + ε) · g,   u ← ρu + (1 − ρ) δ²,   θ ← θ − ηδ
 *
 * @example
 * ```ts
 * import { adadelta } from "hpo/tfjs";
 *
 * const optimizer = adadelta({ rho: 0.95 });
 * ```
 */
export const adadelta = defineOptimizer("adadelta", {
  hyperparameters: {
    learningRate: learningRate(1, 1e-3, 10),
    rho: forgetting(0.9, "secondMoment", 1e-3, 1),
    epsilon: fixed(1e-6, "stabiliser"),
    weightDecay: weightDecay(0),
  },
  weightDecay: "coupled",
  rule: ({ rho, epsilon }): Rule<{ squares: Tensor; squaredUpdates: Tensor }> => ({
    init: (parameter) => ({ squares: zerosLike(parameter), squaredUpdates: zerosLike(parameter) }),
    update({ gradient, slots, learningRate }) {
      const squares = averageSquare(slots.squares, gradient, rho);
      const ratio = div(add(slots.squaredUpdates, epsilon), add(squares, epsilon));
      const delta = mul(sqrt(ratio), gradient);
      const squaredUpdates = averageSquare(slots.squaredUpdates, delta, rho);
      return { update: mul(delta, learningRate), slots: { squares, squaredUpdates } };
    },
  }),
});
