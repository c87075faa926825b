import type * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { HpoError } from "../../errors/errors.ts";
import { createRng } from "../../numerics/rng.ts";
import type { Batch } from "../data/on-device.ts";
import { crossEntropy, meanSquaredError, type Loss } from "../losses.ts";
import { fromLayersModel } from "../models/layers-model.ts";
import type { Model } from "../models/model.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import type { CurvatureOptions } from "../second-order/index.ts";
import { batchesOfTensors, type BatchTensors, type ProbeBatches } from "./batches.ts";

interface CommonSpec {
  /** One of "hpo/tfjs", as it will train; or the name of one, with its usual settings. */
  readonly optimizer: Optimizer | string;
  /** How Hessian-vector products are made. Default "exact". */
  readonly products?: CurvatureOptions["products"];
  /** Of dropout masks. Default 0. */
  readonly seed?: number;
}

/** A model, what it is judged by, and the batches that it learns from. */
export interface ModelProbeSpec extends CommonSpec {
  readonly model: Model | LayersModel;
  /** Mean over a batch. Default: cross-entropy for int32 targets, else mean squared error. */
  readonly loss?: Loss;
  readonly batches: ProbeBatches | readonly BatchTensors[];
}

/** Any loss of variables; without batches, one and the same at every call. */
export interface LossProbeSpec extends CommonSpec {
  readonly variables: readonly tf.Variable[];
  /** Gets the batch where there are batches. */
  readonly loss: (batch?: Batch) => tf.Scalar;
  readonly batches?: ProbeBatches | readonly BatchTensors[];
}

/** What a study's `probe` gives for TensorFlow.js. */
export type ProbeSpec = ModelProbeSpec | LossProbeSpec;

/** A spec in one form: a loss of variables on batches. */
export interface Subject {
  readonly variables: readonly tf.Variable[];
  /** What evaluating the loss may change besides: moving averages. */
  readonly buffers: readonly tf.Variable[];
  readonly batches: ProbeBatches;
  /** Whether examples exist; else the one loss stands for the whole. */
  readonly hasExamples: boolean;
  readonly products: CurvatureOptions["products"];
  /** The mean loss on a batch; the same masks at every call with one index. */
  lossOn(batch: Batch | undefined, index: number): tf.Scalar;
  dispose(): void;
}

/** @throws HpoError naming what the spec lacks */
export function subjectOf(spec: ProbeSpec): Subject {
  checkSpec(spec);
  const { products = "exact" } = spec;
  const hasExamples = spec.batches !== undefined;
  const batches = batchesIn(spec.batches);
  const common = { batches, hasExamples, products };
  if (!("model" in spec)) {
    const { variables, loss } = spec;
    return {
      ...common,
      variables,
      buffers: [],
      lossOn: (batch) => loss(batch),
      dispose: () => batches.dispose(),
    };
  }
  const model = modelOf(spec.model);
  return {
    ...common,
    variables: model.variables,
    buffers: model.buffers ?? [],
    lossOn: modelLoss(spec, model),
    dispose() {
      batches.dispose();
      model.dispose();
    },
  };
}

function modelLoss({ loss, seed = 0 }: ModelProbeSpec, model: Model): Subject["lossOn"] {
  return (batch, index) => {
    const { inputs, targets } = batch as Batch;
    const judge = loss ?? (targets.dtype === "int32" ? crossEntropy : meanSquaredError);
    const rng = createRng(seed, "probe", index);
    return judge(model.apply(inputs, { training: true, rng }), targets);
  };
}

/** A layers model knows its trainable weights; ours is a `Model` already. */
const modelOf = (model: Model | LayersModel): Model =>
  "trainableWeights" in model ? fromLayersModel(model) : model;

function batchesIn(given: ProbeSpec["batches"]): ProbeBatches {
  if (given === undefined) return noExamples;
  return "at" in given && "batchSize" in given ? given : batchesOfTensors(given);
}

const noExamples: ProbeBatches = {
  batchSize: 1,
  distinct: 1,
  examples: Infinity,
  at: () => {
    throw new HpoError("This probe has no batches.");
  },
  dispose: () => undefined,
};

function checkSpec(spec: ProbeSpec): void {
  const given: Readonly<Record<string, unknown>> = { ...spec };
  const keys = Object.keys(given).join(", ") || "nothing";
  const lack = (what: string): HpoError =>
    new HpoError(
      `A probe needs ${what}; got ${keys}. ` +
        "Give { model, loss, batches, optimizer }, or { variables, loss, optimizer }.",
    );
  if (given.optimizer === undefined) throw lack("an optimizer");
  if (given.model === undefined && given.variables === undefined) throw lack("a model");
  if (given.model !== undefined && given.batches === undefined) throw lack("batches");
  if (given.model === undefined && typeof given.loss !== "function") throw lack("a loss");
}
