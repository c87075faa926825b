import { requireInteger } from "../../errors/checks.ts";
import * as tf from "@tensorflow/tfjs-core";
import { HpoError } from "../../errors/errors.ts";
import { createRng } from "../../numerics/rng.ts";
import type { ActivationName } from "./activations.ts";
import { activations } from "./activations.ts";
import { dropout } from "./dropout.ts";
import { createVariable, lecunNormal, zeros } from "./initializers.ts";
import type { Model } from "./model.ts";

export interface CnnOptions {
  /** Height, width and channels of one image; height and width ≥ 2 to the number of blocks. */
  readonly image: readonly [height: number, width: number, channels: number];
  /** Filters of each block: a 3×3 convolution, the activation, a 2×2 max-pool. */
  readonly filters: readonly number[];
  readonly outputs: number;
  /** Default "relu". */
  readonly activation?: ActivationName;
  /** Share of the last block's values that training drops, in [0, 1). Default 0. */
  readonly dropout?: number;
  /** Of the first weights. */
  readonly seed: number;
}

/** Sizes after the blocks: each pool halves height and width. */
function pooled(size: number, blocks: number): number {
  return Math.floor(size / 2 ** blocks);
}

function validate({ image, filters, outputs, dropout: rate = 0 }: CnnOptions): void {
  for (const [name, sizes] of Object.entries({ image, filters, outputs: [outputs] })) {
    for (const size of sizes) requireInteger(`cnn: ${name}`, size, 1);
  }
  if (pooled(Math.min(image[0], image[1]), filters.length) < 1) {
    throw new HpoError(
      `Images of ${image[0]}×${image[1]} are too small for ${filters.length} blocks, each of ` +
        "which halves them. Use fewer filters.",
    );
  }
  if (!(rate >= 0 && rate < 1)) {
    throw new HpoError(`Dropout needs a rate in [0, 1), got ${rate}. 0 turns it off.`);
  }
}

/**
 * A convolutional network: [batch, height, width, channels] → [batch, outputs].
 *
 * @example
 * ```ts
 * import { cnn, selectBackend } from "hpo/tfjs";
 *
 * await selectBackend("wasm");
 * const model = cnn({ image: [28, 28, 1], filters: [8, 16], outputs: 10, seed: 0 });
 * model.dispose();
 * ```
 */
export function cnn(options: CnnOptions): Model {
  validate(options);
  const { image, filters, outputs, dropout: rate = 0 } = options;
  const { apply, initializer } = activations[options.activation ?? "relu"];
  const rng = createRng(options.seed, "cnn");
  const channels = [image[2], ...filters];
  const blocks = filters.map((count, index) => ({
    kernel: createVariable([3, 3, channels[index], count], initializer, rng.fork(index)),
    bias: createVariable([count], zeros, rng),
  }));
  const features =
    pooled(image[0], filters.length) *
    pooled(image[1], filters.length) *
    channels[channels.length - 1];
  const kernel = createVariable([features, outputs], lecunNormal, rng.fork("head"));
  const bias = createVariable([outputs], zeros, rng);
  const variables = [...blocks.flatMap((block) => [block.kernel, block.bias]), kernel, bias];
  return {
    variables,
    apply(x, context) {
      const last = blocks.reduce<tf.Tensor>((below, block) => {
        const filter = block.kernel as tf.Tensor as tf.Tensor4D;
        const sum = tf.add(tf.conv2d(below as tf.Tensor4D, filter, 1, "same"), block.bias);
        return tf.maxPool(apply(sum) as tf.Tensor4D, 2, 2, "valid");
      }, x);
      const flat = dropout(tf.reshape(last, [x.shape[0], features]), rate, context);
      return tf.add(tf.matMul(flat, kernel), bias);
    },
    dispose() {
      tf.dispose(variables);
    },
  };
}
