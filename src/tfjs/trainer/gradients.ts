import * as tf from "@tensorflow/tfjs-core";
import type { Rng } from "../../numerics/rng.ts";
import type { DeviceDataset } from "../data/on-device.ts";
import type { Loss } from "../losses.ts";
import type { Model } from "../models/model.ts";
import type { StepOptimizer } from "./step-optimizer.ts";

/** The mean loss of a batch and its gradient by variable name; the caller disposes both. */
export type LossAndGradients = {
  readonly loss: tf.Scalar;
  readonly gradients: tf.NamedTensorMap;
};

export interface BatchTask {
  readonly model: Model;
  readonly data: DeviceDataset;
  readonly loss: Loss;
  /** Most examples that go through the model at once. */
  readonly microBatchSize: number;
}

function pieceGradients(task: BatchTask, indices: Int32Array, rng: Rng): LossAndGradients {
  const { model, data, loss } = task;
  const batch = data.gather(indices);
  const { value, grads } = tf.variableGrads(
    () => loss(model.apply(batch.inputs, { training: true, rng }), batch.targets),
    [...model.variables],
  );
  return { loss: value, gradients: grads };
}

/** a + share·b, for losses and gradients alike; `a` missing is 0. */
function addShare(a: LossAndGradients | undefined, b: LossAndGradients, share: number) {
  const term = <T extends tf.Tensor>(x: T | undefined, y: T): T => {
    const scaled = tf.mul<T>(y, share);
    return x === undefined ? scaled : tf.add<T>(x, scaled);
  };
  const gradients: tf.NamedTensorMap = {};
  for (const [name, gradient] of Object.entries(b.gradients)) {
    gradients[name] = term(a?.gradients[name], gradient);
  }
  return { loss: term(a?.loss, b.loss), gradients };
}

/**
 * The mean loss of the examples `indices` and its gradient. A batch above `microBatchSize` goes
 * through in pieces whose gradients are summed by their shares of the batch: the same gradient, up
 * to rounding, in less memory.
 */
export function batchGradients(task: BatchTask, indices: Int32Array, rng: Rng): LossAndGradients {
  const size = task.microBatchSize;
  if (indices.length <= size) return tf.tidy(() => pieceGradients(task, indices, rng));
  let total: LossAndGradients | undefined;
  for (let start = 0; start < indices.length; start += size) {
    const piece = indices.subarray(start, start + size);
    const before = total;
    total = tf.tidy(() => {
      const part = pieceGradients(task, piece, rng.fork("micro-batch", start));
      return addShare(before, part, piece.length / indices.length);
    });
    if (before) tf.dispose([before.loss, before.gradients]);
  }
  return total as LossAndGradients;
}

/**
 * One step of an optimizer that evaluates the loss itself; returns the loss before the step. Every
 * evaluation sees the same examples and the same dropout masks.
 */
export function closureStep(
  task: BatchTask,
  optimizer: Pick<StepOptimizer, "minimize">,
  indices: Int32Array,
  makeRng: () => Rng,
): number {
  const { model, data, loss } = task;
  return tf.tidy(() => {
    const batch = data.gather(indices);
    const evaluateLoss = () =>
      loss(model.apply(batch.inputs, { training: true, rng: makeRng() }), batch.targets);
    const first = optimizer.minimize(evaluateLoss, true, [...model.variables]);
    return (first as tf.Scalar).dataSync()[0];
  });
}

export interface GradientNorms {
  readonly all: number;
  /** Over the variables of rank ≥ 2 alone. */
  readonly kernels: number;
}

/** The norms of a gradient, read in one go. */
export function gradientNorms(gradients: tf.NamedTensorMap): GradientNorms {
  const tensors = Object.values(gradients);
  const squares = tf.tidy(() =>
    tf.stack(tensors.map((gradient) => tf.sum(tf.square(gradient)))).dataSync(),
  );
  let all = 0;
  let kernels = 0;
  tensors.forEach((gradient, index) => {
    all += squares[index];
    if (gradient.rank >= 2) kernels += squares[index];
  });
  return { all: Math.sqrt(all), kernels: Math.sqrt(kernels) };
}

/** Scales a gradient down, in place of its tensors, so that its norm is at most `limit`. */
export function clipNorm(
  gradients: tf.NamedTensorMap,
  norm: number,
  limit: number,
): tf.NamedTensorMap {
  if (norm <= limit) return gradients;
  const clipped: tf.NamedTensorMap = {};
  for (const [name, gradient] of Object.entries(gradients)) {
    clipped[name] = tf.mul(gradient, limit / norm);
    gradient.dispose();
  }
  return clipped;
}
