import type { Tensor } from "@tensorflow/tfjs-core";
import type { Slots } from "./support/slot-store.ts";

/** What a rule sees when it updates one variable. */
export interface RuleInput<S> {
  /** ∇f at the parameter: already negated to maximise, clipped, with L2 decay added. */
  readonly gradient: Tensor;
  readonly parameter: Tensor;
  readonly slots: S;
  /** t = 1, 2, … : which update of this variable it is. */
  readonly step: number;
  /** η of this step. */
  readonly learningRate: number;
}

/** The next parameter is θ − update (with decoupled decay: (1 − ηλ)θ − update). */
export interface RuleOutput<S> {
  readonly update: Tensor;
  readonly slots: S;
}

/**
 * How an optimizer updates one variable: a pure function of the gradient and of the slots, which
 * hold what it remembers of this variable. Runs inside a tidy; slots that it passes through
 * unchanged stay, those that it replaces are freed.
 */
export interface Rule<S extends Slots = Slots> {
  /** The slots before the first update. */
  init(parameter: Tensor, learningRate: number): S;
  update(input: RuleInput<S>): RuleOutput<S>;
}
