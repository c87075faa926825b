import { dot } from "../../src/numerics/vectors.ts";
import type { Rng } from "../../src/numerics/rng.ts";

/**
 * A random orthogonal matrix, uniform over all (Haar): Gram–Schmidt on normal rows.
 * Row-major, dimension × dimension.
 */
export function randomRotation(dimension: number, rng: Rng): Float64Array {
  const rows: Float64Array[] = [];
  while (rows.length < dimension) {
    const row = Float64Array.from({ length: dimension }, () => rng.normal());
    // Twice, since once leaves rounding errors where rows are nearly parallel.
    for (let pass = 0; pass < 2; pass++) {
      for (const other of rows) {
        const along = dot(row, other);
        for (let i = 0; i < dimension; i++) row[i] -= along * other[i];
      }
    }
    const length = Math.sqrt(dot(row, row));
    if (length > 1e-6) rows.push(row.map((value) => value / length));
  }
  const matrix = new Float64Array(dimension * dimension);
  rows.forEach((row, i) => matrix.set(row, i * dimension));
  return matrix;
}
