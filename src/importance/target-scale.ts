import { largestSize } from "../numerics/vectors.ts";
import { meanOf, squaredDeviations } from "../numerics/moments.ts";
import { quantile } from "../numerics/quantile.ts";
import { ranks } from "../numerics/ranks.ts";
import type { TargetScale } from "./result.ts";

/** Values span decades where the 0.9-quantile is so many times the 0.1-quantile … */
const DECADES = 100;
/** … or one of them lies so many times their distance from the median. */
const FAR = 30;

/**
 * The scale on which a metric's values are compared. A few huge values would otherwise hold all the
 * variance: logarithms where all values have one sign, else ranks; as they are where nothing is far
 * out.
 */
export function targetScale(values: Float64Array): TargetScale {
  const low = quantile(values, 0.1);
  const high = quantile(values, 0.9);
  const middle = quantile(values, 0.5);
  const farthest = values.reduce((most, v) => Math.max(most, Math.abs(v - middle)), 0);
  const sameSign = values.every((value) => value > 0) || values.every((value) => value < 0);
  const ratio = sameSign ? Math.max(high / low, low / high) : 1;
  const isWide = ratio > DECADES || (high > low && farthest > FAR * (high - low));
  if (!isWide) return "linear";
  return sameSign ? "log" : "rank";
}

/** The values on a scale, with mean 0 and variance 1; all 0 where they are equal. */
export function onTargetScale(values: Float64Array, scale: TargetScale): Float64Array {
  const on = onScale(values, scale);
  const largest = largestSize(on);
  if (largest === 0) return on;
  // Divided first, so that no square overflows.
  const small = on.map((value) => value / largest);
  const mean = meanOf(small);
  const sd = Math.sqrt(squaredDeviations(small) / small.length);
  return sd > 1e-12 ? small.map((value) => (value - mean) / sd) : small.fill(0);
}

function onScale(values: Float64Array, scale: TargetScale): Float64Array {
  if (scale === "linear") return values.slice();
  if (scale === "rank") return Float64Array.from(ranks(values));
  return values.map((value) => (value > 0 ? Math.log(value) : -Math.log(-value)));
}
