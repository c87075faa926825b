import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Extreme eigenpairs of Lanczos' tridiagonal T_k: diagonal α_1…α_k, off-diagonal β_1…β_{k−1}. */
export interface RitzPair {
  readonly largest: number;
  readonly smallest: number;
  /** The larger of their magnitudes. */
  readonly size: number;
  /** The unit eigenvector s of the largest, [k]. */
  readonly vector: readonly number[];
  /** s_k: |β_k s_k| is the residual of the largest. */
  readonly last: number;
}

/** @param beta k − 1 entries */
export function ritz(alpha: readonly number[], beta: readonly number[]): RitzPair {
  const k = alpha.length;
  const tridiagonal = Matrix.zeros(k, k);
  alpha.forEach((value, i) => tridiagonal.set(i, i, value));
  beta.forEach((value, i) => {
    tridiagonal.set(i, i + 1, value);
    tridiagonal.set(i + 1, i, value);
  });
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(tridiagonal, {
    assumeSymmetric: true,
  });
  const largest = Math.max(...realEigenvalues);
  const vector = eigenvectorMatrix.getColumn(realEigenvalues.indexOf(largest));
  const smallest = Math.min(...realEigenvalues);
  const size = Math.max(Math.abs(largest), Math.abs(smallest));
  return { largest, smallest, size, vector, last: vector[k - 1] };
}

/** The estimate of λ_max and its residual after a step. */
export interface RitzStep {
  readonly lambdaMax: number;
  readonly residual: number;
}

/** Whether |β_k s_k| ≤ tol·|θ| and θ moved by less than tol·|θ| twice running. */
export function settled(history: readonly RitzStep[], tolerance: number): boolean {
  if (history.length < 3) return false;
  const [before, previous, now] = history.slice(-3);
  const bound = tolerance * Math.abs(now.lambdaMax);
  return (
    now.residual <= bound &&
    Math.abs(now.lambdaMax - previous.lambdaMax) < bound &&
    Math.abs(previous.lambdaMax - before.lambdaMax) < bound
  );
}
