import * as tf from "@tensorflow/tfjs-core";
import type { ApplyContext } from "./model.ts";

/**
 * Drops a share of the values while training and scales the others by 1/(1 − rate) (Srivastava et
 * al. 2014). The mask is drawn anew at every step from the step's own generator; a seeded tfjs
 * dropout layer repeats one mask for ever.
 *
 * @param rate in [0, 1)
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import { dropout, type ApplyContext } from "hpo/tfjs";
 *
 * const halved = (x: tf.Tensor, context: ApplyContext) => dropout(x, 0.5, context);
 * ```
 */
export function dropout(x: tf.Tensor, rate: number, context: ApplyContext): tf.Tensor {
  if (!context.training || rate === 0) return x;
  const mask = new Float32Array(x.size);
  const scale = 1 / (1 - rate);
  for (let i = 0; i < mask.length; i++) mask[i] = context.rng.uniform() < rate ? 0 : scale;
  return tf.mul(x, tf.tensor(mask, x.shape));
}
