import { Matrix, CholeskyDecomposition, inverse } from "ml-matrix";
import test from "ava";
import {
  choleskyInto,
  gramOfLowerInto,
  halfLogDeterminant,
  invertLowerInto,
  packedStart,
  solveLowerInto,
  solveUpperInto,
} from "./cholesky.ts";
import { dotRange } from "./dot-range.ts";

/** A positive definite matrix with entries that follow no pattern. */
const example = (n: number): Matrix => {
  const A = new Matrix(n, n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) A.set(i, j, Math.log(2 + ((i * 7 + j * 13) % 11)));
  return A.mmul(A.transpose()).add(Matrix.eye(n).mul(0.5));
};

const packed = (K: Matrix): Float64Array => {
  const out = new Float64Array(packedStart(K.rows));
  for (let p = 0; p < K.rows; p++)
    for (let q = 0; q <= p; q++) out[packedStart(p) + q] = K.get(p, q);
  return out;
};

test("the factor is ml-matrix's", (t) => {
  const K = example(9);
  const L = packed(K);
  t.true(choleskyInto(L, 9));
  const expected = packed(new CholeskyDecomposition(K).lowerTriangularMatrix);
  L.forEach((value, i) => t.true(Math.abs(value - expected[i]) < 1e-12));
});

test("extending a factor row by row gives the bits of one factorisation", (t) => {
  const whole = packed(example(13));
  const grown = whole.slice();
  choleskyInto(whole, 13);
  choleskyInto(grown, 4);
  for (let n = 5; n <= 13; n++) choleskyInto(grown, n, n - 1);
  t.deepEqual(grown, whole);

  const inTwo = packed(example(13));
  choleskyInto(inTwo, 7);
  choleskyInto(inTwo, 13, 7);
  t.deepEqual(inTwo, whole);
});

test("a matrix that is not positive definite is refused", (t) => {
  t.false(choleskyInto(Float64Array.of(1, 2, 1), 2));
  t.false(choleskyInto(Float64Array.of(NaN), 1));
});

test("the solves undo the matrix", (t) => {
  const n = 8;
  const K = example(n);
  const L = packed(K);
  choleskyInto(L, n);
  const x = Float64Array.from({ length: n }, (_, i) => i - 2.5);
  solveLowerInto(L, x, n);
  solveUpperInto(L, x, n);
  const back = K.mmul(Matrix.columnVector(x)).to1DArray();
  back.forEach((value, i) => t.true(Math.abs(value - (i - 2.5)) < 1e-9));
});

test("the inverse is ml-matrix's, of odd and even order", (t) => {
  for (const n of [1, 2, 3, 7, 8]) {
    const K = example(n);
    const L = packed(K);
    choleskyInto(L, n);
    const inverseFactor = new Float64Array(packedStart(n));
    const inverseOfK = new Float64Array(packedStart(n));
    invertLowerInto(L, inverseFactor, n);
    gramOfLowerInto(inverseFactor, inverseOfK, n);
    const expected = packed(inverse(K));
    inverseOfK.forEach((value, i) => t.true(Math.abs(value - expected[i]) < 1e-9));
  }
});

test("half the log determinant", (t) => {
  const L = packed(example(6));
  choleskyInto(L, 6);
  const expected = Math.log(
    new CholeskyDecomposition(example(6)).lowerTriangularMatrix.diag().reduce((a, b) => a * b, 1),
  );
  t.true(Math.abs(halfLogDeterminant(L, 6) - expected) < 1e-10);
});

test("dot sums every entry at any length and offset", (t) => {
  const a = Float64Array.from({ length: 20 }, (_, i) => i + 1);
  for (let length = 0; length <= 12; length++) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += a[3 + i] * a[5 + i];
    t.is(dotRange(a, 3, a, 5, length), sum);
  }
});
