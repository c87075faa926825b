import { add, div, mul, sqrt } from "@tensorflow/tfjs-core";
import {
  adamHyperparameters,
  biasCorrections,
  nextMoments,
  zeroMoments,
  type MomentSlots,
} from "./adam.ts";
import { defineOptimizer } from "./support/define.ts";
import { flag } from "./support/hyperparameters.ts";
import type { Rule } from "./rule.ts";

/** r_t of Liu et al., equation 4; undefined while the variance of 1/√v is intractable (ρ_t ≤ 5). */
function rectification(beta2: number, step: number): number | undefined {
  const limit = 2 / (1 - beta2) - 1; // ρ_∞
  const power = beta2 ** step;
  const length = limit - (2 * step * power) / (1 - power); // ρ_t
  if (length <= 5) return undefined;
  return Math.sqrt(((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length));
}

/**
 * RAdam (Liu, Jiang, He, Chen, Liu, Gao and Han 2020, algorithm 2), as torch.optim.RAdam:
 * θ ← θ − η r_t m̂ √(1 − β₂ᵗ) / (√v + ε) once r_t exists, θ ← θ − η m̂ before.
 * Weight decay is L2 unless decoupled.
 *
 * @example
 * ```ts
 * import { radam } from "hpo/tfjs";
 *
 * const optimizer = radam({ learningRate: 1e-3 });
 * ```
 */
export const radam = defineOptimizer("radam", {
  hyperparameters: { ...adamHyperparameters, decoupledWeightDecay: flag(false) },
  weightDecay: "coupled",
  rule: (h): Rule<MomentSlots> => ({
    init: zeroMoments,
    update({ gradient, slots, step, learningRate }) {
      const { m, v } = nextMoments(slots, gradient, h);
      const { root2, bias1 } = biasCorrections(h, step);
      const rectified = rectification(h.beta2, step);
      const update =
        rectified === undefined
          ? mul(m, learningRate / bias1)
          : mul(div(m, add(sqrt(v), h.epsilon)), (learningRate * rectified * root2) / bias1);
      return { update, slots: { m, v } };
    },
  }),
});
