/**
 * Values piled up at one level: most configurations do no better than chance, and only below that
 * level is there something to learn. The level is the median.
 */
import { medianOf } from "../numerics/quantile.ts";
import { largest, smallest } from "../numerics/vectors.ts";
import { isWide, warpValues } from "./output-warp.ts";

/** Values within this share of (median − min) around the median are at the level. */
const LEVEL_WIDTH = 0.02;
/** The share of values at the level that makes a plateau. */
const PLATEAU_SHARE = 0.25;
/** The share of values at the level that leaves nothing good below it. */
const BARREN_SHARE = 0.5;
/** What lies above the level is cut at it, plus this share of (median − min). */
const CUT = 0.1;

/** @param y measured values (not imputed ones, which pile up by themselves) */
export function isPlateau(y: ArrayLike<number>): boolean {
  return shareAtLevel(y) >= PLATEAU_SHARE;
}

function shareAtLevel(y: ArrayLike<number>): number {
  const level = medianOf(y);
  const width = LEVEL_WIDTH * (level - smallest(y));
  let count = 0;
  for (let i = 0; i < y.length; i++) if (Math.abs(y[i] - level) <= width) count++;
  return count / y.length;
}

/**
 * Whether nothing good has been found yet: half of the values lie at the level, or the lower half of
 * them within a small share of the whole range; of values over many decades by their logarithms, as one that
 * exploded would leave all others at one level.
 */
export function isBarren(values: Float64Array): boolean {
  const y = isWide(values) ? warpValues(values, "decades").targets : values;
  const level = medianOf(y);
  const gap = level - smallest(y);
  return gap <= LEVEL_WIDTH * (largest(y) - smallest(y)) || shareAtLevel(y) >= BARREN_SHARE;
}

/** The values with everything above the level cut: how bad a bad one is carries no information. */
export function cutAtPlateau(y: Float64Array): Float64Array {
  const level = medianOf(y);
  const cut = level + CUT * (level - smallest(y));
  return y.map((value) => Math.min(value, cut));
}
