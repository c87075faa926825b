import type { Hvp } from "../curvature/hvp.ts";
import { dot } from "../../numerics/vectors.ts";

/** v ↦ Av for a dense matrix given by rows. */
export const matrixHvp = (rows: readonly (readonly number[])[]): Hvp => {
  const dense = rows.map((row) => Float64Array.from(row));
  return (v) => Float64Array.from(dense, (row) => dot(row, v));
};

export const diagonalHvp =
  (diagonal: readonly number[]): Hvp =>
  (v) =>
    v.map((value, i) => value * diagonal[i]);
