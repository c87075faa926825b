import { createRng } from "../../numerics/rng.ts";
import { encode, type SearchSpace } from "../../space/search-space.ts";
import { toUnit } from "../../space/unit-cube.ts";
import type { Trial } from "../../contracts/trial.ts";
import { kindsOf } from "../../surrogate/dimensions.ts";
import { fittedProcess } from "../../surrogate/fitted-process.ts";
import type { GaussianProcess } from "../../surrogate/gaussian-process.ts";
import { knownRows } from "../../surrogate/known-rows.ts";
import { valueAtShare } from "../chart/scale.ts";
import type { PlottedParameter } from "./parameters.ts";
import type { SurfaceAxes } from "./surface-axes.ts";

/** A process knows so many trials. */
const MOST_KNOWN = 140;
/** Points along each axis at which its mean is looked at, and its variance, which takes longer. */
export const GRID_SIZE = { mean: 40, variance: 30 } as const;

/** Of many trials those that a process learns from: the best for half of them, others evenly. */
export const rowsToLearn = (badness: Float64Array): number[] =>
  knownRows(badness, MOST_KNOWN, createRng(0, "plotted-model"));

/** A process of the trials' targets, of mean 0 and variance 1, over the study's space. */
export function processOf(
  space: SearchSpace,
  trials: readonly Trial[],
  targets: Float64Array,
): GaussianProcess {
  const d = space.parameters.length;
  const X = new Float64Array(trials.length * d);
  trials.forEach(({ params }, row) => X.set(encode(space, params), row * d));
  return fittedProcess(kindsOf(space), X, targets).gp;
}

/** The points of a grid over two axes, row by row from the lower left; the others as in a trial. */
export function surfacePoints(
  space: SearchSpace,
  { params }: Trial,
  { x, y }: SurfaceAxes,
  size: number,
): Float64Array {
  const d = space.parameters.length;
  const anchor = encode(space, params);
  const along = ({ name, scale }: PlottedParameter) => {
    const index = space.parameters.findIndex((one) => one.name === name);
    const { distribution } = space.parameters[index];
    const units = Array.from({ length: size }, (_, k) =>
      toUnit(distribution, valueAtShare(scale, k / (size - 1))),
    );
    return { index, units };
  };
  const [columns, rows] = [along(x), along(y)];
  const points = new Float64Array(size * size * d);
  for (let k = 0; k < size * size; k++) {
    points.set(anchor, k * d);
    points[k * d + columns.index] = columns.units[k % size];
    points[k * d + rows.index] = rows.units[Math.floor(k / size)];
  }
  return points;
}
