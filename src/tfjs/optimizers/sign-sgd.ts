import { mul, sign } from "@tensorflow/tfjs-core";
import { defineOptimizer } from "./support/define.ts";
import { learningRate, weightDecay } from "./support/hyperparameters.ts";

/**
 * signSGD (Bernstein, Wang, Azizzadenesheli and Anandkumar 2018, algorithm 1): θ ← θ − η sign(g).
 * Weight decay is decoupled, as in Lion: through the sign, an L2 term would lose its size.
 *
 * @example
 * ```ts
 * import { signSgd } from "hpo/tfjs";
 *
 * const optimizer = signSgd({ learningRate: 1e-4 });
 * ```
 */
export const signSgd = defineOptimizer("sign-sgd", {
  hyperparameters: { learningRate: learningRate(1e-4, 1e-5, 0.1), weightDecay: weightDecay(0) },
  weightDecay: "decoupled",
  rule: () => ({
    init: () => ({}),
    update: ({ gradient, learningRate }) => ({
      update: mul(sign(gradient), learningRate),
      slots: {},
    }),
  }),
});
