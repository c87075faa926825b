import type { Variable } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { finiteDifferenceProduct } from "./finite-differences.ts";
import { assignFlat, dimensionOf, flatten, unflatten } from "../flat.ts";
import type { LossFunction } from "./hessian-vector-product.ts";
import { hessianVectorProduct, lossGradient } from "./hessian-vector-product.ts";

/** A loss as a function of one flat vector of weights: what the measurements of theory take. */
export interface Curvature {
  /** Number of weights, d. */
  readonly dimension: number;
  /** The weights now, [d]. */
  readonly weights: () => Float64Array;
  /** L at the weights now. */
  readonly loss: () => number;
  /** ∇L at these weights, [d], or at the weights now; the variables are left as they are. */
  readonly gradient: (weights?: Float64Array) => Float64Array;
  /** H·v at the weights now, [d]. */
  readonly hvp: (vector: Float64Array) => Float64Array;
}

export interface CurvatureOptions {
  /** "exact" (default) by double back-propagation; "differences" for smooth losses, checked. */
  readonly products?: "exact" | "differences";
}

/**
 * The curvature of a loss of tfjs variables.
 *
 * @param loss the mean loss of one batch: the same examples and dropout masks at every call
 */
export function curvatureOf(
  loss: LossFunction,
  variables: readonly Variable[],
  { products = "exact" }: CurvatureOptions = {},
): Curvature {
  const gradientNow = (): Float64Array => {
    const gradient = lossGradient(loss, variables);
    const flat = flatten(gradient);
    tf.dispose(gradient);
    return flat;
  };
  const exactProduct = (vector: Float64Array): Float64Array => {
    const direction = unflatten(vector, variables);
    const product = hessianVectorProduct(loss, variables, direction);
    const flat = flatten(product);
    tf.dispose([direction, product]);
    return flat;
  };
  return {
    dimension: dimensionOf(variables),
    weights: () => flatten(variables),
    loss: () => tf.tidy(() => loss().dataSync()[0]),
    gradient(weights) {
      if (weights === undefined) return gradientNow();
      const home = flatten(variables);
      try {
        assignFlat(variables, weights);
        return gradientNow();
      } finally {
        assignFlat(variables, home);
      }
    },
    hvp:
      products === "exact"
        ? exactProduct
        : (vector) => finiteDifferenceProduct(loss, variables, vector),
  };
}
