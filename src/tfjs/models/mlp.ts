import { requireInteger } from "../../errors/checks.ts";
import * as tf from "@tensorflow/tfjs-core";
import { HpoError } from "../../errors/errors.ts";
import { createRng } from "../../numerics/rng.ts";
import type { ActivationName } from "./activations.ts";
import { activations } from "./activations.ts";
import { dropout } from "./dropout.ts";
import { createVariable, lecunNormal, zeros } from "./initializers.ts";
import type { Model } from "./model.ts";

export interface MlpOptions {
  /** Length of one input. */
  readonly inputs: number;
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  /** Length of one output; the last layer is linear. */
  readonly outputs: number;
  /** Of the hidden layers. Default "relu". */
  readonly activation?: ActivationName;
  /** Share of each hidden layer's values that training drops, in [0, 1). Default 0. */
  readonly dropout?: number;
  /** Of the first weights. */
  readonly seed: number;
}

function validate({ inputs, hidden, outputs, dropout: rate = 0 }: MlpOptions): void {
  for (const [name, sizes] of Object.entries({ inputs: [inputs], hidden, outputs: [outputs] })) {
    for (const size of sizes) requireInteger(`mlp: ${name}`, size, 1);
  }
  if (!(rate >= 0 && rate < 1)) {
    throw new HpoError(`Dropout needs a rate in [0, 1), got ${rate}. 0 turns it off.`);
  }
}

/**
 * A fully connected network: [batch, …] → [batch, outputs]; examples are flattened.
 *
 * @example
 * ```ts
 * import { mlp, selectBackend } from "hpo/tfjs";
 *
 * await selectBackend("wasm");
 * const model = mlp({ inputs: 784, hidden: [64, 32], outputs: 10, activation: "gelu", seed: 0 });
 * model.dispose();
 * ```
 */
export function mlp(options: MlpOptions): Model {
  validate(options);
  const { inputs, hidden, outputs, dropout: rate = 0 } = options;
  const rng = createRng(options.seed, "mlp");
  const { apply, initializer } = activations[options.activation ?? "relu"];
  const sizes = [inputs, ...hidden, outputs];
  const layers = sizes.slice(1).map((units, index) => {
    const isLast = index === sizes.length - 2;
    const shape = [sizes[index], units];
    const kernel = createVariable(shape, isLast ? lecunNormal : initializer, rng.fork(index));
    return { kernel, bias: createVariable([units], zeros, rng), isLast };
  });
  return {
    variables: layers.flatMap(({ kernel, bias }) => [kernel, bias]),
    apply(x, context) {
      const rows = tf.reshape(x, [x.shape[0], inputs]);
      return layers.reduce<tf.Tensor>((below, { kernel, bias, isLast }) => {
        const sum = tf.add(tf.matMul(below, kernel), bias);
        return isLast ? sum : dropout(apply(sum), rate, context);
      }, rows);
    },
    dispose() {
      for (const { kernel, bias } of layers) tf.dispose([kernel, bias]);
    },
  };
}
