import { add, mul, neg, sub, tidy, type Tensor, type Variable } from "@tensorflow/tfjs-core";
import { clip, type Clipping } from "./clipping.ts";
import {
  checkLearningRate,
  checkStateOf,
  gradientsOfVariables,
  Optimizer,
  type NamedGradients,
} from "../optimizer.ts";
import type { Rule } from "../rule.ts";
import { SlotStore } from "./slot-store.ts";
import type { OptimizerState } from "./state.ts";

/**
 * Where weight decay λ enters: "coupled" adds λθ to the gradient (L2), "decoupled" shrinks θ by
 * 1 − ηλ, "rule" leaves it to the rule. A `decoupledWeightDecay` flag chooses between the first two.
 */
export type DecayPlace = "coupled" | "decoupled" | "rule";

/** What this class reads of an optimizer's hyperparameters. */
export interface RuleValues extends Clipping {
  readonly learningRate: number;
  readonly maximize: boolean;
  readonly weightDecay?: number;
  readonly decoupledWeightDecay?: boolean;
}

/** Runs an update rule over all variables; everything that the rules share is here. */
export class RuleOptimizer extends Optimizer {
  readonly name: string;
  readonly maximize: boolean;
  readonly needs = "gradients";
  private readonly values: RuleValues;
  private readonly rule: Rule;
  private readonly coupledDecay: number;
  private readonly decoupledDecay: number;
  private readonly store: SlotStore;
  private rate: number;

  constructor(name: string, values: RuleValues, rule: Rule, decay: DecayPlace) {
    super();
    this.name = name;
    this.values = values;
    this.rule = rule;
    this.maximize = values.maximize;
    const lambda = decay === "rule" ? 0 : (values.weightDecay ?? 0);
    const decoupled = values.decoupledWeightDecay ?? decay === "decoupled";
    this.coupledDecay = decoupled ? 0 : lambda;
    this.decoupledDecay = decoupled ? lambda : 0;
    this.store = new SlotStore(name);
    this.rate = checkLearningRate(name, values.learningRate);
  }

  get learningRate(): number {
    return this.rate;
  }
  set learningRate(value: number) {
    this.rate = checkLearningRate(this.name, value);
  }

  get variableNames(): readonly string[] {
    return this.store.names;
  }

  applyGradients(gradients: NamedGradients): void {
    const given = gradientsOfVariables(gradients);
    this.store.adopt(given.map(({ variable }) => variable));
    tidy(() => {
      const signed = given.map(({ gradient }) => (this.maximize ? neg(gradient) : gradient));
      const clipped = clip(signed, this.values);
      given.forEach(({ variable }, index) => this.update(variable, clipped[index]));
    });
    this.incrementIterations();
  }

  private update(variable: Variable, gradient: Tensor): void {
    tidy(() => {
      const { rate: learningRate, coupledDecay, decoupledDecay } = this;
      const memory = this.store.get(variable);
      const step = (memory?.step ?? 0) + 1;
      const { update, slots } = this.rule.update({
        gradient: coupledDecay ? add(gradient, mul(variable, coupledDecay)) : gradient,
        parameter: variable,
        slots: memory?.slots ?? this.rule.init(variable, learningRate),
        step,
        learningRate,
      });
      const shrunk = decoupledDecay ? mul(variable, 1 - learningRate * decoupledDecay) : variable;
      this.store.set(variable, { step, slots });
      variable.assign(sub(shrunk, update));
    });
  }

  async saveState(): Promise<OptimizerState> {
    return {
      optimizer: this.name,
      iterations: this.iterations,
      learningRate: this.rate,
      variables: await this.store.save(),
    };
  }

  restoreState(state: OptimizerState): void {
    checkStateOf(this.name, state);
    this.learningRate = state.learningRate;
    this.iterations_ = state.iterations;
    this.store.restore(state.variables);
  }

  getConfig() {
    return { name: this.name, ...this.values, learningRate: this.rate };
  }

  override dispose(): void {
    this.store.dispose();
  }
}
