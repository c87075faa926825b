import { tensor, tidy, type Tensor, type Variable } from "@tensorflow/tfjs-core";

/** Σ aᵢbᵢ. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** a + scale · b. */
export const plus = (a: Float64Array, b: Float64Array, scale = 1): Float64Array =>
  a.map((value, i) => value + scale * b[i]);

/** scale · a. */
export const times = (a: Float64Array, scale: number): Float64Array => a.map((x) => x * scale);

/** max |aᵢ|. */
export const largest = (a: Float64Array): number =>
  a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** The tensors' elements one after another; zeros for a tensor that is missing. Waits for the device. */
export function flatten(
  variables: readonly Variable[],
  tensorOf: (variable: Variable) => Tensor | undefined,
): Float64Array {
  const flat = new Float64Array(variables.reduce((size, variable) => size + variable.size, 0));
  let offset = 0;
  for (const variable of variables) {
    const values = tensorOf(variable)?.dataSync();
    if (values) flat.set(values, offset);
    offset += variable.size;
  }
  return flat;
}

/** Assigns the elements back, rounded to float32. */
export function unflatten(flat: Float64Array, variables: readonly Variable[]): void {
  let offset = 0;
  for (const variable of variables) {
    const values = Float32Array.from(flat.subarray(offset, offset + variable.size));
    tidy(() => variable.assign(tensor(values, variable.shape)));
    offset += variable.size;
  }
}
