import { add, div, minimum, mul, sqrt, type Tensor } from "@tensorflow/tfjs-core";
import {
  adamHyperparameters,
  biasCorrections,
  nextMoments,
  zeroMoments,
  type MomentSlots,
} from "./adam.ts";
import { globalNorm } from "./support/clipping.ts";
import { defineOptimizer } from "./support/define.ts";
import { bound, fixed, flag, weightDecay } from "./support/hyperparameters.ts";
import type { Rule } from "./rule.ts";
import { trusted } from "./support/trust-ratio.ts";

/**
 * LAMB (You et al. 2020, algorithm 2), as timm's: Adam's step, with λθ added, scaled per layer to
 * the size of the weights.
 *
 *   u = m̂ / (√v̂ + ε) + λθ,   θ ← θ − η ‖θ‖/‖u‖ u
 *
 * As in timm the gradients are clipped to a global norm of 1 by default (`clipGlobalNorm`), and
 * without weight decay the ratio is not applied unless `alwaysAdapt`; `trustClip` bounds it by 1;
 * `decoupledWeightDecay` shrinks θ by 1 − ηλ instead of adding λθ to u.
 *
 * @example
 * ```ts
 * import { lamb } from "hpo/tfjs";
 *
 * const optimizer = lamb({ learningRate: 1e-2, weightDecay: 0.01 });
 * ```
 */
export const lamb = defineOptimizer("lamb", {
  hyperparameters: {
    ...adamHyperparameters,
    epsilon: fixed(1e-6, "stabiliser"),
    weightDecay: weightDecay(0.01),
    decoupledWeightDecay: flag(false),
    clipGlobalNorm: bound(1),
    trustClip: flag(false),
    alwaysAdapt: flag(false),
  },
  rule: (h): Rule<MomentSlots> => {
    const adapt = (update: Tensor, parameter: Tensor): Tensor => {
      if (h.weightDecay === 0 && !h.alwaysAdapt) return update;
      const [ofWeights, ofUpdate] = [globalNorm([parameter]), globalNorm([update])];
      const ratio = trusted(ofWeights, ofUpdate, div(ofWeights, ofUpdate));
      return mul(update, h.trustClip ? minimum(ratio, 1) : ratio);
    };
    return {
      init: zeroMoments,
      update({ gradient, parameter, slots, step, learningRate }) {
        const { m, v } = nextMoments(slots, gradient, h);
        const { root2, bias1 } = biasCorrections(h, step);
        const scaled = mul(div(m, add(sqrt(v), h.epsilon * root2)), root2 / bias1);
        const decay = mul(parameter, h.weightDecay);
        if (!h.decoupledWeightDecay) {
          const direction = h.weightDecay > 0 ? add(scaled, decay) : scaled;
          return { update: mul(adapt(direction, parameter), learningRate), slots: { m, v } };
        }
        const shrunk = mul(parameter, 1 - learningRate * h.weightDecay);
        const update = add(mul(adapt(scaled, shrunk), learningRate), mul(decay, learningRate));
        return { update, slots: { m, v } };
      },
    };
  },
});
