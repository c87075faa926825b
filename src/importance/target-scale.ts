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
 * variance: logarithms where all values have one sign, and ranks where they have not, or a few exploded so
 * far that they hold the variance of the logarithms, too; as they are where nothing is far out.
 */
export function targetScale(values: Float64Array): TargetScale {
  const low = quantile(values, 0.1);
  const high = quantile(values, 0.9);
  const sameSign = values.every((value) => value > 0) || values.every((value) => value < 0);
  const ratio = sameSign ? Math.max(high / low, low / high) : 1;
  if (ratio <= DECADES && !isFarOut(values, FAR)) return "linear";
  return sameSign && !isFarOut(onScale(values, "log"), FAR_OF_LOGS, EXPLODED) ? "log" : "rank";
}

/** Whether a value lies so many times the distance of the middle 80 % from the median, and so far at least. */
function isFarOut(values: Float64Array, times: number, least = 0): boolean {
  const middle = quantile(values, 0.5);
  const distance = quantile(values, 0.9) - quantile(values, 0.1);
  const farthest = values.reduce((most, v) => Math.max(most, Math.abs(v - middle)), 0);
  return distance > 0 && farthest > Math.max(least, times * distance);
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
