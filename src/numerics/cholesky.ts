/**
 * Cholesky factors in packed lower-triangular rows.
 *
 *   n  order      L  lower factor, K = L·Lᵀ      row p starts at p(p + 1)/2 and holds p + 1 numbers
 *
 * Every row depends on the rows above it alone, and its sums are always taken in the same order, so
 * extending a factor by rows gives the same bits as factorising the whole matrix, at O(n²) a row.
 */
import { dotRange } from "./dot-range.ts";

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
    const isPair = p % 2 === 0 && p + 1 < n;
    eliminate(matrix, p, isPair ? p + 1 : p);
    if (!finishRow(matrix, p, smallestPivot)) return false;
    if (isPair && !finishRow(matrix, ++p, smallestPivot)) return false;
  }
  return true;
}

/**
 * The entries of rows p and r left of the last two columns, in blocks of two by two: a number that
 * was loaded serves two products, and four sums do not wait for each other. A row alone is p = r.
 */
function eliminate(m: Float64Array, p: number, r: number): void {
  const a = packedStart(p);
  const b = packedStart(r);
  for (let q = 0; q < p - 1; q += 2) {
    const c = packedStart(q);
    const d = packedStart(q + 1);
    let ac = m[a + q];
    let ad = m[a + q + 1];
    let bc = m[b + q];
    let bd = m[b + q + 1];
    for (let i = 0; i < q; i++) {
      const x = m[a + i];
      const y = m[b + i];
      const u = m[c + i];
      const v = m[d + i];
      ac -= x * u;
      ad -= x * v;
      bc -= y * u;
      bd -= y * v;
    }
    const across = m[d + q];
    m[a + q] = ac /= m[c + q];
    m[b + q] = bc /= m[c + q];
    m[a + q + 1] = (ad - ac * across) / m[d + q + 1];
    m[b + q + 1] = (bd - bc * across) / m[d + q + 1];
  }
}

/** The pivot of row p, and for an odd p the entry left of it. */
function finishRow(m: Float64Array, p: number, smallestPivot: number): boolean {
  const row = packedStart(p);
  if (p % 2 === 1) {
    const above = packedStart(p - 1);
    m[row + p - 1] = (m[row + p - 1] - dotRange(m, row, m, above, p - 1)) / m[above + p - 1];
  }
  const pivot = m[row + p] - dotRange(m, row, m, row, p);
  if (!(pivot > smallestPivot)) return false;
  m[row + p] = Math.sqrt(pivot);
  return true;
}

/** x ← L⁻¹x for the entries from … n − 1; those before hold the solution already. */
export function solveLowerInto(L: Float64Array, x: Float64Array, n: number, from = 0): void {
  for (let p = from; p < n; p++) {
    const row = packedStart(p);
    x[p] = (x[p] - dotRange(L, row, x, 0, p)) / L[row + p];
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

/** Where column p of a lower triangle stored by columns starts; it holds n − p numbers. */
const columnStart = (n: number, p: number): number => p * n - (p * (p - 1)) / 2;

/**
 * out ← L⁻¹ by columns (`out` holds packedStart(n) numbers), two columns and two rows at once.
 *
 *   column c is x with   x_c = 1/L_cc   x_t = −(Σ_{c ≤ i < t} L_ti·x_i)/L_tt
 */
export function invertLowerInto(L: Float64Array, out: Float64Array, n: number): void {
  for (let c = 0; c < n; c += 2) {
    const start = columnStart(n, c);
    out[start] = 1 / L[packedStart(c) + c];
    if (c + 1 === n) return;
    const row = packedStart(c + 1);
    const inverse = 1 / L[row + c + 1];
    out[start + 1] = -L[row + c] * out[start] * inverse;
    out[columnStart(n, c + 1)] = inverse;
    finishColumns(L, out, n, c);
  }
}

/** Entries c + 2 … n − 1 of the columns c (x) and c + 1 (y); the ones above them stand already. */
function finishColumns(L: Float64Array, out: Float64Array, n: number, c: number): void {
  const a = columnStart(n, c) - c; // x_t stands at a + t
  const b = columnStart(n, c + 1) - (c + 1);
  for (let t = c + 2; t < n; t += 2) {
    const isLast = t + 1 === n;
    const r = packedStart(t);
    const s = isLast ? r : packedStart(t + 1);
    let rx = L[r + c] * out[a + c];
    let sx = L[s + c] * out[a + c];
    let ry = 0;
    let sy = 0;
    for (let i = c + 1; i < t; i++) {
      const x = out[a + i];
      const y = out[b + i];
      const u = L[r + i];
      const v = L[s + i];
      rx += u * x;
      ry += u * y;
      sx += v * x;
      sy += v * y;
    }
    const inverse = -1 / L[r + t];
    out[a + t] = rx *= inverse;
    out[b + t] = ry *= inverse;
    if (isLast) return;
    const next = -1 / L[s + t + 1];
    out[a + t + 1] = (sx + L[s + t] * rx) * next;
    out[b + t + 1] = (sy + L[s + t] * ry) * next;
  }
}

/**
 * out ← MᵀM, its lower half packed by rows, for a lower triangle M by columns; with M = L⁻¹ this is
 * K⁻¹. Two by two entries at once.
 */
export function gramOfLowerInto(M: Float64Array, out: Float64Array, n: number): void {
  for (let p = 0; p < n; p += 2) {
    const hasNext = p + 1 < n;
    const a = columnStart(n, p) - p; // entry t of column p stands at a + t
    const b = columnStart(n, p + 1) - (p + 1);
    for (let q = 0; q <= p; q += 2) {
      const c = columnStart(n, q) - q;
      const d = columnStart(n, q + 1) - (q + 1);
      let ac = M[a + p] * M[c + p];
      let ad = q < p ? M[a + p] * M[d + p] : 0;
      let bc = 0;
      let bd = 0;
      for (let t = p + 1; t < n; t++) {
        const x = M[a + t];
        const y = M[b + t];
        const u = M[c + t];
        const v = M[d + t];
        ac += x * u;
        ad += x * v;
        bc += y * u;
        bd += y * v;
      }
      const at = packedStart(p) + q;
      out[at] = ac;
      if (q < p) out[at + 1] = ad;
      if (!hasNext) continue;
      out[at + p + 1] = bc;
      out[at + p + 2] = bd;
    }
  }
}

/** ln det(L·Lᵀ) / 2. */
export function halfLogDeterminant(L: Float64Array, n: number): number {
  let sum = 0;
  for (let p = 0; p < n; p++) sum += Math.log(L[packedStart(p) + p]);
  return sum;
}
