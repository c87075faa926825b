import { add, div, mul, sqrt } from "@tensorflow/tfjs-core";
import { adamHyperparameters, nextMoments, zeroMoments, type MomentSlots } from "./adam.ts";
import { defineOptimizer } from "./support/define.ts";
import { fixed, flag, learningRate } from "./support/hyperparameters.ts";
import type { Rule } from "./rule.ts";

/** μ_t = β₁ (1 − ½ · 0.96^(tψ)) and Π_{i ≤ t} μ_i, remembered up to the latest t. */
function momentumSchedule(beta1: number, decay: number) {
  const at = (t: number) => beta1 * (1 - 0.5 * 0.96 ** (t * decay));
  const products = [1];
  const product = (t: number): number => {
    for (let i = products.length; i <= t; i++) products.push(products[i - 1] * at(i));
    return products[t];
  };
  return { at, product };
}

/**
 * NAdam (Dozat 2016), Adam with Nesterov's momentum, as torch.optim.NAdam:
 *
 *   m ← β₁m + (1 − β₁) g,   v ← β₂v + (1 − β₂) g²,   v̂ = v / (1 − β₂ᵗ)
 *   θ ← θ − η [ (1 − μ_t) / (1 − Πᵗμ) · g + μ_{t+1} / (1 − Πᵗ⁺¹μ) · m ] / (√v̂ + ε)
 *
 * with μ_t = β₁ (1 − ½ · 0.96^(tψ)), ψ = momentumDecay. Weight decay is L2 unless decoupled.
 *
 * @example
 * ```ts
 * import { nadam } from "hpo/tfjs";
 *
 * const optimizer = nadam({ learningRate: 2e-3 });
 * ```
 */
export const nadam = defineOptimizer("nadam", {
  hyperparameters: {
    ...adamHyperparameters,
    learningRate: learningRate(2e-3, 1e-5, 0.1),
    momentumDecay: fixed(4e-3, "momentum"),
    decoupledWeightDecay: flag(false),
  },
  weightDecay: "coupled",
  rule: (h): Rule<MomentSlots> => {
    const mu = momentumSchedule(h.beta1, h.momentumDecay);
    return {
      init: zeroMoments,
      update({ gradient, slots, step, learningRate }) {
        const { m, v } = nextMoments(slots, gradient, h);
        const root2 = Math.sqrt(1 - h.beta2 ** step);
        const scale = learningRate * root2;
        const ofGradient = (scale * (1 - mu.at(step))) / (1 - mu.product(step));
        const ofMean = (scale * mu.at(step + 1)) / (1 - mu.product(step + 1));
        const direction = add(mul(gradient, ofGradient), mul(m, ofMean));
        return { update: div(direction, add(sqrt(v), h.epsilon * root2)), slots: { m, v } };
      },
    };
  },
});
