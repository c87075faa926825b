import type { Rng } from "../../numerics/rng.ts";
import type { Hvp } from "../curvature/hvp.ts";
import { lanczos } from "../curvature/lanczos.ts";
import { preconditionedHvp } from "../curvature/preconditioner.ts";
import {
  learningRateEdge,
  stability,
  type UpdateRule,
  type WeightDecay,
} from "../curvature/stability.ts";
import { plusScaled } from "../../numerics/vectors.ts";
import type { GradientBudget } from "./gradient-budget.ts";
import type { OptimizerMeasurement, SharpnessMeasurement } from "./measurement.ts";
import type { ProbeOptimizer } from "./problem.ts";

/** Enough for a prior; the error is about its square once the right eigenvalue has settled. */
const TOLERANCE = 0.05;
const MOST_PRODUCTS = 20;
/** On a digits MLP, 1 start in 25 settled on the second eigenvalue in 5 or 6 steps, none in 8. */
const MIN_PRODUCTS = 8;
/** Fewer steps of Lanczos can't be judged to have settled. */
const LEAST_PRODUCTS = 3;

/** λ_max of H + wI, or of P^-½(H + wI)P^-½, remembered by w and P (up to a factor). */
export interface SharpnessMeter {
  /**
   * @param p P's diagonal; Infinity where w is fixed
   * @param least products below which it is not begun
   * @returns undefined where the budget does not reach
   */
  measure(
    decay: number,
    p?: Float64Array,
    least?: number,
  ): Promise<SharpnessMeasurement | undefined>;
}

interface Known {
  readonly decay: number;
  readonly p?: Float64Array;
  readonly sharpness: SharpnessMeasurement;
}

export function sharpnessMeter(budget: GradientBudget, rng: Rng): SharpnessMeter {
  const known: Known[] = [];
  return {
    async measure(decay, p, least = LEAST_PRODUCTS) {
      for (const one of known) {
        const factor = one.decay === decay ? ratio(one.p, p) : undefined;
        // P twice as large: half the eigenvalues.
        if (factor !== undefined) return scaledBy(one.sharpness, 1 / factor);
      }
      const maxSteps = Math.min(MOST_PRODUCTS, budget.affordable, budget.problem.size);
      if (maxSteps < Math.min(least, budget.problem.size)) return undefined;
      budget.begin(p ? "λ_max of P⁻¹H" : "λ_max");
      const options = {
        dimension: budget.problem.size,
        minSteps: MIN_PRODUCTS,
        maxSteps,
        tolerance: TOLERANCE,
      };
      const start = rng.fork("lanczos", known.length);
      const result = await lanczos(operator(budget, decay, p), { ...options, rng: start });
      const { lambdaMax: value, residual, steps: products, converged } = result;
      const sharpness = { value, residual, products, converged };
      known.push({ decay, p, sharpness });
      return sharpness;
    },
  };
}

function operator(budget: GradientBudget, decay: number, p: Float64Array | undefined): Hvp {
  const plain: Hvp = async (v) => {
    const product = await budget.hvp(0, v);
    return decay === 0 ? product : plusScaled(product, decay, v);
  };
  return p ? preconditionedHvp(plain, p) : plain;
}

const scaledBy = (sharpness: SharpnessMeasurement, factor: number): SharpnessMeasurement => ({
  ...sharpness,
  value: sharpness.value * factor,
  residual: sharpness.residual * factor,
});

/** c where q = c·p to a percent in every entry; undefined where there is none. */
function ratio(p: Float64Array | undefined, q: Float64Array | undefined): number | undefined {
  if (p === undefined || q === undefined) return p === q ? 1 : undefined;
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < p.length; i++) {
    if (p[i] === Infinity && q[i] === Infinity) continue;
    const quotient = q[i] / p[i];
    low = Math.min(low, quotient);
    high = Math.max(high, quotient);
  }
  return high - low <= 0.01 * high ? (low + high) / 2 : undefined;
}

type Threshold = Pick<OptimizerMeasurement, "stability" | "edge">;

/** The stability threshold of an optimizer, as a learning rate where its λ_max is positive. */
export async function thresholdOf(
  optimizer: ProbeOptimizer,
  meter: SharpnessMeter,
  secondMoment: Float64Array,
): Promise<Threshold> {
  if (optimizer.stability.kind === "none") return { stability: optimizer.stability };
  const { rule } = optimizer.stability;
  const law = stability(rule);
  if (law.kind === "none") return { stability: { kind: "none", reason: law.reason } };
  const { curvature, gain, weightDecay } = law;
  const p =
    curvature === "preconditionedHessian"
      ? await preconditionerOf(optimizer, secondMoment)
      : undefined;
  // Coupled decay is a part of the Hessian; the rule then goes without.
  const coupled = weightDecay.kind === "coupled" ? weightDecay.strength : 0;
  const sharpness = await meter.measure(coupled, p);
  const known = { kind: "threshold", curvature, gain } as const;
  if (!sharpness) return { stability: known };
  const decay: WeightDecay = coupled > 0 ? { kind: "decoupled", strength: 0 } : weightDecay;
  const edge = learningRateEdge({ ...rule, weightDecay: decay } as UpdateRule, sharpness.value);
  return { stability: { ...known, sharpness }, ...(edge !== undefined && { edge }) };
}

/**
 * P's diagonal, read off the rule itself: its update of the gradient √ν is P⁻¹√ν, whatever its ε
 * and its accumulators. Infinity, no motion, where no batch had a gradient.
 */
export async function preconditionerOf(
  optimizer: ProbeOptimizer,
  secondMoment: Float64Array,
): Promise<Float64Array> {
  const root = secondMoment.map(Math.sqrt);
  const { update } = await optimizer.update(0, root);
  return root.map((value, i) => (value > 0 && update[i] > 0 ? value / update[i] : Infinity));
}
