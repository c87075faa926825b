import { dispose, type Scalar, type Variable } from "@tensorflow/tfjs-core";
import { HpoError } from "../../errors.ts";
import { evaluatedAgain, needsClosure } from "./closure.ts";
import { defineFactory } from "./define.ts";
import { dot, flatten, largest, plus, times, unflatten } from "./flat-vector.ts";
import { count, fixed, flag, learningRate, type ValuesOf } from "./hyperparameters.ts";
import { direction, remember, type Curvature } from "./lbfgs-history.ts";
import { checkLearningRate, checkStateOf, gradientsOfVariables, Optimizer } from "./optimizer.ts";
import { loadArray, saveArray, type OptimizerState, type SavedArray } from "./state.ts";
import { strongWolfe, type LinePoint } from "./strong-wolfe.ts";

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

/** Where the last iteration ended: what the next pair of the history is taken from. */
interface Arrival {
  readonly move: Float64Array;
  readonly gradient: Float64Array;
}

class Lbfgs extends Optimizer {
  readonly name = "lbfgs";
  readonly needs = "closure";
  readonly maximize: boolean;
  variableNames: readonly string[] = [];
  private readonly values: ValuesOf<typeof hyperparameters>;
  private rate: number;
  private history: readonly Curvature[] = [];
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
    const { value, grads } = this.computeGradients(f, varList);
    const variables = this.sameVariables(gradientsOfVariables(grads));
    const sign = this.maximize ? -1 : 1;
    const start = {
      loss: sign * value.dataSync()[0],
      gradient: times(
        flatten(variables, ({ name }) => grads[name]),
        sign,
      ),
    };
    dispose(grads);
    const again = evaluatedAgain(f);
    this.iterate(variables, start, (x) => {
      unflatten(x, variables);
      const { value: loss, grads: gradients } = this.computeGradients(again, variables);
      const result = {
        loss: sign * loss.dataSync()[0],
        gradient: times(
          flatten(variables, ({ name }) => gradients[name]),
          sign,
        ),
      };
      dispose([loss, gradients]);
      return result;
    });
    this.incrementIterations();
    if (returnCost) return value;
    value.dispose();
    return null;
  }

  private iterate(variables: readonly Variable[], start: Evaluation, evaluate: Evaluate): void {
    const { maxIterations, toleranceGradient, toleranceChange, historySize } = this.values;
    let x = flatten(variables, (variable) => variable);
    let { loss, gradient } = start;
    let evaluationsLeft = Math.floor((maxIterations * 5) / 4) - 1;
    for (let i = 0; i < maxIterations && evaluationsLeft > 0; i++) {
      if (largest(gradient) <= toleranceGradient) break;
      if (this.arrival) {
        const change = plus(gradient, this.arrival.gradient, -1);
        this.history = remember(this.history, { move: this.arrival.move, change }, historySize);
      }
      const d = direction(this.history, gradient);
      const slope = dot(gradient, d);
      if (!(slope <= -toleranceChange)) break;
      const from = x;
      const { point, evaluations } = strongWolfe(
        { step: 0, value: loss, slope, gradient },
        this.arrival ? this.rate : Math.min(1, 1 / absoluteSum(gradient)) * this.rate,
        (step): LinePoint => {
          const there = evaluate(plus(from, d, step));
          const slopeThere = dot(there.gradient, d);
          return { step, value: there.loss, slope: slopeThere, gradient: there.gradient };
        },
        {
          maxEvaluations: evaluationsLeft,
          tolerance: toleranceChange,
          directionSize: largest(d),
        },
      );
      evaluationsLeft -= evaluations;
      const move = times(d, point.step);
      this.arrival = { move, gradient };
      x = plus(from, move);
      const progress = Math.abs(point.value - loss);
      ({ value: loss, gradient } = point);
      if (largest(move) <= toleranceChange || progress < toleranceChange) break;
    }
    unflatten(x, variables);
  }

  /** @throws HpoError if the history belongs to other variables. */
  private sameVariables(given: readonly { readonly variable: Variable }[]): Variable[] {
    const variables = given.map(({ variable }) => variable);
    const size = variables.reduce((sum, variable) => sum + variable.size, 0);
    const known = this.arrival?.gradient.length;
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
    const memory: Record<string, SavedArray> = {};
    const put = (name: string, array: Float64Array) => {
      memory[name] = saveArray(array, [array.length]);
    };
    this.history.forEach(({ move, change }, i) => {
      put(`move${i}`, move);
      put(`change${i}`, change);
    });
    if (this.arrival) {
      put("lastMove", this.arrival.move);
      put("lastGradient", this.arrival.gradient);
    }
    return {
      optimizer: this.name,
      iterations: this.iterations,
      learningRate: this.rate,
      variables: [],
      memory,
    };
  }

  restoreState(state: OptimizerState): void {
    checkStateOf(this.name, state);
    const memory = state.memory ?? {};
    const get = (name: string) => loadArray(memory[name]) as Float64Array;
    this.learningRate = state.learningRate;
    this.iterations_ = state.iterations;
    this.history = [];
    for (let i = 0; `move${i}` in memory; i++) {
      this.history = [...this.history, { move: get(`move${i}`), change: get(`change${i}`) }];
    }
    this.arrival =
      "lastMove" in memory ? { move: get("lastMove"), gradient: get("lastGradient") } : undefined;
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

const absoluteSum = (a: Float64Array): number => a.reduce((sum, x) => sum + Math.abs(x), 0);

/**
 * L-BFGS (Liu and Nocedal 1989; Nocedal and Wright 2006, algorithm 7.5) with a strong-Wolfe line
 * search, as torch.optim.LBFGS(line_search_fn="strong_wolfe"): one `minimize(() => loss)` is up to
 * `maxIterations` iterations and 5/4 as many evaluations. For full batches: the loss must be the
 * same function at every evaluation, so in `model.fit` set batchSize to the size of the data set.
 * The history lives in double precision on the CPU; each evaluation waits for the device.
 */
export const lbfgs = defineFactory("lbfgs", hyperparameters, (values) => new Lbfgs(values));
