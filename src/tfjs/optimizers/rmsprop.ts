import {
  add,
  div,
  maximum,
  mul,
  sqrt,
  square,
  sub,
  zerosLike,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { average, averageSquare } from "./support/averages.ts";
import { defineOptimizer } from "./support/define.ts";
import {
  decayRate,
  fixed,
  flag,
  forgetting,
  learningRate,
  weightDecay,
} from "./support/hyperparameters.ts";
import type { Rule } from "./rule.ts";

/** The unit in the last place of 1 in float32. */
const ROUNDING = 2 ** -23;

type RmsPropSlots = { squares: Tensor; mean?: Tensor; velocity?: Tensor };

/**
 * RMSProp (Tieleman and Hinton 2012, lecture 6.5), centred and with momentum as in Graves 2013:
 *
 *   s ← αs + (1 − α) g²,   m ← αm + (1 − α) g,   r = g / (√(s − m²) + ε),   v ← μv + r,   θ ← θ − ηv
 *
 * m is 0 unless centred, v is r without momentum. As torch.optim.RMSprop, but s − m² is at least what
 * float32 can tell of s: a gradient that hardly changes makes it a rounded 0, or less.
 *
 * @example
 * ```ts
 * import { rmsprop } from "hpo/tfjs";
 *
 * const optimizer = rmsprop({ learningRate: 1e-3, alpha: 0.9, centered: true });
 * ```
 */
export const rmsprop = defineOptimizer("rmsprop", {
  hyperparameters: {
    learningRate: learningRate(1e-2, 1e-5, 0.1),
    alpha: forgetting(0.99, "secondMoment", 1e-3, 1),
    epsilon: fixed(1e-8, "stabiliser"),
    weightDecay: weightDecay(0),
    momentum: fixed(0, "momentum", decayRate),
    centered: flag(false),
  },
  weightDecay: "coupled",
  rule: ({ alpha, epsilon, momentum, centered }): Rule<RmsPropSlots> => ({
    init: (parameter) => ({
      squares: zerosLike(parameter),
      ...(centered && { mean: zerosLike(parameter) }),
      ...(momentum > 0 && { velocity: zerosLike(parameter) }),
    }),
    update({ gradient, slots, learningRate }) {
      const squares = averageSquare(slots.squares, gradient, alpha);
      const mean = slots.mean && average(slots.mean, gradient, alpha);
      const variance = mean ? maximum(sub(squares, square(mean)), mul(squares, ROUNDING)) : squares;
      const scaled = div(gradient, add(sqrt(variance), epsilon));
      const velocity = slots.velocity && add(mul(slots.velocity, momentum), scaled);
      return { update: mul(velocity ?? scaled, learningRate), slots: { squares, mean, velocity } };
    },
  }),
});
