import { HpoError } from "../../errors/errors.ts";
import type { Rng } from "../../numerics/rng.ts";

/** Examples as flat, row-major typed arrays: nothing per example, so that it uploads in one copy. */
export interface Dataset {
  readonly name: string;
  /** Number of examples, n. */
  readonly count: number;
  /** Shape of one example's input; `inputs` is [n, …inputShape]. */
  readonly inputShape: readonly number[];
  /** float32 features, or int32 tokens. */
  readonly inputs: Float32Array | Int32Array;
  /** Shape of one example's target; [] for one class per example. */
  readonly targetShape: readonly number[];
  /** int32 classes 0 … classes − 1, or float32 values. */
  readonly targets: Float32Array | Int32Array;
  /** Number of classes, for classification. */
  readonly classes?: number;
}

/** What a model learns from and what it is judged by. */
export interface SplitDataset {
  readonly train: Dataset;
  readonly validation: Dataset;
}

const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((size, length) => size * length, 1);

type Values = Float32Array | Int32Array;

function rowsOf<T extends Values>(values: T, width: number, rows: ArrayLike<number>): T {
  const length = rows.length * width;
  const out = values instanceof Float32Array ? new Float32Array(length) : new Int32Array(length);
  for (let i = 0; i < rows.length; i++) {
    out.set(values.subarray(rows[i] * width, (rows[i] + 1) * width), i * width);
  }
  return out as T;
}

/** The examples of these indices, in this order, copied. */
export function selectExamples(dataset: Dataset, indices: ArrayLike<number>): Dataset {
  return {
    ...dataset,
    count: indices.length,
    inputs: rowsOf(dataset.inputs, sizeOf(dataset.inputShape), indices),
    targets: rowsOf(dataset.targets, sizeOf(dataset.targetShape), indices),
  };
}

/**
 * Splits a dataset at random into training and validation examples.
 *
 * @param sizes how many of each; together at most `dataset.count`
 * @throws HpoError if there are too few examples
 */
export function splitDataset(
  dataset: Dataset,
  sizes: { readonly train: number; readonly validation: number },
  rng: Rng,
): SplitDataset {
  const { train, validation } = sizes;
  const valid = [train, validation].every((size) => Number.isInteger(size) && size > 0);
  if (!valid || train + validation > dataset.count) {
    throw new HpoError(
      `Can't split ${dataset.name} into train=${train} and validation=${validation}: it has ` +
        `${dataset.count} examples. Ask for at least 1 of each and no more than that together.`,
    );
  }
  const order = rng.permutation(dataset.count);
  return {
    train: selectExamples(dataset, order.slice(0, train)),
    validation: selectExamples(dataset, order.slice(train, train + validation)),
  };
}

interface Scale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

function scaleOf(dataset: Dataset, features: number): Scale {
  const mean = new Float64Array(features);
  const deviation = new Float64Array(features);
  const { inputs } = dataset;
  const perFeature = inputs.length / features;
  for (let i = 0; i < inputs.length; i++) mean[i % features] += inputs[i] / perFeature;
  for (let i = 0; i < inputs.length; i++) {
    const centred = inputs[i] - mean[i % features];
    deviation[i % features] += (centred * centred) / perFeature;
  }
  // A constant feature stays at 0 instead of becoming 0/0.
  return { mean, deviation: deviation.map((variance) => Math.sqrt(variance) || 1) };
}

function rescaled(dataset: Dataset, { mean, deviation }: Scale): Dataset {
  const inputs = Float32Array.from(
    dataset.inputs,
    (value, i) => (value - mean[i % mean.length]) / deviation[i % mean.length],
  );
  return { ...dataset, inputs };
}

/**
 * Inputs with mean 0 and variance 1 over the training examples; validation gets the same map.
 *
 * @param how one scale for all inputs (images), or one for each input (tables)
 */
export function standardize(split: SplitDataset, how: "overall" | "perFeature"): SplitDataset {
  const features = how === "overall" ? 1 : sizeOf(split.train.inputShape);
  const scale = scaleOf(split.train, features);
  return { train: rescaled(split.train, scale), validation: rescaled(split.validation, scale) };
}
