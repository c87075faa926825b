import { norm } from "../../numerics/vectors.ts";
import * as tf from "@tensorflow/tfjs-core";
import type { OwnUpdate } from "../../theory/probe/problem.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import { assignFlat, flatten, unflatten } from "../second-order/index.ts";
import type { Subject } from "./spec.ts";
import { gradientsByName, takeStep } from "./step.ts";

/** One update by a given gradient; the weights go back to `home`. */
export function feed(
  optimizer: Optimizer,
  subject: Subject,
  gradient: Float64Array,
  home: Float64Array,
): void {
  applyFlat(optimizer, subject, gradient);
  assignFlat(subject.variables, home);
}

/**
 * u = −Δw/η of one update from the optimizer's state; the weights go back to `home`. η is a power
 * of two at which Δw is about as large as w: smaller ones would drown in w's rounding.
 */
export function ownUpdate(
  optimizer: Optimizer,
  subject: Subject,
  batch: number,
  gradient: Float64Array,
  home: Float64Array,
): OwnUpdate {
  const rate = optimizer.name.endsWith("lbfgs") ? 1 : readableRate(home, gradient);
  optimizer.learningRate = rate;
  try {
    let gradients = 0;
    if (optimizer.needs === "closure") gradients = takeStep(optimizer, subject, batch).gradients;
    else applyFlat(optimizer, subject, gradient);
    const moved = flatten(subject.variables);
    return { update: moved.map((value, i) => (home[i] - value) / rate), gradients };
  } finally {
    assignFlat(subject.variables, home);
  }
}

function applyFlat(optimizer: Optimizer, subject: Subject, gradient: Float64Array): void {
  const tensors = unflatten(gradient, subject.variables);
  optimizer.applyGradients(gradientsByName(subject, tensors));
  tf.dispose(tensors);
}

function readableRate(weights: Float64Array, gradient: Float64Array): number {
  const ratio = norm(weights) / norm(gradient);
  return Number.isFinite(ratio) && ratio > 1 ? 2 ** Math.min(40, Math.ceil(Math.log2(ratio))) : 1;
}
