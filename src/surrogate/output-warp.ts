/**
 * Monotone maps of raw values to targets of mean 0 and variance 1, which the surrogate fits.
 *
 *   y  raw values, minimised      t  targets      ln J  Σ ln dt/dy, by point
 *
 * Subtracting ln J from the log evidence makes evidences under different maps comparable.
 */
import { medianOf, quantile } from "../numerics/quantile.ts";
import { largest, smallest } from "../numerics/vectors.ts";

export type WarpKind =
  | "identity"
  /** t ~ ln((y − min)/(median − min) + 0.3): few bad values no longer hide the good ones' shape. */
  | "log"
  /**
   * t ~ ln y up to the lower quartile q, above it ln q + s·x/(1 + x) with x = (ln y − ln q)/s and s = ln q − ln min y:
   * values over many decades are told apart where they are good, and how badly the bad ones exploded counts little.
   */
  | "decades";

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
const LEAST_SCALE = Number.MIN_VALUE * 1e16;
/** The quantile above which values are bad, so that how bad counts less. */
const KNEE = 0.25;
/** The ratio of the largest value to the good ones from which on they are compared by decades. */
const WIDE = 1e6;

/** A monotone map of values, before its targets are standardised. */
interface Shape {
  of(value: number): number;
  /** Its slope at a value. */
  slope(value: number): number;
  inverse(shaped: number): number;
}

const IDENTITY: Shape = { of: (value) => value, slope: () => 1, inverse: (shaped) => shaped };

const SHAPES: Readonly<Record<WarpKind, (y: Float64Array) => Shape>> = {
  identity: () => IDENTITY,
  log: aboveBest,
  decades: byDecades,
};

/** @param y finite values, at least one */
export function warpValues(y: Float64Array, kind: WarpKind): WarpedValues {
  const shape = SHAPES[kind](y);
  const shaped = y.map((value) => shape.of(value));
  let mean = 0;
  for (const value of shaped) mean += value / y.length;
  let variance = 0;
  for (const value of shaped) variance += ((value - mean) * (value - mean)) / y.length;
  const scale = Math.sqrt(variance) || 1;
  return {
    targets: shaped.map((value) => (value - mean) / scale),
    logJacobian: y.map((value) => Math.log(shape.slope(value)) - Math.log(scale)),
    at: (value) => ({
      target: (shape.of(value) - mean) / scale,
      slope: shape.slope(value) / scale,
    }),
    valueOf: (target) => shape.inverse(mean + scale * target),
  };
}

/** Below the best value the logarithm goes on as far as half of its offset. */
function aboveBest(y: Float64Array): Shape {
  const lowest = smallest(y);
  const scale = Math.max(medianOf(y) - lowest, LEAST_SCALE);
  const shifted = (value: number): number =>
    Math.max((value - lowest) / scale, -0.5 * LOG_OFFSET) + LOG_OFFSET;
  return {
    of: (value) => Math.log(shifted(value)),
    slope: (value) => 1 / (shifted(value) * scale),
    inverse: (shaped) => lowest + scale * (Math.exp(shaped) - LOG_OFFSET),
  };
}

/** Values above 0 by their own logarithms, others by those of their distance from the best one. */
function byDecades(y: Float64Array): Shape {
  const best = smallest(y);
  const origin = best > 0 ? 0 : best;
  const offset = best > 0 ? 0 : Math.max(LOG_OFFSET * (quantile(y, KNEE) - best), LEAST_SCALE);
  // A value below the best may have no logarithm.
  const distance = (value: number): number =>
    Math.max(value - origin + offset, 0.5 * (best - origin + offset));
  const logs = y.map((value) => Math.log(distance(value)));
  const knee = quantile(logs, KNEE);
  const scale = Math.max(knee - smallest(logs), 1);
  const over = (value: number): number => (Math.log(distance(value)) - knee) / scale;
  return {
    of(value) {
      const at = over(value);
      return knee + scale * (at <= 0 ? at : at / (1 + at));
    },
    slope(value) {
      const above = 1 + Math.max(0, over(value));
      return 1 / (distance(value) * above * above);
    },
    inverse(shaped) {
      const at = Math.min((shaped - knee) / scale, 1);
      return Math.exp(knee + scale * (at <= 0 ? at : at / (1 - at))) - offset + origin;
    },
  };
}

/** Whether the values spread over so many decades that their differences say nothing of the good ones. */
export function isWide(y: Float64Array): boolean {
  const lowest = smallest(y);
  const good = lowest > 0 ? lowest : quantile(y, KNEE) - lowest;
  return good > 0 && largest(y) / good >= WIDE;
}
