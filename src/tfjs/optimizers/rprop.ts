import {
  add,
  cast,
  clipByValue,
  fill,
  greater,
  greaterEqual,
  less,
  mul,
  sign,
  zerosLike,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { defineOptimizer } from "./support/define.ts";
import { NUMBERS } from "../../errors/number-kinds.ts";
import { fixed, learningRate, positive } from "./support/hyperparameters.ts";
import type { Rule } from "./rule.ts";

/**
 * Resilient backpropagation (Riedmiller and Braun 1993), for full batches, as torch.optim.Rprop:
 * each weight has a step size s of its own, which starts at η, grows by η⁺ while the gradient
 * keeps its sign and shrinks by η⁻ when it turns; at a turn the weight rests once.
 *
 *   s ← clip(s · (η⁺ | 1 | η⁻), s_min, s_max),   g ← 0 at a turn,   θ ← θ − s sign(g)
 *
 * @example
 * ```ts
 * import { rprop } from "hpo/tfjs";
 *
 * const optimizer = rprop({ learningRate: 0.01 });
 * ```
 */
export const rprop = defineOptimizer("rprop", {
  hyperparameters: {
    learningRate: learningRate(1e-2, 1e-4, 1),
    etaMinus: fixed(0.5, "stepSize", NUMBERS.innerShare),
    etaPlus: fixed(1.2, "stepSize", NUMBERS.aboveOne),
    stepSizeMin: fixed(1e-6, "stepSize", positive),
    stepSizeMax: fixed(50, "stepSize", positive),
  },
  rule: (h): Rule<{ previous: Tensor; stepSize: Tensor }> => ({
    init: (parameter, learningRate) => ({
      previous: zerosLike(parameter),
      stepSize: fill(parameter.shape, learningRate),
    }),
    update({ gradient, slots }) {
      const agreement = mul(sign(gradient), sign(slots.previous));
      const grows = cast(greater(agreement, 0), "float32");
      const turns = cast(less(agreement, 0), "float32");
      const factor = add(add(mul(grows, h.etaPlus - 1), mul(turns, h.etaMinus - 1)), 1);
      const stepSize = clipByValue(mul(slots.stepSize, factor), h.stepSizeMin, h.stepSizeMax);
      const previous = mul(gradient, cast(greaterEqual(agreement, 0), "float32"));
      return { update: mul(sign(previous), stepSize), slots: { previous, stepSize } };
    },
  }),
});
