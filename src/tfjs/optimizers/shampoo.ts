import {
  eye,
  add,
  matMul,
  mul,
  reshape,
  tensor2d,
  transpose,
  type Tensor,
  type Tensor2D,
} from "@tensorflow/tfjs-core";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { defineOptimizer } from "./support/define.ts";
import { count, fixed, learningRate, positive, weightDecay } from "./support/hyperparameters.ts";
import type { Rule } from "./rule.ts";

/** H^exponent of a symmetric positive semidefinite n × n matrix, in double precision. */
function symmetricPower(matrix: Tensor2D, exponent: number): Tensor2D {
  const n = matrix.shape[0];
  const symmetric = Matrix.from1DArray(n, n, Array.from(matrix.dataSync()));
  const { eigenvectorMatrix: vectors, realEigenvalues: values } = new EigenvalueDecomposition(
    symmetric,
    { assumeSymmetric: true },
  );
  const scaled = vectors.clone();
  // Rounding makes eigenvalues of about 0 negative; the accumulators start at εI, so 0 is not met.
  values.forEach((value, i) => scaled.mulColumn(i, Math.max(value, Number.MIN_VALUE) ** exponent));
  return tensor2d(scaled.mmul(vectors.transpose()).to1DArray(), [n, n]);
}

/** The tensor as a matrix whose rows run along its first axis. */
const unfold = (x: Tensor): Tensor2D => reshape(x, [x.shape[0], x.size / x.shape[0]]);

/** The first axis moved to the end. */
const turn = (x: Tensor): Tensor =>
  transpose(
    x,
    [...x.shape.keys()].map((axis) => (axis + 1) % x.rank),
  );

/** f of each unfolding of `x`: f(axis, matrix of d_axis rows). */
function eachUnfolding(x: Tensor, visit: (axis: number, matrix: Tensor2D) => void): void {
  let turned = x;
  for (let axis = 0; axis < x.rank; axis++) {
    visit(axis, unfold(turned));
    turned = turn(turned);
  }
}

/** x multiplied along each axis with that axis's matrix. */
function multiplyAxes(x: Tensor, matrices: readonly Tensor2D[]): Tensor {
  return matrices.reduce((y, matrix) => turn(reshape(matMul(matrix, unfold(y)), y.shape)), x);
}

/**
 * Shampoo (Gupta, Koren and Singer 2018, algorithms 1 and 2): one preconditioner per axis. For a
 * matrix, L ← L + GGᵀ, R ← R + GᵀG, θ ← θ − η L^(−1/4) G R^(−1/4); in general, with k axes,
 * H_i ← H_i + G₍ᵢ₎G₍ᵢ₎ᵀ and each axis is multiplied by H_i^(−1/2k). They start at εI.
 *
 * The roots are taken in double precision on the CPU, which reads the H_i from the device and
 * costs O(d³) per axis of length d; `rootEvery` takes them every so many steps (paper: 20–100).
 *
 * @example
 * ```ts
 * import { shampoo } from "hpo/tfjs";
 *
 * const optimizer = shampoo({ learningRate: 0.1, rootEvery: 10 });
 * ```
 */
export const shampoo = defineOptimizer("shampoo", {
  hyperparameters: {
    learningRate: learningRate(1e-1, 1e-4, 1),
    epsilon: fixed(1e-4, "stabiliser", positive),
    weightDecay: weightDecay(0),
    rootEvery: fixed(1, "form", count),
  },
  weightDecay: "coupled",
  rule: ({ epsilon, rootEvery }): Rule => ({
    init: ({ shape }) =>
      Object.fromEntries(shape.map((length, axis) => [`sum${axis}`, mul(eye(length), epsilon)])),
    update({ gradient, slots, step, learningRate }) {
      const { rank } = gradient;
      const next: Record<string, Tensor> = {};
      const roots: Tensor2D[] = [];
      const renew = (step - 1) % rootEvery === 0;
      eachUnfolding(gradient, (axis, matrix) => {
        const sum = add<Tensor2D>(slots[`sum${axis}`]!, matMul(matrix, transpose(matrix)));
        const old = slots[`root${axis}`] as Tensor2D | undefined;
        roots[axis] = renew || !old ? symmetricPower(sum, -1 / (2 * rank)) : old;
        next[`sum${axis}`] = sum;
        next[`root${axis}`] = roots[axis];
      });
      const direction = rank === 0 ? gradient : multiplyAxes(gradient, roots);
      return { update: mul(direction, learningRate), slots: next };
    },
  }),
});
