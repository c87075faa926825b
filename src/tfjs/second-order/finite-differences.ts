import { norm } from "../../numerics/vectors.ts";
import type { Variable } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { HpoError } from "../../errors/errors.ts";
import { assignFlat, flatten } from "../flat.ts";
import { lossGradient, type LossFunction } from "./hessian-vector-product.ts";

/** u^⅓ for float32, u = 2⁻²⁴. */
const rootOfRounding = Math.cbrt(1 / 16777216);

/** Relative difference of the products at ε and 2ε above which neither is believed. */
const agreement = 0.05;

function gradientAt(
  loss: LossFunction,
  variables: readonly Variable[],
  weights: Float64Array,
): Float64Array {
  assignFlat(variables, weights);
  const gradient = lossGradient(loss, variables);
  const flat = flatten(gradient);
  tf.dispose(gradient);
  return flat;
}

/**
 * H·v by the central difference [g(w + εv) − g(w − εv)]/2ε with ε = u^⅓(1 + ‖w‖)/‖v‖, for losses
 * through which no exact product goes. Four gradients: the product is taken at ε and 2ε, and
 * refused if they disagree, as they do at the kinks of a ReLU network.
 *
 * @throws HpoError if the two differ by more than 5 %
 */
export function finiteDifferenceProduct(
  loss: LossFunction,
  variables: readonly Variable[],
  vector: Float64Array,
): Float64Array {
  const weights = flatten(variables);
  const length = norm(vector);
  if (length === 0) return new Float64Array(vector.length);
  const step = (rootOfRounding * (1 + norm(weights))) / length;
  const product = (epsilon: number): Float64Array => {
    const forward = gradientAt(
      loss,
      variables,
      weights.map((value, i) => value + epsilon * vector[i]),
    );
    const backward = gradientAt(
      loss,
      variables,
      weights.map((value, i) => value - epsilon * vector[i]),
    );
    return forward.map((value, i) => (value - backward[i]) / (2 * epsilon));
  };
  try {
    const [fine, coarse] = [product(step), product(2 * step)];
    requireAgreement(fine, coarse);
    return fine;
  } finally {
    assignFlat(variables, weights);
  }
}

function requireAgreement(fine: Float64Array, coarse: Float64Array): void {
  const difference = norm(fine.map((value, i) => value - coarse[i])) / (norm(fine) || 1);
  if (difference <= agreement) return;
  throw new HpoError(
    `Finite differences give no Hessian-vector product here: at ε and 2ε they differ by ` +
      `${(100 * difference).toPrecision(3)} %, so the loss is not smooth enough (ReLU, max). ` +
      "Use hessianVectorProduct, or a smooth activation such as tanh or gelu.",
  );
}
