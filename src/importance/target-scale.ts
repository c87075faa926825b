import { largestSize } from "../numerics/vectors.ts";
import { meanOf, squaredDeviations } from "../numerics/moments.ts";
import { quantile } from "../numerics/quantile.ts";
import { ranks } from "../numerics/ranks.ts";
import type { TargetScale } from "./result.ts";

/** Values span decades where the 0.9-quantile is so many times the 0.1-quantile … */
const DECADES = 100;
/** … or one of them lies so many times their distance from the median. */
const FAR = 30;
/** The same of logarithms: one such value of 40 holds most of their variance … */
const FAR_OF_LOGS = 5;
/** … and has exploded where it lies so far from the median; where a search has settled, a bad trial is far, too. */
const EXPLODED = 20 * Math.LN10;

/**
 * The scale on which a metric's values are compared. A few huge values would otherwise hold all the
 * variance: logarithms where all values have one sign, and ranks where they have not; as they are where
 * nothing is far out.
 */
export function targetScale(values: Float64Array): TargetScale {
  const low = quantile(values, 0.1);
  const high = quantile(values, 0.9);
  const sameSign = values.every((value) => value > 0) || values.every((value) => value < 0);
  const ratio = sameSign ? Math.max(high / low, low / high) : 1;
  if (ratio <= DECADES && !isFarOut(values, FAR)) return "linear";
  return sameSign ? "log" : "rank";
}

/** Whether a value lies so many times the distance of the middle 80 % from the median. */
function isFarOut(values: Float64Array, times: number): boolean {
  const { middle, distance } = middleOf(values);
  const farthest = values.reduce((most, v) => Math.max(most, Math.abs(v - middle)), 0);
  return distance > 0 && farthest > times * distance;
}

/** The median, and how far the middle 80 % reach. */
const middleOf = (values: Float64Array) => ({
  middle: quantile(values, 0.5),
  distance: quantile(values, 0.9) - quantile(values, 0.1),
});

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
  return withoutExplosions(
    values.map((value) => (value > 0 ? Math.log(value) : -Math.log(-value))),
  );
}

/**
 * Logarithms, of which none lies farther from the median than what has exploded: how many hundreds of decades a trial
 * exploded by would hold all their variance, and says nothing.
 */
function withoutExplosions(logs: Float64Array): Float64Array {
  const { middle, distance } = middleOf(logs);
  const farthest = Math.max(EXPLODED, FAR_OF_LOGS * distance);
  return logs.map((log) => Math.min(middle + farthest, Math.max(middle - farthest, log)));
}
