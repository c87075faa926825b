import * as tf from "@tensorflow/tfjs-core";
import type { Initializer } from "./initializers.ts";
import { glorotUniform, heNormal, lecunNormal } from "./initializers.ts";

/** x·Φ(x), exactly (Hendrycks and Gimpel 2016). */
export const gelu = (x: tf.Tensor): tf.Tensor =>
  tf.mul(x, tf.mul(0.5, tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2)))));

/** x·sigmoid(x). */
export const swish = (x: tf.Tensor): tf.Tensor => tf.mul(x, tf.sigmoid(x));

/**
 * Each activation with the initializer that keeps its signal's scale.
 *
 * @example
 * ```ts
 * import { activations } from "hpo/tfjs";
 *
 * Object.keys(activations).includes("gelu"); // true
 * ```
 */
export const activations = {
  relu: { apply: (x: tf.Tensor) => tf.relu(x), initializer: heNormal },
  tanh: { apply: (x: tf.Tensor) => tf.tanh(x), initializer: glorotUniform },
  sigmoid: { apply: (x: tf.Tensor) => tf.sigmoid(x), initializer: glorotUniform },
  elu: { apply: (x: tf.Tensor) => tf.elu(x), initializer: heNormal },
  selu: { apply: (x: tf.Tensor) => tf.selu(x), initializer: lecunNormal },
  softplus: { apply: (x: tf.Tensor) => tf.softplus(x), initializer: heNormal },
  gelu: { apply: gelu, initializer: heNormal },
  swish: { apply: swish, initializer: heNormal },
  linear: { apply: (x: tf.Tensor) => x, initializer: lecunNormal },
} as const satisfies Readonly<
  Record<string, { apply: (x: tf.Tensor) => tf.Tensor; initializer: Initializer }>
>;

export type ActivationName = keyof typeof activations;
