/**
 * Monotone maps of raw values to targets of mean 0 and variance 1, which the surrogate fits.
 *
 *   y  raw values, minimised      t  targets      ln J  Σ ln dt/dy, by point
 *
 * Subtracting ln J from the log evidence makes evidences under different maps comparable.
 */
import { medianOf } from "../numerics/quantile.ts";
import { smallest } from "../numerics/vectors.ts";

export type WarpKind =
  | "identity"
  /** t ~ ln((y − min)/(median − min) + 0.3): few bad values no longer hide the good ones' shape. */
  | "log";

export interface WarpedValues {
  readonly targets: Float64Array;
  /** ln dt/dy at each point. */
  readonly logJacobian: Float64Array;
  /** The map at another value, and its slope there. */
  at(value: number): { readonly target: number; readonly slope: number };
  /** The value of a target. */
  valueOf(target: number): number;
}

const LOG_OFFSET = 0.3;

/** @param y finite values, at least one */
export function warpValues(y: Float64Array, kind: WarpKind): WarpedValues {
  const logJacobian = new Float64Array(y.length);
  const shift = kind === "log" ? shiftOf(y) : undefined;
  const raw = shift ? logWarp(y, shift, logJacobian) : y;
  let mean = 0;
  for (const value of raw) mean += value / raw.length;
  let variance = 0;
  for (const value of raw) variance += ((value - mean) * (value - mean)) / raw.length;
  const scale = Math.sqrt(variance) || 1;
  return {
    targets: raw.map((value) => (value - mean) / scale),
    logJacobian: logJacobian.map((value) => value - Math.log(scale)),
    at(value) {
      if (!shift) return { target: (value - mean) / scale, slope: 1 / scale };
      // Below the best value the logarithm goes on as far as half of its offset.
      const relative = Math.max((value - shift.lowest) / shift.scale, -0.5 * LOG_OFFSET);
      const shifted = relative + LOG_OFFSET;
      return {
        target: (Math.log(shifted) - mean) / scale,
        slope: 1 / (shifted * shift.scale * scale),
      };
    },
    valueOf(target) {
      const warped = mean + scale * target;
      return shift ? shift.lowest + shift.scale * (Math.exp(warped) - LOG_OFFSET) : warped;
    },
  };
}

interface Shift {
  readonly lowest: number;
  /** median − lowest */
  readonly scale: number;
}

function shiftOf(y: Float64Array): Shift {
  const lowest = smallest(y);
  return { lowest, scale: Math.max(medianOf(y) - lowest, Number.MIN_VALUE * 1e16) };
}

function logWarp(
  y: Float64Array,
  { lowest, scale }: Shift,
  logJacobian: Float64Array,
): Float64Array {
  return y.map((value, i) => {
    const shifted = (value - lowest) / scale + LOG_OFFSET;
    logJacobian[i] = -Math.log(shifted) - Math.log(scale);
    return Math.log(shifted);
  });
}
