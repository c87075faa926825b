import * as tf from "@tensorflow/tfjs-core";
import type { Dataset } from "./dataset.ts";

/** A batch as tensors: [count, …shape]. Whoever asked for it disposes it (or is in a tidy). */
export interface Batch {
  readonly inputs: tf.Tensor;
  readonly targets: tf.Tensor;
  readonly count: number;
}

/** A dataset whose examples lie on the back-end, so that a step moves only indices. */
export interface DeviceDataset {
  readonly dataset: Dataset;
  /** The examples of these indices. */
  gather(indices: Int32Array): Batch;
  /** The examples from `start` on, `count` of them. */
  slice(start: number, count: number): Batch;
  dispose(): void;
}

const upload = (values: Float32Array | Int32Array, shape: readonly number[]): tf.Tensor =>
  tf.tensor(values, [...shape], values instanceof Float32Array ? "float32" : "int32");

const sliceRows = (x: tf.Tensor, start: number, count: number): tf.Tensor =>
  tf.slice(
    x,
    x.shape.map((_, axis) => (axis === 0 ? start : 0)),
    x.shape.map((length, axis) => (axis === 0 ? count : length)),
  );

/** Copies a dataset to the current back-end, once; dispose it when the trial ends. */
export function toDevice(dataset: Dataset): DeviceDataset {
  const { count } = dataset;
  const inputs = upload(dataset.inputs, [count, ...dataset.inputShape]);
  const targets = upload(dataset.targets, [count, ...dataset.targetShape]);
  return {
    dataset,
    gather(indices) {
      const rows = tf.tensor1d(indices, "int32");
      const batch = {
        inputs: tf.gather(inputs, rows),
        targets: tf.gather(targets, rows),
        count: indices.length,
      };
      rows.dispose();
      return batch;
    },
    slice: (start, length) => ({
      inputs: sliceRows(inputs, start, length),
      targets: sliceRows(targets, start, length),
      count: length,
    }),
    dispose() {
      inputs.dispose();
      targets.dispose();
    },
  };
}
