import { add, div, minimum, mul, zerosLike, type Tensor } from "@tensorflow/tfjs-core";
import { globalNorm } from "./support/clipping.ts";
import { defineOptimizer } from "./support/define.ts";
import {
  decayRate,
  fixed,
  flag,
  learningRate,
  positive,
  share,
  weightDecay,
} from "./support/hyperparameters.ts";
import { accumulate } from "./momentum.ts";
import type { Rule } from "./rule.ts";
import { trusted } from "./support/trust-ratio.ts";

/**
 * LARS (You, Gitman and Ginsburg 2017, algorithm 1), as timm's: SGD with momentum whose step per
 * layer is in proportion to the layer's weights.
 *
 *   r = κ ‖θ‖ / (‖g‖ + λ‖θ‖ + ε),   g ← r (g + λθ),   v ← μv + (1 − d) g,   θ ← θ − ηv
 *
 * As in timm, without weight decay the ratio is not applied unless `alwaysAdapt`; `trustClip`
 * (LARC) bounds r / η by 1.
 *
 * @example
 * ```ts
 * import { lars } from "hpo/tfjs";
 *
 * const optimizer = lars({ learningRate: 1, momentum: 0.9, trustCoefficient: 0.001 });
 * ```
 */
export const lars = defineOptimizer("lars", {
  hyperparameters: {
    learningRate: learningRate(1, 1e-2, 100),
    momentum: fixed(0, "momentum", decayRate),
    dampening: fixed(0, "momentum", share),
    weightDecay: weightDecay(0),
    nesterov: flag(false),
    trustCoefficient: fixed(0.001, "trust", positive),
    epsilon: fixed(1e-8, "stabiliser"),
    trustClip: flag(false),
    alwaysAdapt: flag(false),
  },
  rule: (h): Rule<{ velocity?: Tensor }> => {
    const adapt = (gradient: Tensor, parameter: Tensor, learningRate: number): Tensor => {
      if (h.weightDecay === 0 && !h.alwaysAdapt) return gradient;
      const [ofWeights, ofGradient] = [globalNorm([parameter]), globalNorm([gradient])];
      const floor = add(add(ofGradient, mul(ofWeights, h.weightDecay)), h.epsilon);
      const ratio = trusted(ofWeights, ofGradient, div(mul(ofWeights, h.trustCoefficient), floor));
      const bounded = h.trustClip ? minimum(div(ratio, learningRate), 1) : ratio;
      return mul(add(gradient, mul(parameter, h.weightDecay)), bounded);
    };
    return {
      init: (parameter) => (h.momentum > 0 ? { velocity: zerosLike(parameter) } : {}),
      update({ gradient, parameter, slots, step, learningRate }) {
        const adapted = adapt(gradient, parameter, learningRate);
        if (!slots.velocity) return { update: mul(adapted, learningRate), slots };
        const velocity = accumulate(slots.velocity, adapted, step, h.momentum, h.dampening);
        const direction = h.nesterov ? add(adapted, mul(velocity, h.momentum)) : velocity;
        return { update: mul(direction, learningRate), slots: { velocity } };
      },
    };
  },
});
