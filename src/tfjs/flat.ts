import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { HpoError } from "../errors/errors.ts";

/** Number of values in all variables together. */
export const dimensionOf = (variables: readonly Tensor[]): number =>
  variables.reduce((sum, { size }) => sum + size, 0);

/** All values in one vector, tensor after tensor, row-major. Waits for the device. */
export function flatten(tensors: readonly Tensor[]): Float64Array;
/** Zeros where a tensor is missing, as many as that of `like` has. */
export function flatten(
  tensors: readonly (Tensor | undefined)[],
  like: readonly Tensor[],
): Float64Array;
export function flatten(
  tensors: readonly (Tensor | undefined)[],
  like = tensors as readonly Tensor[],
): Float64Array {
  const flat = new Float64Array(dimensionOf(like));
  let offset = 0;
  like.forEach(({ size }, index) => {
    const values = tensors[index]?.dataSync();
    if (values) flat.set(values, offset);
    offset += size;
  });
  return flat;
}

/**
 * The inverse of `flatten`: tensors with the shapes of `like`, rounded to float32.
 *
 * @throws HpoError if the lengths differ
 */
export function unflatten(flat: Float64Array | Float32Array, like: readonly Tensor[]): Tensor[] {
  if (flat.length !== dimensionOf(like)) {
    throw new HpoError(
      `Expected a vector of ${dimensionOf(like)} values, one for each weight, got ${flat.length}.`,
    );
  }
  let offset = 0;
  return like.map(({ shape, size }) => {
    const values = Float32Array.from(flat.subarray(offset, offset + size));
    offset += size;
    return tf.tensor(values, shape);
  });
}

/** Gives the variables the values of a flat vector. */
export function assignFlat(variables: readonly Variable[], flat: Float64Array | Float32Array) {
  const values = unflatten(flat, variables);
  variables.forEach((variable, index) => variable.assign(values[index]));
  tf.dispose(values);
}
