import { checkedProduct, type Hvp } from "./hvp.ts";
import { requireAtLeast, requireSameLength } from "../../errors/checks.ts";
import { dot } from "../../numerics/vectors.ts";

export interface DirectionalEdge {
  /**
   * η_c = 2gᵀu/(uᵀHu): to second order the loss falls iff 0 < η < η_c. Undefined where it is not
   * positive: u does not descend, or the loss curves down along u.
   */
  readonly edge: number | undefined;
  /** η_c/2: the step that lowers the quadratic model most. */
  readonly greedy: number | undefined;
  /** gᵀu, the slope along −u. */
  readonly slope: number;
  /** uᵀHu, the curvature along u. */
  readonly curvature: number;
}

/** One batch's gradient and the update direction that the optimizer would make of it. */
export interface Step {
  readonly gradient: Float64Array;
  /** u of w ← w − ηu. */
  readonly update: Float64Array;
}

/**
 * The directional edge of any optimizer, at the price of one Hessian-vector product: for SGD u = g,
 * for Adam and RMSProp u = P⁻¹g, for sign and Lion u = sign g, for Muon, LARS and LAMB their own u.
 *
 * @example
 * ```ts
 * import { directionalEdge } from "hpo/theory";
 *
 * // Of the loss 5x² at x = 1, along its own gradient: beyond 0.2 a step raises the loss.
 * const hvp = (v: Float64Array) => Float64Array.of(10 * v[0]);
 * const gradient = Float64Array.of(10);
 * (await directionalEdge(hvp, { gradient, update: gradient })).edge; // 0.2
 * ```
 */
export async function directionalEdge(hvp: Hvp, step: Step): Promise<DirectionalEdge> {
  return meanDirectionalEdge(hvp, [step]);
}

/** The same over mini-batches: 2E[gᵀu]/E[uᵀHu], averaged before dividing. */
export async function meanDirectionalEdge(
  hvp: Hvp,
  steps: readonly Step[],
): Promise<DirectionalEdge> {
  requireAtLeast("steps", steps, 1);
  let slope = 0;
  let curvature = 0;
  for (const { gradient, update } of steps) {
    requireSameLength("the update", update.length, gradient.length);
    slope += dot(gradient, update) / steps.length;
    curvature += dot(update, await checkedProduct(hvp, update)) / steps.length;
  }
  return edgeOf(slope, curvature);
}

/** From the two inner products, where they were measured elsewhere. */
export function edgeOf(slope: number, curvature: number): DirectionalEdge {
  const ratio = slope / curvature;
  const usable = slope > 0 && curvature > 0 && Number.isFinite(ratio);
  return {
    edge: usable ? 2 * ratio : undefined,
    greedy: usable ? ratio : undefined,
    slope,
    curvature,
  };
}

/** u = sign g, with sign 0 = 0. */
export const signUpdate = (gradient: Float64Array): Float64Array => gradient.map(Math.sign);

/** u = P⁻¹g for a diagonal P. */
export function preconditionedUpdate(
  gradient: Float64Array,
  preconditioner: Float64Array,
): Float64Array {
  requireSameLength("the preconditioner", preconditioner.length, gradient.length);
  return gradient.map((value, i) => value / preconditioner[i]);
}
