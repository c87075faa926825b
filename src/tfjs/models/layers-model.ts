import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { layers } from "@tensorflow/tfjs-layers";
import { createRng } from "../../numerics/rng.ts";
import type { Rng } from "../../numerics/rng.ts";
import { dropout } from "./dropout.ts";
import { glorotUniform } from "./initializers.ts";
import type { ApplyContext, Model } from "./model.ts";

type Layer = ReturnType<typeof layers.dense>;
const LayerBase = Object.getPrototypeOf(layers.dropout({ rate: 0 }).constructor) as new (
  config: object,
) => Layer;

/** A dropout layer whose mask is new at every step and a function of (seed, step). */
class SeededDropout extends LayerBase {
  static readonly className = "HpoSeededDropout";
  readonly rate: number;
  context: ApplyContext | undefined;

  constructor(rate: number) {
    super({ trainable: false });
    this.rate = rate;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    return this.context ? dropout(x, this.rate, this.context) : tf.clone(x);
  }

  override getConfig() {
    return { ...super.getConfig(), rate: this.rate };
  }
}

/**
 * Dropout for a tfjs layers model that is trained by `train`. tfjs's own seeded dropout repeats one
 * mask for ever, and its unseeded one makes runs that can't be repeated.
 *
 * @param rate share of the values to drop, in [0, 1)
 */
export const seededDropout = (rate: number): Layer => new SeededDropout(rate);

const isKernel = ({ shape }: tf.Tensor): boolean => shape.length >= 2;

/** New first values for the kernels; tfjs draws its own from the clock. */
function initialize(variables: readonly tf.Variable[], rng: Rng): void {
  variables.filter(isKernel).forEach((variable, index) => {
    const value = tf.tensor(glorotUniform(variable.shape, rng.fork(index)), variable.shape);
    variable.assign(value);
    value.dispose();
  });
}

const variablesOf = (weights: LayersModel["weights"]): tf.Variable[] =>
  weights.map((weight) => weight.read() as tf.Variable);

/**
 * A tfjs layers model as the trainer takes it. It is trained by `train`, not by its own `fit`, and
 * needs no `compile`. Its last layer gives logits (no softmax).
 *
 * @param seed draws the kernels anew (Glorot); without it the model's weights stay
 */
export function fromLayersModel(model: LayersModel, seed?: number): Model {
  const variables = variablesOf(model.trainableWeights);
  if (seed !== undefined) initialize(variables, createRng(seed, "layers model"));
  const dropouts = model.layers.filter((layer) => layer instanceof SeededDropout);
  return {
    variables,
    buffers: variablesOf(model.nonTrainableWeights),
    apply(x, context) {
      for (const layer of dropouts) layer.context = context;
      return model.apply(x, { training: context.training }) as tf.Tensor;
    },
    dispose() {
      model.dispose();
    },
  };
}
