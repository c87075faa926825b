import { add, div, maximum, mul, sqrt, zerosLike, type Tensor } from "@tensorflow/tfjs-core";
import { average, averageSquare } from "./support/averages.ts";
import { defineOptimizer } from "./support/define.ts";
import { fixed, flag, forgetting, learningRate, weightDecay } from "./support/hyperparameters.ts";
import type { Rule } from "./rule.ts";

export type MomentSlots = { m: Tensor; v: Tensor };
type AdamSlots = MomentSlots & { largest?: Tensor };

export interface AdamValues {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export const zeroMoments = (parameter: Tensor): MomentSlots => ({
  m: zerosLike(parameter),
  v: zerosLike(parameter),
});

/** The moving averages m of the gradient and v of its square. */
export const nextMoments = (
  { m, v }: MomentSlots,
  gradient: Tensor,
  h: AdamValues,
): MomentSlots => ({
  m: average(m, gradient, h.beta1),
  v: averageSquare(v, gradient, h.beta2),
});

/** √(1 − β₂ᵗ) and 1 − β₁ᵗ, the bias corrections of the two moments. */
export const biasCorrections = ({ beta1, beta2 }: AdamValues, step: number) => ({
  root2: Math.sqrt(1 - beta2 ** step),
  bias1: 1 - beta1 ** step,
});

/**
 * η m̂ / (√v̂ + ε), with √(1 − β₂ᵗ) taken out of the fraction: the corrections are then numbers
 * instead of two more passes over the tensors.
 */
export function adamUpdate(m: Tensor, v: Tensor, h: AdamValues, step: number, rate: number) {
  const { root2, bias1 } = biasCorrections(h, step);
  return mul(div(m, add(sqrt(v), h.epsilon * root2)), (rate * root2) / bias1);
}

/** The rule of Adam, AdamW and, with `amsgrad`, of AMSGrad. */
export const adamRule = (h: AdamValues, amsgrad = false): Rule<AdamSlots> => ({
  init: (parameter) => ({
    ...zeroMoments(parameter),
    ...(amsgrad && { largest: zerosLike(parameter) }),
  }),
  update({ gradient, slots, step, learningRate }) {
    const { m, v } = nextMoments(slots, gradient, h);
    const largest = slots.largest && maximum(slots.largest, v);
    return {
      update: adamUpdate(m, largest ?? v, h, step, learningRate),
      slots: { m, v, largest },
    };
  },
});

/** What Adam and its kin share. */
export const adamHyperparameters = {
  learningRate: learningRate(1e-3, 1e-5, 0.1),
  beta1: forgetting(0.9, "momentum", 5e-3, 1),
  beta2: forgetting(0.999, "secondMoment", 1e-4, 0.5),
  epsilon: fixed(1e-8, "stabiliser"),
  weightDecay: weightDecay(0),
};

/**
 * Adam (Kingma and Ba 2015, algorithm 1):
 *
 *   m ← β₁m + (1 − β₁) g,   v ← β₂v + (1 − β₂) g²
 *   θ ← θ − η m̂ / (√v̂ + ε),   m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ)
 *
 * As torch.optim.Adam; weight decay is L2 unless `decoupledWeightDecay`.
 *
 * @example
 * ```ts
 * import { adam } from "hpo/tfjs";
 *
 * const optimizer = adam({ learningRate: 1e-3, beta2: 0.99 });
 * ```
 */
export const adam = defineOptimizer("adam", {
  hyperparameters: { ...adamHyperparameters, decoupledWeightDecay: flag(false) },
  weightDecay: "coupled",
  rule: (h) => adamRule(h),
});
