import type { OptimizerFamily } from "../prior/prior-knowledge.ts";
import type { UpdateRule } from "../curvature/stability.ts";

/** A loss of one flat vector of weights, seen by mini-batches: what `measure` measures. */
export interface ProbeProblem {
  /** For the report: "tfjs 4.22.0, wasm". */
  readonly framework: string;
  /** Number of weights, d. */
  readonly size: number;
  /** B_ref: examples in each batch. 1 for a loss without examples. */
  readonly batchSize: number;
  /**
   * How many batches without an example in common there are; Infinity if they never end, 1 for a
   * loss without examples.
   */
  readonly batches: number;
  /** Examples to draw from, N; Infinity if that is not known. */
  readonly examples: number;
  /** Updates that the weights have seen. */
  readonly step: number;
  /** What one Hessian-vector product costs in gradients of its batch. */
  readonly gradientsPerProduct: number;
  /** w, [d]. */
  weights(): Float64Array;
  /** The mean loss and its gradient [d] on a batch: the same ones whenever its index is the same. */
  gradient(batch: number): Promise<LossAndGradient>;
  /** H·v [d] of that batch's loss. */
  hvp(batch: number, v: Float64Array): Promise<Float64Array>;
  /** Those that this framework knows by `names`; "own" stands for the study's. */
  optimizers(names: "own" | "all" | readonly string[]): readonly ProbeOptimizer[];
  /** What was taken for granted, in sentences. */
  readonly assumptions: readonly string[];
  /** Seconds on a clock that does not run backwards. */
  now(): number;
}

export interface LossAndGradient {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/** An optimizer whose update is probed at frozen weights. */
export interface ProbeOptimizer {
  /** "adamw", "lookahead(momentum)", … */
  readonly name: string;
  readonly family: OptimizerFamily;
  /** The learning rate that it was given. */
  readonly learningRate?: number;
  /** The one that its authors or its library start from. */
  readonly usualRate?: number;
  /** Its rule with its momentum and decay, or why it has no threshold. */
  readonly stability:
    | { readonly kind: "rule"; readonly rule: UpdateRule }
    | { readonly kind: "none"; readonly reason: string };
  /** For the report, in sentences. */
  readonly notes: readonly string[];
  /** Takes in a mini-batch's gradient, for rules that keep more of them than `moment`. */
  observe?(gradient: Float64Array): Promise<void>;
  /**
   * Puts its state where training would have it at these weights, had they stood still: ν and ḡ are
   * the means of the squared gradients and of the gradients over the batches seen.
   */
  seed(secondMoment: Float64Array, mean: Float64Array): Promise<void>;
  /**
   * u of w ← w − ηu, by the optimizer's own rule from its seeded state, momentum and weight decay
   * left out. The weights and the state stay as they were.
   */
  update(batch: number, gradient: Float64Array): Promise<OwnUpdate>;
  /**
   * Trains from these weights, one batch and one update for each learning rate, and puts the
   * weights back; stops where the loss is not finite. Left out where it takes no learning rate.
   */
  ramp?(learningRates: readonly number[]): Promise<LossRamp>;
  dispose(): void;
}

export interface LossRamp {
  /** Before each update that was made. */
  readonly losses: readonly number[];
  /** Gradients that it took. */
  readonly gradients: number;
}

export interface OwnUpdate {
  readonly update: Float64Array;
  /** Gradients that it took besides the given one. */
  readonly gradients: number;
}
