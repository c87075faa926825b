import { assignFlat, flatten } from "../flat.ts";
import { dot, largestSize, plusScaled, scaled } from "../../numerics/vectors.ts";
import { dispose, type Scalar, type Variable } from "@tensorflow/tfjs-core";
import { HpoError } from "../../errors/errors.ts";
import { evaluatedAgain, needsClosure } from "./support/closure.ts";
import { defineFactory } from "./support/define.ts";
import { count, fixed, flag, learningRate, type ValuesOf } from "./support/hyperparameters.ts";
import {
  direction,
  loadHistory,
  rememberPair,
  saveHistory,
  type Arrival,
  type CurvaturePair,
} from "./support/lbfgs-history.ts";
import { checkLearningRate, checkStateOf, gradientsOfVariables, Optimizer } from "./optimizer.ts";
import type { OptimizerState } from "./support/state.ts";
import { strongWolfe, type LinePoint } from "./support/strong-wolfe.ts";

const hyperparameters = {
  /** Climb instead of descend. */
  maximize: flag(false),
  /** The first step that the line search tries. */
  learningRate: learningRate(1, 1e-2, 1),
  maxIterations: fixed(20, "form", count),
  /** Stops where max |∇f| is no larger. */
  toleranceGradient: fixed(1e-7, "form"),
  /** Stops where the move or the change of the loss is smaller. */
  toleranceChange: fixed(1e-9, "form"),
  historySize: fixed(100, "form", count),
};

class Lbfgs extends Optimizer {
  readonly name = "lbfgs";
  readonly needs = "closure";
  readonly maximize: boolean;
  variableNames: readonly string[] = [];
  private readonly values: ValuesOf<typeof hyperparameters>;
  private rate: number;
  private history: readonly CurvaturePair[] = [];
  private arrival: Arrival | undefined;

  constructor(values: ValuesOf<typeof hyperparameters>) {
    super();
    this.values = values;
    this.maximize = values.maximize;
    this.rate = checkLearningRate(this.name, values.learningRate);
  }

  get learningRate(): number {
    return this.rate;
  }
  set learningRate(value: number) {
    this.rate = checkLearningRate(this.name, value);
  }

  override minimize(f: () => Scalar, returnCost = false, varList?: Variable[]): Scalar | null {
    const first = this.computeGradients(f, varList);
    const variables = this.sameVariables(gradientsOfVariables(first.grads));
    const sign = this.maximize ? -1 : 1;
    const read = ({ value, grads }: typeof first): Evaluation => ({
      loss: sign * value.dataSync()[0],
      gradient: scaled(
        flatten(
          variables.map(({ name }) => grads[name]),
          variables,
        ),
        sign,
      ),
    });
    const again = evaluatedAgain(f);
    const start = read(first);
    dispose(first.grads);
    this.iterate(variables, start, (x) => {
      assignFlat(variables, x);
      const there = this.computeGradients(again, variables);
      const result = read(there);
      dispose([there.value, there.grads]);
      return result;
    });
    this.incrementIterations();
    if (returnCost) return first.value;
    first.value.dispose();
    return null;
  }

  private iterate(variables: readonly Variable[], start: Evaluation, evaluate: Evaluate): void {
    const { maxIterations, toleranceGradient, toleranceChange } = this.values;
    let x = flatten(variables);
    let { loss, gradient } = start;
    let evaluationsLeft = Math.floor((maxIterations * 5) / 4) - 1;
    try {
      for (let i = 0; i < maxIterations && evaluationsLeft > 0; i++) {
        if (!Number.isFinite(loss) || largestSize(gradient) <= toleranceGradient) break;
        const { d, slope, firstStep } = this.nextDirection(gradient);
        if (!(slope <= -toleranceChange)) break;
        const { point, evaluations } = strongWolfe(
          { step: 0, value: loss, slope, gradient },
          firstStep,
          along(x, d, evaluate),
          {
            maxEvaluations: evaluationsLeft,
            tolerance: toleranceChange,
            directionSize: largestSize(d),
          },
        );
        evaluationsLeft -= evaluations;
        const move = scaled(d, point.step);
        const progress = Math.abs(point.value - loss);
        this.arrival = { move, gradient };
        x = plusScaled(x, 1, move);
        ({ value: loss, gradient } = point);
        if (largestSize(move) <= toleranceChange || progress < toleranceChange) break;
      }
    } finally {
      // The last accepted point, also when the loss throws in the middle of a line search.
      assignFlat(variables, x);
    }
  }

  /** Learns from the last move; the direction from here and the first step to try along it. */
  private nextDirection(gradient: Float64Array) {
    if (this.arrival) {
      const change = plusScaled(gradient, -1, this.arrival.gradient);
      const pair = { move: this.arrival.move, change };
      this.history = rememberPair(this.history, pair, this.values.historySize);
      this.arrival = undefined;
    }
    const d = direction(this.history, gradient);
    const scale = this.history.length > 0 ? 1 : Math.min(1, 1 / absoluteSum(gradient));
    return { d, slope: dot(gradient, d), firstStep: this.rate * scale };
  }

  /** @throws HpoError if the history belongs to other variables. */
  private sameVariables(given: readonly { readonly variable: Variable }[]): Variable[] {
    const variables = given.map(({ variable }) => variable);
    const size = variables.reduce((sum, variable) => sum + variable.size, 0);
    const known = (this.arrival ?? this.history[0])?.move.length;
    if (known !== undefined && known !== size) {
      throw new HpoError(
        `lbfgs remembers ${known} parameters, but the loss now has ${size}. ` +
          "Use one optimizer per set of variables.",
      );
    }
    this.variableNames = variables.map(({ name }) => name);
    return variables;
  }

  applyGradients(): void {
    throw needsClosure(this.name, "searches along a line for each step");
  }

  async saveState(): Promise<OptimizerState> {
    return {
      optimizer: this.name,
      iterations: this.iterations,
      learningRate: this.rate,
      variables: [],
      memory: saveHistory(this.history, this.arrival),
    };
  }

  restoreState(state: OptimizerState): void {
    checkStateOf(this.name, state);
    this.learningRate = state.learningRate;
    this.iterations_ = state.iterations;
    ({ history: this.history, arrival: this.arrival } = loadHistory(state.memory ?? {}));
  }

  getConfig() {
    return { name: this.name, ...this.values, learningRate: this.rate };
  }

  override dispose(): void {
    this.history = [];
    this.arrival = undefined;
  }
}

interface Evaluation {
  readonly loss: number;
  readonly gradient: Float64Array;
}
type Evaluate = (x: Float64Array) => Evaluation;

/** The loss along the line x + t d. */
const along =
  (x: Float64Array, d: Float64Array, evaluate: Evaluate) =>
  (step: number): LinePoint => {
    const { loss, gradient } = evaluate(plusScaled(x, step, d));
    return { step, value: loss, slope: dot(gradient, d), gradient };
  };

const absoluteSum = (a: Float64Array): number => a.reduce((sum, x) => sum + Math.abs(x), 0);

/**
 * L-BFGS (Liu and Nocedal 1989; Nocedal and Wright 2006, algorithm 7.5) with a strong-Wolfe line
 * search, as torch.optim.LBFGS(line_search_fn="strong_wolfe"): one `minimize(() => loss)` is up to
 * `maxIterations` iterations and 5/4 as many evaluations. For full batches: the loss must be the
 * same function at every evaluation, so in `model.fit` set batchSize to the size of the data set.
 * The history lives in double precision on the CPU; each evaluation waits for the device.
 *
 * @example
 * ```ts
 * import { lbfgs } from "hpo/tfjs";
 *
 * const optimizer = lbfgs({ maxIterations: 20 });
 * ```
 */
export const lbfgs = defineFactory("lbfgs", hyperparameters, (values) => new Lbfgs(values));
