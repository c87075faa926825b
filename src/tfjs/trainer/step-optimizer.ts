import type { NamedTensorMap, Scalar, Variable } from "@tensorflow/tfjs-core";

/** What the trainer asks of an optimizer; those of "hpo/tfjs" have it all. */
export interface StepOptimizer {
  learningRate: number;
  /** "closure" if it evaluates the loss itself and can't step on given gradients. */
  readonly needs?: "gradients" | "closure";
  /** One update by the gradients, keyed by the variables' names. */
  applyGradients(gradients: NamedTensorMap): void;
  /** One update that evaluates the loss as often as it likes; returns the first loss. */
  minimize(loss: () => Scalar, returnCost: boolean, variables: Variable[]): Scalar | null;
}
