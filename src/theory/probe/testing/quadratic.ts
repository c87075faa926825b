import { createRng } from "../../../numerics/rng.ts";
import type { UpdateRule } from "../../curvature/stability.ts";
import type { ProbeOptimizer, ProbeProblem } from "../problem.ts";

export interface QuadraticOptions {
  /** H's diagonal. */
  readonly curvatures: readonly number[];
  readonly weights: readonly number[];
  /** One example's noise, sd per coordinate. Default 0. */
  readonly noise?: readonly number[];
  readonly batchSize?: number;
  /** Batches without an example in common. Default 1. */
  readonly batches?: number;
  /** Whether those are all the examples that there are. Default false. */
  readonly isAll?: boolean;
  /** Of the noise. Default 0. */
  readonly seed?: number;
  readonly optimizers?: readonly ProbeOptimizer[];
}

/** ½wᵀHw with noisy gradients: everything that is measured of it is known beforehand. */
export function quadratic(options: QuadraticOptions): ProbeProblem & { calls: () => number[] } {
  const {
    curvatures,
    weights,
    noise,
    batchSize = 1,
    batches = 1,
    isAll = false,
    seed = 0,
  } = options;
  const h = Float64Array.from(curvatures);
  const w = Float64Array.from(weights);
  let [gradients, products] = [0, 0];
  return {
    framework: "test",
    size: w.length,
    batchSize,
    batches,
    examples: isAll ? batches * batchSize : Infinity,
    step: 0,
    gradientsPerProduct: 3,
    weights: () => w,
    async gradient(batch) {
      gradients++;
      const rng = createRng(seed, batch % batches);
      const gradient = h.map(
        (value, i) => value * w[i] + ((noise?.[i] ?? 0) * rng.normal()) / Math.sqrt(batchSize),
      );
      return { loss: h.reduce((sum, value, i) => sum + (value * w[i] * w[i]) / 2, 0), gradient };
    },
    async hvp(_, v) {
      products++;
      return v.map((value, i) => value * h[i]);
    },
    optimizers: () => options.optimizers ?? [rule("sgd", { kind: "gradientDescent" })],
    assumptions: [],
    now: () => gradients + products,
    calls: () => [gradients, products],
  };
}

/** u = direction(g); SGD's if left out. */
export function rule(
  name: string,
  update: UpdateRule,
  direction: (gradient: Float64Array) => Float64Array = (gradient) => gradient,
): ProbeOptimizer {
  return {
    name,
    family: "sgd",
    usualRate: 0.01,
    stability: { kind: "rule", rule: update },
    notes: [],
    seed: async () => undefined,
    update: async (_, gradient) => ({ update: direction(gradient), gradients: 0 }),
    dispose: () => undefined,
  };
}
