import { add, any, cast, div, mul, notEqual, sqrt, square, sub } from "@tensorflow/tfjs-core";
import { adamHyperparameters, biasCorrections, zeroMoments, type MomentSlots } from "./adam.ts";
import { defineOptimizer } from "./support/define.ts";
import type { Rule } from "./rule.ts";

/**
 * Adam for embeddings, as torch.optim.SparseAdam: only the rows (along the first axis) that have a
 * gradient are touched; the moments of the others rest instead of decaying. A row has a gradient
 * where any element of it is not 0, which is how the gradient of a gather comes in TensorFlow.js.
 *
 *   m ← m + (1 − β₁)(g − m),   v ← v + (1 − β₂)(g² − v),   θ ← θ − η √(1 − β₂ᵗ)/(1 − β₁ᵗ) m/(√v + ε)
 *
 * t counts the steps of the whole variable. ε is not scaled by the bias correction, unlike Adam's.
 *
 * @example
 * ```ts
 * import { sparseAdam } from "hpo/tfjs";
 *
 * const optimizer = sparseAdam({ learningRate: 1e-3 });
 * ```
 */
export const sparseAdam = defineOptimizer("sparse-adam", {
  hyperparameters: {
    learningRate: adamHyperparameters.learningRate,
    beta1: adamHyperparameters.beta1,
    beta2: adamHyperparameters.beta2,
    epsilon: adamHyperparameters.epsilon,
  },
  rule: (h): Rule<MomentSlots> => ({
    init: zeroMoments,
    update({ gradient, slots, step, learningRate }) {
      const columns = gradient.shape.map((_, axis) => axis).slice(1);
      const hasGradient = notEqual(gradient, 0);
      const touched = cast(
        columns.length ? any(hasGradient, columns, true) : hasGradient,
        "float32",
      );
      const m = add(slots.m, mul(mul(sub(gradient, slots.m), 1 - h.beta1), touched));
      const v = add(slots.v, mul(mul(sub(square(gradient), slots.v), 1 - h.beta2), touched));
      const { root2, bias1 } = biasCorrections(h, step);
      const update = mul(div(m, add(sqrt(v), h.epsilon)), (learningRate * root2) / bias1);
      return { update: mul(update, touched), slots: { m, v } };
    },
  }),
});
