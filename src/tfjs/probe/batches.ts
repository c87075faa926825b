import { requireInteger } from "../../errors/checks.ts";
import type * as tf from "@tensorflow/tfjs-core";
import { HpoError } from "../../errors/errors.ts";
import { createRng } from "../../numerics/rng.ts";
import type { Batch } from "../data/on-device.ts";
import { toDevice } from "../data/on-device.ts";
import type { Dataset } from "../data/dataset.ts";
import { batchOrder } from "../trainer/batches.ts";

/** Mini-batches by number: what a probe takes gradients on. */
export interface ProbeBatches {
  /** Examples in each. */
  readonly batchSize: number;
  /** How many of them, from number 0 on, have no example in common; Infinity if they never end. */
  readonly distinct: number;
  /** Examples to draw from; Infinity if that is not known. */
  readonly examples: number;
  /** Always the same examples for a number; whoever asks disposes the tensors. */
  at(index: number): Batch;
  dispose(): void;
}

export interface BatchesOptions {
  readonly batchSize: number;
  /** Of the shuffles; the seed of `train` gives its batches. Default 0. */
  readonly seed?: number;
}

/** A dataset's mini-batches as `train` makes them: shuffled anew for every pass. */
export function batchesOf(data: Dataset, { batchSize, seed = 0 }: BatchesOptions): ProbeBatches {
  requireInteger("batchesOf: batchSize", batchSize, 1);
  const order = batchOrder(data.count, batchSize, createRng(seed, "data"));
  const onDevice = toDevice(data);
  return {
    batchSize: Math.min(batchSize, data.count),
    distinct: order.stepsPerEpoch,
    examples: data.count,
    at: (index) => onDevice.gather(order.indicesAt(index)),
    dispose: () => onDevice.dispose(),
  };
}

/** Tensors of one batch, first axis the examples. */
export type BatchTensors = Readonly<Record<"inputs" | "targets", tf.Tensor>>;

/** Ready-made batches of one size, without an example in common; they repeat after the last. */
export function batchesOfTensors(given: readonly BatchTensors[]): ProbeBatches {
  const sizes = [...new Set(given.map(({ inputs }) => inputs.shape[0] ?? 1))];
  if (sizes.length !== 1) {
    throw new HpoError(
      given.length === 0
        ? "batches=[] holds none. Give at least one, or batchesOf(dataset, { batchSize })."
        : `The batches have ${sizes.join(", ")} examples. Give batches of one size.`,
    );
  }
  return {
    batchSize: sizes[0],
    distinct: given.length,
    examples: Infinity,
    at: (index) => {
      const { inputs, targets } = given[index % given.length];
      return { inputs: inputs.clone(), targets: targets.clone(), count: sizes[0] };
    },
    dispose() {
      for (const { inputs, targets } of given) {
        inputs.dispose();
        targets.dispose();
      }
    },
  };
}
