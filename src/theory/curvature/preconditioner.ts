import type { Hvp } from "./hvp.ts";
import {
  requireAtLeast,
  requireCoefficient,
  requireInteger,
  requireNonNegative,
  requireSameLength,
} from "../../errors/checks.ts";

/** Fewer batches leave P too noisy: at one batch P = |g|, and P⁻¹H means nothing. */
const FEWEST_BATCHES = 32;

/**
 * ν, the mean squared gradient per weight, over mini-batches of the training batch size with the
 * weights frozen. Adam and RMSProp's own ν starts at one batch, where P = |g|: never measure there.
 *
 * @param nextGradient the gradient of a fresh mini-batch at the same weights
 * @param batches how many to average, at least and by default 32
 */
export async function seedSecondMoment(
  nextGradient: () => Float64Array | Promise<Float64Array>,
  batches = FEWEST_BATCHES,
): Promise<Float64Array> {
  requireInteger("batches", batches, FEWEST_BATCHES);
  const mean = Float64Array.from(await nextGradient(), (g) => (g * g) / batches);
  for (let k = 1; k < batches; k++) {
    const gradient = await nextGradient();
    requireSameLength("the gradient", gradient.length, mean.length);
    for (let i = 0; i < mean.length; i++) mean[i] += (gradient[i] * gradient[i]) / batches;
  }
  return mean;
}

export interface PreconditionerOptions {
  /** Added to the root, default 1e-8. */
  readonly epsilon?: number;
  /**
   * Given an optimizer's own running ν after `step` steps, its coefficient β2, to undo its bias
   * towards 0; left out for a ν of {@link seedSecondMoment}, which has none.
   */
  readonly bias?: { readonly beta2: number; readonly step: number };
}

/**
 * The diagonal of Adam's and RMSProp's preconditioner, √(ν/(1−β2^t)) + ε. The factor 1 − β1^t of
 * Adam's P_t is in the threshold (`step` of the update rule), not here.
 */
export function diagonalPreconditioner(
  secondMoment: Float64Array,
  { epsilon = 1e-8, bias }: PreconditionerOptions = {},
): Float64Array {
  requireNonNegative("epsilon", epsilon);
  requireAtLeast("entries of the second moment", Array.from(secondMoment.subarray(0, 1)), 1);
  let correction = 1;
  if (bias) {
    requireCoefficient("beta2", bias.beta2);
    requireInteger("step", bias.step, 1);
    correction = bias.beta2 === 0 ? 1 : -Math.expm1(bias.step * Math.log(bias.beta2));
  }
  return secondMoment.map((nu) => Math.sqrt(nu / correction) + epsilon);
}

/**
 * v ↦ P^-½ H P^-½ v: symmetric, with the eigenvalues of P⁻¹H, so that Lanczos applies.
 *
 * @param preconditioner P's diagonal, all positive
 */
export function preconditionedHvp(hvp: Hvp, preconditioner: Float64Array): Hvp {
  const roots = preconditioner.map((p) => 1 / Math.sqrt(p));
  return async (v) => {
    requireSameLength("the direction", v.length, roots.length);
    const product = await hvp(v.map((value, i) => value * roots[i]));
    return product.map((value, i) => value * roots[i]);
  };
}
