import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "../../numerics/rng.ts";
import type { DeviceDataset } from "../data/on-device.ts";
import type { Loss } from "../losses.ts";
import { accuracy } from "../losses.ts";
import type { Model } from "../models/model.ts";

export interface Evaluation {
  /** Mean over the dataset. */
  readonly loss: number;
  /** Share of right classes; undefined unless the dataset has classes. */
  readonly accuracy?: number;
}

/** Examples that go through the model at once while nothing is learned. */
const evaluationBatch = 1000;

/** Nothing is dropped in evaluation; the generator is there because a model may ask. */
const still = { training: false, rng: createRng(0, "evaluation") } as const;

/**
 * The mean loss, and accuracy for classes, of a model over a whole dataset.
 *
 * @example
 * ```ts
 * import { evaluate, mlp, selectBackend, teacher, toDevice, meanSquaredError } from "hpo/tfjs";
 *
 * await selectBackend("wasm");
 * const data = toDevice(teacher({ inputs: 4, outputs: 1 }).validation);
 * const model = mlp({ inputs: 4, hidden: [8], outputs: 1, seed: 0 });
 * const { loss } = await evaluate(model, data, meanSquaredError);
 * ```
 */
export function evaluate(
  model: Model,
  data: DeviceDataset,
  loss: Loss,
  batchSize = evaluationBatch,
): Evaluation {
  return evaluatePredictor((inputs) => model.apply(inputs, still), data, loss, batchSize);
}

/**
 * The loss of predicting zero everywhere: what a model that has learned nothing can be expected to
 * reach (for classes, all equally likely).
 */
export const evaluateZero = (
  model: Model,
  data: DeviceDataset,
  loss: Loss,
  batchSize = evaluationBatch,
): Evaluation =>
  evaluatePredictor((inputs) => tf.zerosLike(model.apply(inputs, still)), data, loss, batchSize);

function evaluatePredictor(
  predict: (inputs: tf.Tensor) => tf.Tensor,
  data: DeviceDataset,
  loss: Loss,
  batchSize: number,
): Evaluation {
  const { count, classes } = data.dataset;
  let lossSum = 0;
  let rightSum = 0;
  for (let start = 0; start < count; start += batchSize) {
    const size = Math.min(batchSize, count - start);
    tf.tidy(() => {
      const batch = data.slice(start, size);
      const predictions = predict(batch.inputs);
      lossSum += size * loss(predictions, batch.targets).dataSync()[0];
      if (classes !== undefined) {
        rightSum += size * accuracy(predictions, batch.targets).dataSync()[0];
      }
    });
  }
  return { loss: lossSum / count, accuracy: classes === undefined ? undefined : rightSum / count };
}
