import type { Scalar } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Optimizer } from "../optimizers/optimizer.ts";
import { lossAndGradient } from "../second-order/index.ts";
import type { Subject } from "./spec.ts";

/** Lets other work of the thread through: messages, signals, a progress line. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Runs `work` with the loss of one batch; its tensors are freed afterwards. */
export function onBatch<T>(subject: Subject, index: number, work: (loss: () => Scalar) => T): T {
  const batch = subject.hasExamples ? subject.batches.at(index) : undefined;
  try {
    return work(() => subject.lossOn(batch, index));
  } finally {
    batch?.inputs.dispose();
    batch?.targets.dispose();
  }
}

export interface StepTaken {
  /** Before the update. */
  readonly loss: number;
  /** Gradients that it took. */
  readonly gradients: number;
}

/** One update of the subject's variables on one batch. */
export const takeStep = (optimizer: Optimizer, subject: Subject, index: number): StepTaken =>
  onBatch(subject, index, (loss) =>
    optimizer.needs === "closure"
      ? stepByClosure(optimizer, subject, loss)
      : stepByGradients(optimizer, subject, loss),
  );

function stepByClosure(optimizer: Optimizer, subject: Subject, loss: () => Scalar): StepTaken {
  let gradients = 0;
  const counted = (): Scalar => {
    gradients++;
    return loss();
  };
  const first = tf.tidy(() => {
    const cost = optimizer.minimize(counted, true, [...subject.variables]) as Scalar;
    return cost.dataSync()[0];
  });
  return { loss: first, gradients };
}

function stepByGradients(optimizer: Optimizer, subject: Subject, loss: () => Scalar): StepTaken {
  const { value, gradients } = lossAndGradient(loss, subject.variables);
  try {
    optimizer.applyGradients(gradientsByName(subject, gradients));
    return { loss: value.dataSync()[0], gradients: 1 };
  } finally {
    tf.dispose([value, gradients]);
  }
}

/** Gradients as optimizers take them. */
export const gradientsByName = (
  subject: Subject,
  gradients: readonly tf.Tensor[],
): tf.NamedTensorMap =>
  Object.fromEntries(subject.variables.map(({ name }, i) => [name, gradients[i]]));
