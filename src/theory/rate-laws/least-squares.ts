import { CholeskyDecomposition, Matrix, solve } from "ml-matrix";

export interface LeastSquaresFit {
  readonly parameters: readonly number[];
  /** Σ r². */
  readonly cost: number;
  /** (JᵀJ)⁻¹: the parameters' covariance if the residuals have unit variance. */
  readonly covariance: Matrix;
}

const MAX_ITERATIONS = 200;

/**
 * Least squares by Levenberg–Marquardt (Marquardt 1963), with central differences for J. Made for
 * a handful of parameters of order one, such as logarithms.
 *
 * @param residuals θ ↦ r(θ), of one length
 * @param start θ_0
 */
export function leastSquares(
  residuals: (parameters: readonly number[]) => readonly number[],
  start: readonly number[],
): LeastSquaresFit {
  let parameters = start;
  let r = residuals(parameters);
  let cost = sumOfSquares(r);
  let damping = 1e-3;
  let jacobian = differentiate(residuals, parameters, r.length);
  for (let i = 0; i < MAX_ITERATIONS && damping < 1e12; i++) {
    const move = dampedStep(jacobian, r, damping);
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
    jacobian = differentiate(residuals, parameters, r.length);
  }
  jacobian = differentiate(residuals, parameters, r.length);
  return { parameters, cost, covariance: invert(normalMatrix(jacobian, 0)) };
}

function dampedStep(jacobian: Matrix, r: readonly number[], damping: number): number[] {
  const gradient = jacobian.transpose().mmul(Matrix.columnVector([...r]));
  return solvePositive(normalMatrix(jacobian, damping), gradient.mul(-1)).to1DArray();
}

/** JᵀJ with (1 + damping) on its diagonal, and never singular. */
function normalMatrix(jacobian: Matrix, damping: number): Matrix {
  const normal = jacobian.transpose().mmul(jacobian);
  for (let j = 0; j < normal.rows; j++) {
    const value = normal.get(j, j);
    normal.set(j, j, value * (1 + damping) + 1e-14);
  }
  return normal;
}

const invert = (matrix: Matrix): Matrix => solvePositive(matrix, Matrix.eye(matrix.rows));

function solvePositive(matrix: Matrix, right: Matrix): Matrix {
  const cholesky = new CholeskyDecomposition(matrix);
  return cholesky.isPositiveDefinite() ? cholesky.solve(right) : solve(matrix, right, true);
}

function differentiate(
  residuals: (parameters: readonly number[]) => readonly number[],
  parameters: readonly number[],
  rows: number,
): Matrix {
  const jacobian = Matrix.zeros(rows, parameters.length);
  parameters.forEach((value, j) => {
    const step = 1e-5 * (1 + Math.abs(value));
    const up = residuals(parameters.with(j, value + step));
    const down = residuals(parameters.with(j, value - step));
    up.forEach((u, i) => jacobian.set(i, j, (u - down[i]) / (2 * step)));
  });
  return jacobian;
}

const sumOfSquares = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value * value, 0);

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
