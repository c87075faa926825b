/**
 * Cholesky factors in packed lower-triangular rows.
 *
 *   n  order      L  lower factor, K = L·Lᵀ      row p starts at p(p + 1)/2 and holds p + 1 numbers
 *
 * Every row depends on the rows above it alone, so extending a factor by rows gives the same bits as
 * factorising the whole matrix, at O(n²) a row.
 */
import { dot } from "./dot.ts";

/** Where row p starts; also the length of a packed matrix of order p. */
export const packedStart = (p: number): number => (p * (p + 1)) / 2;

/**
 * Factorises rows from … n − 1 in place; the rows above hold L already, these hold K.
 * @returns false when a pivot is not above `smallestPivot` (K is not positive definite).
 */
export function choleskyInto(
  matrix: Float64Array,
  n: number,
  from = 0,
  smallestPivot = 0,
): boolean {
  for (let p = from; p < n; p++) {
    const row = packedStart(p);
    for (let q = 0, other = 0; q < p; q++, other += q) {
      matrix[row + q] = (matrix[row + q] - dot(matrix, row, matrix, other, q)) / matrix[other + q];
    }
    const pivot = matrix[row + p] - dot(matrix, row, matrix, row, p);
    if (!(pivot > smallestPivot)) return false;
    matrix[row + p] = Math.sqrt(pivot);
  }
  return true;
}

/** x ← L⁻¹x for the entries from … n − 1; those before hold the solution already. */
export function solveLowerInto(L: Float64Array, x: Float64Array, n: number, from = 0): void {
  for (let p = from; p < n; p++) {
    const row = packedStart(p);
    x[p] = (x[p] - dot(L, row, x, 0, p)) / L[row + p];
  }
}

/** x ← L⁻ᵀx. */
export function solveUpperInto(L: Float64Array, x: Float64Array, n: number): void {
  for (let p = n - 1; p >= 0; p--) {
    const row = packedStart(p);
    const value = x[p] / L[row + p];
    x[p] = value;
    for (let q = 0; q < p; q++) x[q] -= L[row + q] * value;
  }
}

/** out ← L⁻¹, packed lower triangular. */
export function invertLowerInto(L: Float64Array, out: Float64Array, n: number): void {
  out.fill(0, 0, packedStart(n));
  for (let p = 0; p < n; p++) {
    const row = packedStart(p);
    for (let t = 0; t < p; t++) {
      const factor = L[row + t];
      const other = packedStart(t);
      for (let q = 0; q <= t; q++) out[row + q] -= factor * out[other + q];
    }
    const inverse = 1 / L[row + p];
    for (let q = 0; q < p; q++) out[row + q] *= inverse;
    out[row + p] = inverse;
  }
}

/** out ← MᵀM, its lower half packed, for a packed lower-triangular M; with M = L⁻¹ this is K⁻¹. */
export function gramOfLowerInto(M: Float64Array, out: Float64Array, n: number): void {
  out.fill(0, 0, packedStart(n));
  for (let t = 0; t < n; t++) {
    const row = packedStart(t);
    for (let p = 0, at = 0; p <= t; p++) {
      const factor = M[row + p];
      for (let q = 0; q <= p; q++, at++) out[at] += factor * M[row + q];
    }
  }
}

/** ln det(L·Lᵀ) / 2. */
export function halfLogDeterminant(L: Float64Array, n: number): number {
  let sum = 0;
  for (let p = 0; p < n; p++) sum += Math.log(L[packedStart(p) + p]);
  return sum;
}
