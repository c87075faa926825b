import type { Rng } from "../../numerics/rng.ts";
import { checkedProduct, type Hvp } from "./hvp.ts";
import { requireInteger, requirePositive } from "../../errors/checks.ts";
import { dot, norm, plusScaled, scaled } from "../../numerics/vectors.ts";

export interface PowerIterationOptions {
  /** Number of weights. */
  readonly dimension: number;
  /** For the random start. */
  readonly rng: Rng;
  /** Most Hessian-vector products per phase, default 100. */
  readonly maxSteps?: number;
  /** Stops when the Rayleigh quotient moved by less than this part of itself, default .001. */
  readonly tolerance?: number;
  /** A start of one's own instead of a random one. */
  readonly start?: Float64Array;
}

export interface PowerIterationResult {
  /** The algebraically largest eigenvalue's estimate. */
  readonly lambdaMax: number;
  /** All Hessian-vector products used. */
  readonly steps: number;
  readonly converged: boolean;
  /** |λ| by which H was shifted since the eigenvalue of largest modulus was negative; else 0. */
  readonly shift: number;
  /** The first phase's Rayleigh quotients vᵀHv, one per step. */
  readonly quotients: readonly number[];
}

/**
 * λ_max by power iteration: the reference that everybody knows, not the default, since it needs
 * four times as many products as Lanczos in a spectrum without a gap. It returns the eigenvalue of
 * largest modulus; if that one is negative, it goes on with H + |λ|I and subtracts |λ| again.
 * @throws HpoError on an option out of its range, or a product that is not finite
 *
 * @example
 * ```ts
 * import { createRng } from "hpo";
 * import { powerIteration } from "hpo/theory";
 *
 * const hvp = (v: Float64Array) => Float64Array.of(v[0], 10 * v[1]);
 * const { lambdaMax } = await powerIteration(hvp, { dimension: 2, rng: createRng(0) });
 * Math.abs(lambdaMax - 10) < 0.1; // true
 * ```
 */
export async function powerIteration(
  hvp: Hvp,
  options: PowerIterationOptions,
): Promise<PowerIterationResult> {
  const { maxSteps = 100, tolerance = 1e-3 } = options;
  requireInteger("dimension", options.dimension, 1);
  requireInteger("maxSteps", maxSteps, 1);
  requirePositive("tolerance", tolerance);
  const checked = { ...options, maxSteps, tolerance };
  const first = await iterate(hvp, checked, 0);
  const { value, steps, converged, quotients } = first;
  if (!(value < 0)) return { lambdaMax: value, steps, converged, shift: 0, quotients };
  const shift = Math.abs(value);
  const shifted: Hvp = async (v) => plusScaled(await hvp(v), shift, v);
  const second = await iterate(shifted, { ...checked, start: undefined }, shift);
  return {
    lambdaMax: second.value - shift,
    steps: steps + second.steps,
    converged: converged && second.converged,
    shift,
    quotients,
  };
}

async function iterate(
  hvp: Hvp,
  options: PowerIterationOptions & { readonly maxSteps: number; readonly tolerance: number },
  shift: number,
) {
  const { dimension, rng, maxSteps, tolerance, start } = options;
  let v = start ?? Float64Array.from({ length: dimension }, () => rng.normal());
  v = scaled(v, 1 / norm(v));
  const quotients: number[] = [];
  for (let k = 1; ; k++) {
    const product = await checkedProduct(hvp, v);
    const value = dot(v, product);
    quotients.push(value);
    const size = norm(product);
    const moved = k > 1 ? Math.abs(value - quotients[k - 2]) : Infinity;
    const converged = size === 0 || moved <= tolerance * Math.abs(value - shift);
    if (converged || k >= maxSteps) return { value, steps: k, converged, quotients };
    v = scaled(product, 1 / size);
  }
}
