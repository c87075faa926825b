import {
  add,
  clone,
  mul,
  sub,
  tidy,
  type Scalar,
  type Tensor,
  type Variable,
} from "@tensorflow/tfjs-core";
import { int, float } from "../../space/index.ts";
import { defineWrapper } from "./support/define.ts";
import { count, searched, share } from "./support/hyperparameters.ts";
import {
  checkStateOf,
  innerState,
  Optimizer,
  variableNamed,
  type NamedGradients,
} from "./optimizer.ts";
import { SlotStore } from "./support/slot-store.ts";
import type { OptimizerState } from "./support/state.ts";

interface LookaheadValues {
  readonly k: number;
  readonly alpha: number;
}

class Lookahead extends Optimizer {
  readonly name: string;
  private readonly inner: Optimizer;
  private readonly values: LookaheadValues;
  private readonly store: SlotStore;

  constructor(inner: Optimizer, values: LookaheadValues) {
    super();
    this.name = `lookahead(${inner.name})`;
    this.inner = inner;
    this.values = values;
    this.store = new SlotStore(this.name);
  }

  get learningRate(): number {
    return this.inner.learningRate;
  }
  set learningRate(value: number) {
    this.inner.learningRate = value;
  }
  get maximize(): boolean {
    return this.inner.maximize;
  }
  get needs() {
    return this.inner.needs;
  }
  get variableNames(): readonly string[] {
    return this.inner.variableNames;
  }

  override minimize(f: () => Scalar, returnCost?: boolean, varList?: Variable[]): Scalar | null {
    const cost = this.inner.minimize(f, returnCost, varList);
    this.afterStep();
    return cost;
  }

  applyGradients(gradients: NamedGradients): void {
    this.inner.applyGradients(gradients);
    this.afterStep();
  }

  private afterStep(): void {
    this.incrementIterations();
    if (this.iterations % this.values.k !== 0) return;
    const variables = this.variableNames.map(variableNamed);
    this.store.adopt(variables);
    for (const variable of variables) tidy(() => this.synchronise(variable));
  }

  private synchronise(variable: Variable): void {
    const memory = this.store.get(variable);
    const old: Tensor | undefined = memory?.slots.slow;
    const slow = old ? add(old, mul(sub(variable, old), this.values.alpha)) : clone(variable);
    this.store.set(variable, { step: (memory?.step ?? 0) + 1, slots: { slow } });
    if (old) variable.assign(clone(slow));
  }

  async saveState(): Promise<OptimizerState> {
    return {
      optimizer: this.name,
      iterations: this.iterations,
      learningRate: this.learningRate,
      variables: await this.store.save(),
      inner: await this.inner.saveState(),
    };
  }

  restoreState(state: OptimizerState): void {
    checkStateOf(this.name, state);
    this.iterations_ = state.iterations;
    this.store.restore(state.variables);
    this.inner.restoreState(innerState(state));
  }

  getConfig() {
    return { name: this.name, ...this.values, inner: this.inner.getConfig() };
  }

  override dispose(): void {
    this.store.dispose();
    this.inner.dispose();
  }
}

/**
 * Lookahead (Zhang, Lucas, Hinton and Ba 2019, algorithm 1) over any optimizer: after every k of
 * its steps the slow weights φ follow and the fast ones restart there, φ ← φ + α(θ − φ), θ ← φ.
 * As in timm, φ starts where the first k steps end (the paper: where they start). It owns the
 * inner optimizer: dispose of the wrapper alone.
 *
 * @example
 * ```ts
 * import { adamw, lookahead } from "hpo/tfjs";
 *
 * const optimizer = lookahead(adamw({ learningRate: 3e-3 }), { k: 5 });
 * ```
 */
export const lookahead = defineWrapper(
  "lookahead",
  {
    k: searched(6, "averaging", count, int(2, 20, { log: true }), "lookaheadK"),
    alpha: searched(0.5, "averaging", share, float(0.1, 0.9), "lookaheadAlpha"),
  },
  (inner, values) => new Lookahead(inner, values),
);
