import type { Scalar, Tensor, TensorContainer, Variable } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { kernelWithoutGradient } from "../../errors/foreign-messages.ts";
import { HpoError } from "../../errors/errors.ts";
import { registerSecondOrderGradients } from "./gradients.ts";
import { withSecondOrderTape } from "./tape.ts";

/** The loss as a function of the variables; the same batch and masks at every call. */
export type LossFunction = () => Scalar;

/** The loss and its gradients; zeros for a variable that it does not depend on. */
function valueAndGradients(loss: () => Tensor, variables: readonly Tensor[]) {
  const { value, grads } = tf.engine().gradients(loss, [...variables], undefined, true);
  const gradients = grads.map((gradient, index) => {
    const found = gradient as Tensor | null | undefined;
    return found ?? tf.zeros(variables[index].shape);
  });
  return { value, gradients };
}

const gradientTensors = (loss: () => Tensor, variables: readonly Tensor[]): Tensor[] =>
  valueAndGradients(loss, variables).gradients;

function requireSameShapes(variables: readonly Tensor[], vector: readonly Tensor[]): void {
  const shapes = (tensors: readonly Tensor[]): string =>
    tensors.map(({ shape }) => `[${shape.join(", ")}]`).join(" ");
  if (shapes(variables) === shapes(vector)) return;
  throw new HpoError(
    `A Hessian-vector product needs a vector shaped like its variables, ${shapes(variables)}; ` +
      `got ${shapes(vector)}.`,
  );
}

/** tfjs names the kernel that it has no gradient for; the remedy is ours. */
function explain(error: unknown): unknown {
  const missing = kernelWithoutGradient(error);
  if (missing === undefined) return error;
  return new HpoError(
    `No exact Hessian-vector product through "${missing}": tfjs has no gradient for it. ` +
      "Write that part of the loss with other operations, or use finiteDifferenceProduct if " +
      "the network is smooth.",
    { cause: error },
  );
}

/**
 * H·v, exactly (to float32 rounding), by double back-propagation: the gradient of ⟨∇L, v⟩
 * (Pearlmutter 1994). It costs about as much as three gradients.
 *
 * @param vector one tensor for each variable, of its shape
 * @returns one tensor for each variable; the caller disposes them
 * @throws HpoError naming an operation through which the product would be wrong, or the shapes
 *   that do not fit
 *
 * @example
 * ```ts
 * import type * as tf from "@tensorflow/tfjs-core";
 * import { hessianVectorProduct } from "hpo/tfjs";
 *
 * function curvatureAlong(loss: () => tf.Scalar, weights: tf.Variable[], direction: tf.Tensor[]) {
 *   return hessianVectorProduct(loss, weights, direction);
 * }
 * ```
 */
export function hessianVectorProduct(
  loss: LossFunction,
  variables: readonly Variable[],
  vector: readonly Tensor[],
): Tensor[] {
  requireSameShapes(variables, vector);
  registerSecondOrderGradients();
  const slope = (): Tensor => {
    const gradients = gradientTensors(loss, variables);
    const terms = gradients.map((gradient, index) => tf.sum(tf.mul(gradient, vector[index])));
    return terms.reduce((sum, term) => tf.add(sum, term));
  };
  try {
    const product = (): TensorContainer => gradientTensors(slope, variables);
    return withSecondOrderTape(() => tf.tidy(product)) as Tensor[];
  } catch (error) {
    throw explain(error);
  }
}

/** ∇L at the variables' values; the caller disposes the tensors. */
export const lossGradient = (loss: LossFunction, variables: readonly Variable[]): Tensor[] =>
  tf.tidy((): TensorContainer => gradientTensors(loss, variables)) as Tensor[];

/** L and ∇L in one pass, out of tidies; the caller disposes the tensors. */
export const lossAndGradient = (
  loss: LossFunction,
  variables: readonly Variable[],
): { value: Tensor; gradients: Tensor[] } =>
  tf.tidy((): TensorContainer => valueAndGradients(loss, variables)) as {
    value: Tensor;
    gradients: Tensor[];
  };
