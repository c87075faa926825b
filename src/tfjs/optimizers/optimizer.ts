// tfjs-core's build for Node leaves the gradients out; importing the layers registers them.
import "@tensorflow/tfjs-layers";
import {
  engine,
  Optimizer as TensorFlowOptimizer,
  type NamedTensorMap,
  type Tensor,
  type Variable,
} from "@tensorflow/tfjs-core";
import { HpoError } from "../../errors/errors.ts";
import type { OptimizerState } from "./support/state.ts";

/** Gradients by variable name, as `computeGradients` gives them. */
export type NamedGradients = NamedTensorMap | { readonly name: string; readonly tensor: Tensor }[];

/**
 * The contract of every optimizer here. Each one is a `tf.Optimizer`: pass it to
 * `model.compile({ optimizer })`, or step by hand with `minimize(() => loss)` or
 * `applyGradients(gradients)`. It owns tensors; `dispose()` frees them.
 */
export abstract class Optimizer extends TensorFlowOptimizer {
  static get className(): string {
    return "HpoOptimizer";
  }
  /** The name it is registered under; a wrapper's is like `lookahead(adamw)`. */
  abstract readonly name: string;
  /** May be set between steps; schedules do. ≥ 0. */
  abstract learningRate: number;
  /** Whether it climbs the function instead of descending. */
  abstract readonly maximize: boolean;
  /** What it steps on: one gradient, or the loss, which it evaluates several times a step. */
  abstract readonly needs: "gradients" | "closure";
  /** The variables that it has updated so far, in the order in which it met them. */
  abstract readonly variableNames: readonly string[];
  /** Everything that the next steps depend on, but for the variables themselves, as plain JSON. */
  abstract saveState(): Promise<OptimizerState>;
  /**
   * Goes on where `saveState` stopped: with the same variables and gradients the next steps have
   * the same bits. Variables are found by name; if none of the names fit (a model built anew in
   * the same process is numbered anew), by their order.
   * @throws HpoError if the state is another optimizer's.
   */
  abstract restoreState(state: OptimizerState): void;

  override getWeights(): Promise<never> {
    return Promise.reject(withoutWeights(this.name));
  }
  override setWeights(): Promise<never> {
    return Promise.reject(withoutWeights(this.name));
  }
}

const withoutWeights = (name: string): HpoError =>
  new HpoError(
    `${name} does not save its memory as weights. Save the model without its optimizer and keep ` +
      "saveState() beside it.",
  );

/** The engine's variable of this name. */
export function variableNamed(name: string): Variable {
  const variable = engine().registeredVariables[name];
  if (!variable) {
    throw new HpoError(
      `There is no variable "${name}" to update. Name gradients after live tf.variable()s.`,
    );
  }
  return variable;
}

/** The gradients that exist, with their variables. */
export function gradientsOfVariables(
  gradients: NamedGradients,
): { readonly variable: Variable; readonly gradient: Tensor }[] {
  const named = Array.isArray(gradients)
    ? gradients
    : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
  return named
    .filter(({ tensor }) => (tensor as Tensor | null | undefined) != null)
    .map(({ name, tensor }) => ({ variable: variableNamed(name), gradient: tensor }));
}

/** @throws HpoError unless the learning rate is a finite number ≥ 0. */
export function checkLearningRate(optimizer: string, learningRate: number): number {
  if (!(Number.isFinite(learningRate) && learningRate >= 0)) {
    throw new HpoError(
      `${optimizer}: learningRate=${learningRate} is not a finite number ≥ 0. ` +
        "Check the schedule or the search space it comes from.",
    );
  }
  return learningRate;
}

/** @throws HpoError if the wrapper's state has none of the wrapped optimizer. */
export function innerState(state: OptimizerState): OptimizerState {
  if (!state.inner) {
    throw new HpoError(
      `The state of "${state.optimizer}" lacks its inner state. Restore what saveState() gave.`,
    );
  }
  return state.inner;
}

/** @throws HpoError unless the state was saved by an optimizer of this name. */
export function checkStateOf(optimizer: string, state: OptimizerState): void {
  if (state.optimizer !== optimizer) {
    throw new HpoError(
      `This state was saved by "${state.optimizer}" and can't be restored into "${optimizer}". ` +
        "Build the optimizer that saved it.",
    );
  }
}
