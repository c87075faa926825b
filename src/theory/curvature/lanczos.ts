import { HpoError } from "../../errors/errors.ts";
import type { Rng } from "../../numerics/rng.ts";
import { checkedProduct, type Hvp } from "./hvp.ts";
import { ritz, settled, type RitzStep } from "./ritz.ts";
import { requireInteger, requirePositive } from "../../errors/checks.ts";
import { addScaledInto, dot, norm, scaled } from "../../numerics/vectors.ts";

// Lanczos for λ_max of a symmetric operator. Notation (Golub & Van Loan §10.1):
//   q_1 … q_k  orthonormal basis      T_k  tridiagonal: diagonal α_i, off-diagonal β_i
//   θ, s       largest eigenpair of T_k      |β_k s_k|  residual ‖Hy − θy‖ of y = Q_k s

export interface LanczosOptions {
  /** Number of weights. */
  readonly dimension: number;
  /** For the random start. */
  readonly rng: Rng;
  /** Most Hessian-vector products, default 20. */
  readonly maxSteps?: number;
  /**
   * Fewest before it may stop, default 3. A random start may hardly contain the top eigenvector,
   * and the second eigenvalue then settles first: 8 steps nearly always rule that out.
   */
  readonly minSteps?: number;
  /** Relative: .05 (the default) is enough for a prior, .01 for a report. */
  readonly tolerance?: number;
  /** A start of one's own instead of a random one. */
  readonly start?: Float64Array;
}

export interface LanczosResult {
  /** The algebraically largest eigenvalue's estimate (from below); may be zero or negative. */
  readonly lambdaMax: number;
  /** The smallest Ritz value: an upper bound of λ_min, rougher than λ_max. */
  readonly lambdaMin: number;
  /** Some eigenvalue of H is within this distance of `lambdaMax`. */
  readonly residual: number;
  /** Hessian-vector products used. */
  readonly steps: number;
  readonly converged: boolean;
  /** λ_max's unit eigenvector (Ritz vector). */
  readonly vector: Float64Array;
  /** The estimate and the residual after each step. */
  readonly history: readonly RitzStep[];
}

/**
 * λ_max by Lanczos with full reorthogonalisation, done twice. It stops when |β_k s_k| ≤ tol·|θ|
 * and θ moved by less than tol·|θ| twice running, when the Krylov space is exhausted (exact), or
 * after `maxSteps`, and then says `converged: false`. λ_max ≤ 0 means that there is no edge.
 * Golub & Van Loan, Matrix Computations, 4th ed. (2013), §10.1.
 * @throws HpoError on an option out of its range, or a product that is not finite
 *
 * @example
 * ```ts
 * import { createRng } from "hpo";
 * import { lanczos } from "hpo/theory";
 *
 * const curvatures = Float64Array.of(1, 2, 10);
 * const hvp = (v: Float64Array) => v.map((x, i) => curvatures[i] * x);
 * const { lambdaMax } = await lanczos(hvp, { dimension: 3, rng: createRng(0) });
 * Math.abs(lambdaMax - 10) < 1e-6; // true
 * ```
 */
export async function lanczos(hvp: Hvp, options: LanczosOptions): Promise<LanczosResult> {
  const { dimension, maxSteps = 20, minSteps = 3, tolerance = 0.05 } = options;
  requireInteger("dimension", dimension, 1);
  requireInteger("minSteps", minSteps, 1);
  requireInteger("maxSteps", maxSteps, 1);
  requirePositive("tolerance", tolerance);
  const basis = [startVector(options)];
  const alpha: number[] = [];
  const beta: number[] = [];
  const history: RitzStep[] = [];
  for (let k = 1; ; k++) {
    const residualVector = Float64Array.from(await checkedProduct(hvp, basis[k - 1]));
    alpha.push(dot(residualVector, basis[k - 1]));
    orthogonaliseInto(residualVector, basis);
    const next = norm(residualVector);
    const pair = ritz(alpha, beta);
    const exhausted = k >= dimension || next <= 1e-12 * pair.size;
    const residual = exhausted ? 0 : next * Math.abs(pair.last);
    history.push({ lambdaMax: pair.largest, residual });
    const converged = exhausted || (k >= minSteps && settled(history, tolerance));
    if (converged || k >= maxSteps) {
      const { largest, smallest } = pair;
      const vector = combine(basis, pair.vector);
      return {
        lambdaMax: largest,
        lambdaMin: smallest,
        residual,
        steps: k,
        converged,
        vector,
        history,
      };
    }
    beta.push(next);
    basis.push(scaled(residualVector, 1 / next));
  }
}

function startVector({ dimension, rng, start }: LanczosOptions): Float64Array {
  const vector = start ?? Float64Array.from({ length: dimension }, () => rng.normal());
  const size = norm(vector);
  if (vector.length !== dimension || !(size > 0 && Number.isFinite(size))) {
    throw new HpoError(
      `Lanczos needs a start of ${dimension} finite entries that is not zero, ` +
        `got ${vector.length} entries of norm ${size}.`,
    );
  }
  return scaled(vector, 1 / size);
}

/** Twice is enough (Kahan, Parlett): once leaves rounding errors that bring back old Ritz values. */
function orthogonaliseInto(vector: Float64Array, basis: readonly Float64Array[]): void {
  for (let pass = 0; pass < 2; pass++) {
    for (const q of basis) addScaledInto(vector, -dot(vector, q), q);
  }
}

function combine(basis: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const vector = new Float64Array(basis[0].length);
  weights.forEach((weight, i) => addScaledInto(vector, weight, basis[i]));
  return vector;
}
