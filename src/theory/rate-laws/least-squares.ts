import { CholeskyDecomposition, Matrix, solve } from "ml-matrix";
import { dot } from "../../numerics/vectors.ts";

export interface LeastSquaresFit {
  readonly parameters: readonly number[];
  /** Σ r². */
  readonly cost: number;
  /** (JᵀJ)⁻¹: the parameters' covariance if the residuals have unit variance. */
  readonly covariance: Matrix;
}

const MAX_ITERATIONS = 200;

/** By parameter, ∂r/∂θ_j at each residual. */
type Jacobian = readonly Float64Array[];

/**
 * Least squares by Levenberg–Marquardt (Marquardt 1963), with central differences for J. Made for
 * some parameters of order one, such as logarithms.
 *
 * @param residuals θ ↦ r(θ), of one length
 * @param start θ_0
 */
export function leastSquares(
  residuals: (parameters: readonly number[]) => ArrayLike<number>,
  start: readonly number[],
): LeastSquaresFit {
  let parameters = start;
  let r = residuals(parameters);
  let cost = sumOfSquares(r);
  let damping = 1e-3;
  let jacobian = differentiate(residuals, parameters);
  let normal = normalMatrix(jacobian);
  for (let i = 0; i < MAX_ITERATIONS && damping < 1e12; i++) {
    const gradient = Matrix.columnVector(jacobian.map((column) => -dot(column, r)));
    const move = solvePositive(damped(normal, damping), gradient).to1DArray();
    const candidate = parameters.map((value, j) => value + move[j]);
    const next = residuals(candidate);
    const nextCost = sumOfSquares(next);
    if (!(nextCost < cost)) {
      damping *= 8;
      continue;
    }
    const gain = cost - nextCost;
    [parameters, r, cost] = [candidate, next, nextCost];
    if (gain <= 1e-14 * cost || cost < 1e-28) break;
    damping = Math.max(damping / 8, 1e-12);
    jacobian = differentiate(residuals, parameters);
    normal = normalMatrix(jacobian);
  }
  jacobian = differentiate(residuals, parameters);
  const covariance = invert(damped(normalMatrix(jacobian), 0));
  return { parameters, cost, covariance };
}

/** JᵀJ. */
function normalMatrix(jacobian: Jacobian): Matrix {
  const normal = Matrix.zeros(jacobian.length, jacobian.length);
  jacobian.forEach((column, j) => {
    for (let k = 0; k <= j; k++) {
      const product = dot(column, jacobian[k]);
      normal.set(j, k, product);
      normal.set(k, j, product);
    }
  });
  return normal;
}

/** With (1 + damping) on its diagonal, and never singular. */
function damped(normal: Matrix, damping: number): Matrix {
  const result = normal.clone();
  for (let j = 0; j < result.rows; j++) {
    result.set(j, j, result.get(j, j) * (1 + damping) + 1e-14);
  }
  return result;
}

const invert = (matrix: Matrix): Matrix => solvePositive(matrix, Matrix.eye(matrix.rows));

function solvePositive(matrix: Matrix, right: Matrix): Matrix {
  const cholesky = new CholeskyDecomposition(matrix);
  return cholesky.isPositiveDefinite() ? cholesky.solve(right) : solve(matrix, right, true);
}

function differentiate(
  residuals: (parameters: readonly number[]) => ArrayLike<number>,
  parameters: readonly number[],
): Jacobian {
  return parameters.map((value, j) => {
    const step = 1e-5 * (1 + Math.abs(value));
    const up = residuals(parameters.with(j, value + step));
    const down = residuals(parameters.with(j, value - step));
    return Float64Array.from(up, (high, i) => (high - down[i]) / (2 * step));
  });
}

const sumOfSquares = (values: ArrayLike<number>): number => dot(values, values);

/** Weighted straight line y ≈ intercept + slope·x. */
export function weightedLine(
  x: readonly number[],
  y: readonly number[],
  weights: readonly number[],
): { readonly intercept: number; readonly slope: number } {
  const total = weights.reduce((sum, w) => sum + w, 0);
  const meanX = x.reduce((sum, value, i) => sum + weights[i] * value, 0) / total;
  const meanY = y.reduce((sum, value, i) => sum + weights[i] * value, 0) / total;
  let covariance = 0;
  let variance = 0;
  x.forEach((value, i) => {
    covariance += weights[i] * (value - meanX) * (y[i] - meanY);
    variance += weights[i] * (value - meanX) * (value - meanX);
  });
  const slope = covariance / variance;
  return { intercept: meanY - slope * meanX, slope };
}
