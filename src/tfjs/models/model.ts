import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import type { Rng } from "../../numerics/rng.ts";

export interface ApplyContext {
  /** Dropout is on, batch statistics are the batch's own. */
  readonly training: boolean;
  /**
   * Randomness of this step alone (dropout masks). It depends on the seed and the step, not on
   * what was drawn before, so that a resumed run draws the same masks.
   */
  readonly rng: Rng;
}

/** What the trainer trains: variables, and a function of them. */
export interface Model {
  /** What the optimizer moves, in a fixed order. */
  readonly variables: readonly Variable[];
  /** What training changes without gradients (moving averages); a checkpoint keeps it. */
  readonly buffers?: readonly Variable[];
  /** [batch, …input] → [batch, …output]; classifiers give logits. */
  apply(inputs: Tensor, context: ApplyContext): Tensor;
  dispose(): void;
}
