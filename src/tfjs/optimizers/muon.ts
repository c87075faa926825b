import {
  add,
  div,
  eye,
  matMul,
  maximum,
  mul,
  transpose,
  zerosLike,
  type Tensor,
  type Tensor2D,
} from "@tensorflow/tfjs-core";
import { adamRule, type MomentSlots } from "./adam.ts";
import { globalNorm } from "./support/clipping.ts";
import { defineOptimizer } from "./support/define.ts";
import {
  count,
  decayRate,
  fixed,
  flag,
  forgetting,
  learningRate,
  positive,
  weightDecay,
  type Hyperparameter,
} from "./support/hyperparameters.ts";
import type { Rule } from "./rule.ts";

type Coefficients = readonly [number, number, number];
type MuonSlots = { momentum: Tensor } | MomentSlots;

const coefficients = (value: Coefficients): Hyperparameter<Coefficients> => ({
  default: value,
  role: "form",
  allowed: {
    description: "three finite numbers",
    test: (given) =>
      Array.isArray(given) && given.length === 3 && given.every((x) => Number.isFinite(x)),
  },
});

/**
 * Nearly the orthogonal factor of G by Newton-Schulz steps: X = G / ‖G‖, then X ← P X with
 * P = aI + bA + cA², A = X Xᵀ. The singular values end near 1 (0.7 … 1.2).
 *
 * Beside the products this makes few passes over elements: P is formed in the smaller Gram matrix,
 * and with Y = ∜c X it is P = (B + b/√c I) B + aI, B = Y Yᵀ = √c A.
 */
function orthogonalise(
  matrix: Tensor2D,
  [a, b, c]: Coefficients,
  steps: number,
  epsilon: number,
): Tensor2D {
  const [rows, columns] = matrix.shape;
  const wide = rows > columns ? transpose(matrix) : matrix;
  const root = c > 0 ? Math.sqrt(Math.sqrt(c)) : 1;
  const identity = eye(Math.min(rows, columns));
  const [aI, bI] = [mul(identity, a), mul(identity, b / (root * root))];
  let y = mul<Tensor2D>(wide, div(root, maximum(globalNorm([matrix]), epsilon)));
  for (let i = 0; i < steps; i++) {
    const gram = matMul<Tensor2D>(y, transpose(y));
    const leading = c > 0 ? gram : mul(gram, c);
    const polynomial = add<Tensor2D>(matMul(add<Tensor2D>(leading, bI), gram), aI);
    y = matMul(polynomial, y);
  }
  const x = mul<Tensor2D>(y, 1 / root);
  return rows > columns ? transpose(x) : x;
}

/**
 * Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon), as torch.optim.Muon: momentum, made
 * orthogonal, with decoupled weight decay.
 *
 *   b ← μb + (1 − μ) g,   u = (1 − μ) g + μb (Nesterov) or b
 *   θ ← (1 − ηλ) θ − η √max(1, rows / columns) · orthogonal(u)
 *
 * This is for matrices (rank 2); every other variable is updated by AdamW with the learning rate
 * η · othersLearningRateRatio, `othersBeta1`, `othersBeta2`, `othersEpsilon` and the same decay.
 * "Rows" are a matrix's outputs, as in torch: set `outputsLast` for kernels [inputs, outputs], as
 * dense layers of TensorFlow.js have them. The products run in float32 (torch: bfloat16).
 *
 * @example
 * ```ts
 * import { muon } from "hpo/tfjs";
 *
 * const optimizer = muon({ learningRate: 0.02, nsSteps: 5 });
 * ```
 */
export const muon = defineOptimizer("muon", {
  hyperparameters: {
    learningRate: learningRate(1e-3, 1e-5, 0.1),
    weightDecay: weightDecay(0.1),
    momentum: forgetting(0.95, "momentum", 5e-3, 1),
    nesterov: flag(true),
    nsCoefficients: coefficients([3.4445, -4.775, 2.0315]),
    nsSteps: fixed(5, "form", count),
    epsilon: fixed(1e-7, "stabiliser"),
    outputsLast: flag(false),
    othersLearningRateRatio: fixed(1, "learningRate", positive),
    othersBeta1: fixed(0.9, "momentum", decayRate),
    othersBeta2: fixed(0.999, "secondMoment", decayRate),
    othersEpsilon: fixed(1e-8, "stabiliser"),
  },
  weightDecay: "decoupled",
  rule: (h): Rule<MuonSlots> => {
    const others = adamRule({
      beta1: h.othersBeta1,
      beta2: h.othersBeta2,
      epsilon: h.othersEpsilon,
    });
    return {
      init: (parameter, learningRate) =>
        parameter.rank === 2
          ? { momentum: zerosLike(parameter) }
          : others.init(parameter, learningRate),
      update({ gradient, parameter, slots, step, learningRate }) {
        if (!("momentum" in slots)) {
          const rate = learningRate * h.othersLearningRateRatio;
          return others.update({ gradient, parameter, slots, step, learningRate: rate });
        }
        const fresh = mul(gradient, 1 - h.momentum);
        const momentum = add(mul(slots.momentum, h.momentum), fresh);
        const direction = h.nesterov ? add(mul(momentum, h.momentum), fresh) : momentum;
        const [rows, columns] = parameter.shape;
        const ratio = h.outputsLast ? columns / rows : rows / columns;
        const scale = learningRate * Math.sqrt(Math.max(1, ratio));
        const factor = orthogonalise(direction as Tensor2D, h.nsCoefficients, h.nsSteps, h.epsilon);
        return { update: mul(factor, scale), slots: { momentum } };
      },
    };
  },
});
