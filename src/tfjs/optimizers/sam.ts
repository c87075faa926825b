import {
  add,
  clone,
  div,
  dispose,
  mul,
  tidy,
  type Scalar,
  type Variable,
} from "@tensorflow/tfjs-core";
import { HpoError } from "../../errors/errors.ts";
import { float } from "../../space/index.ts";
import { globalNorm } from "./support/clipping.ts";
import { evaluatedAgain, needsClosure } from "./support/closure.ts";
import { defineWrapper } from "./support/define.ts";
import { positive, searched } from "./support/hyperparameters.ts";
import {
  checkStateOf,
  gradientsOfVariables,
  innerState,
  Optimizer,
  type NamedGradients,
} from "./optimizer.ts";
import type { OptimizerState } from "./support/state.ts";

class Sam extends Optimizer {
  readonly name: string;
  readonly needs = "closure";
  private readonly inner: Optimizer;
  private readonly rho: number;

  constructor(inner: Optimizer, rho: number) {
    super();
    if (inner.needs === "closure") {
      throw new HpoError(
        `sam steps ${inner.name} by gradients, but ${inner.name} evaluates the loss itself. ` +
          "Wrap an optimizer that steps on gradients, such as momentum or adamw.",
      );
    }
    this.name = `sam(${inner.name})`;
    this.inner = inner;
    this.rho = rho;
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
  get variableNames(): readonly string[] {
    return this.inner.variableNames;
  }

  override minimize(f: () => Scalar, returnCost = false, varList?: Variable[]): Scalar | null {
    const { value, grads } = this.computeGradients(f, varList);
    const restore = this.perturb(grads);
    dispose(grads);
    let sharpGradients: NamedGradients;
    try {
      const perturbed = this.computeGradients(evaluatedAgain(f), varList);
      perturbed.value.dispose();
      sharpGradients = perturbed.grads;
    } finally {
      restore();
    }
    this.inner.applyGradients(sharpGradients);
    this.incrementIterations();
    dispose(sharpGradients);
    if (returnCost) return value;
    value.dispose();
    return null;
  }

  /** θ ← θ + ρ g / ‖g‖ (downhill when maximising); gives back the way home. */
  private perturb(gradients: NamedGradients): () => void {
    const given = gradientsOfVariables(gradients);
    const home = given.map(({ variable }) => ({ variable, value: clone(variable) }));
    const rho = this.maximize ? -this.rho : this.rho;
    tidy(() => {
      const norm = globalNorm(given.map(({ gradient }) => gradient));
      const scale = div(rho, add(norm, 1e-12));
      for (const { variable, gradient } of given) {
        variable.assign(add(variable, mul(gradient, scale)));
      }
    });
    return () => {
      for (const { variable, value } of home) {
        variable.assign(value);
        value.dispose();
      }
    };
  }

  applyGradients(): void {
    throw needsClosure(this.name, "takes the gradient at two points of each step");
  }

  async saveState(): Promise<OptimizerState> {
    return {
      optimizer: this.name,
      iterations: this.iterations,
      learningRate: this.learningRate,
      variables: [],
      inner: await this.inner.saveState(),
    };
  }

  restoreState(state: OptimizerState): void {
    checkStateOf(this.name, state);
    this.iterations_ = state.iterations;
    this.inner.restoreState(innerState(state));
  }

  getConfig() {
    return { name: this.name, rho: this.rho, inner: this.inner.getConfig() };
  }

  override dispose(): void {
    this.inner.dispose();
  }
}

/**
 * Sharpness-aware minimisation (Foret, Kleiner, Mobahi and Neyshabur 2021, algorithm 1) over any
 * optimizer that steps on gradients: the gradient is taken at the worst point near by,
 *
 *   ε = ρ ∇f(θ) / ‖∇f(θ)‖,   θ ← inner step at θ with ∇f(θ + ε)
 *
 * Each step evaluates the loss twice, so it runs by `minimize` (also in `model.fit`), not by
 * `applyGradients`. Layers with a state of their own (batch normalisation's averages) see both
 * evaluations. It owns the inner optimizer: dispose of the wrapper alone.
 *
 * @example
 * ```ts
 * import { momentum, sam } from "hpo/tfjs";
 *
 * const optimizer = sam(momentum({ learningRate: 0.05 }), { rho: 0.05 });
 * ```
 */
export const sam = defineWrapper(
  "sam",
  {
    rho: searched(0.05, "perturbation", positive, float(5e-3, 0.5, { log: true }), "samRho"),
  },
  (inner, { rho }) => new Sam(inner, rho),
);
