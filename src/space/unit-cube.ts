import { valueAt, cardinality, type Distribution, type Scalar } from "./distribution.ts";

/*
 * One unit coordinate per parameter. A value that stands for a cell (an integer, a point of a grid,
 * a choice) owns an interval of equal width on the distribution's scale and is encoded as that
 * interval's own point: an integer at (v − (low − ½)) / (high + ½ − (low − ½)), on the log scale
 * with logarithms of the same bounds, a choice at (index + ½) / count. (Optuna's transform.)
 */

/** The bounds of the unit interval on the distribution's own scale (logarithmic if it is). */
function bounds(distribution: Exclude<Distribution, { kind: "categorical" }>): [number, number] {
  const half = distribution.step === undefined ? 0 : distribution.step / 2;
  const low = distribution.low - half;
  const high = distribution.high + half;
  return distribution.log ? [Math.log(low), Math.log(high)] : [low, high];
}

/** The coordinate in [0, 1] of a value; a value outside the range is clamped, a missing one NaN. */
export function toUnit(distribution: Distribution, value: Scalar | undefined): number {
  if (distribution.kind === "categorical") {
    const index = distribution.choices.indexOf(value as Scalar);
    return index < 0 ? NaN : (index + 0.5) / distribution.choices.length;
  }
  if (typeof value !== "number") return NaN;
  if (distribution.low === distribution.high) return 0.5;
  const [low, high] = bounds(distribution);
  const scaled = distribution.log ? Math.log(value) : value;
  return Math.min(1, Math.max(0, (scaled - low) / (high - low)));
}

/** The value at a coordinate in [0, 1]; cells own half-open intervals, the last one also its end. */
export function fromUnit(distribution: Distribution, unit: number): Scalar {
  if (distribution.kind === "categorical") {
    const count = distribution.choices.length;
    return distribution.choices[Math.min(count - 1, Math.max(0, Math.floor(unit * count)))];
  }
  if (distribution.low === distribution.high) return distribution.low;
  const [low, high] = bounds(distribution);
  const scaled = low + unit * (high - low);
  const value = distribution.log ? Math.exp(scaled) : scaled;
  if (distribution.step !== undefined) {
    const index = Math.round((value - distribution.low) / distribution.step);
    return valueAt(distribution, Math.min(cardinality(distribution) - 1, Math.max(0, index)));
  }
  return Math.min(distribution.high, Math.max(distribution.low, value));
}
