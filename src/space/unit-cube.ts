import {
  cardinality,
  choiceIndex,
  valueAt,
  type Distribution,
  type NumericDistribution,
  type Scalar,
} from "./distribution.ts";

/*
 * One unit coordinate per parameter. A value that stands for a cell (an integer, a point of a grid,
 * a choice) owns an interval of equal width on the distribution's scale and is encoded as that
 * interval's own point: an integer at (v − (low − ½)) / (high + ½ − (low − ½)), on the log scale
 * with logarithms of the same bounds, a choice at (index + ½) / count. (Optuna's transform.)
 */

/** The bounds of the unit interval on the distribution's own scale (logarithmic if it is). */
function bounds(distribution: NumericDistribution): [number, number] {
  const half = distribution.step === undefined ? 0 : distribution.step / 2;
  const low = distribution.low - half;
  const high = distribution.high + half;
  return distribution.log ? [Math.log(low), Math.log(high)] : [low, high];
}

/**
 * Whether floats are too coarse for that: they have no halves beside integers from 2⁵² on, and the
 * logarithms of large neighbours are alike. Then offsets from low are reckoned with, `byOffset`.
 */
function isCoarse({ kind, low, high, log, step }: NumericDistribution): boolean {
  if (log) return kind === "int" ? high > 2 ** 40 : high - low < 1e-9 * low;
  return step !== undefined && Math.max(-low, high) / step > 2 ** 50;
}

interface Scale {
  /** The coordinate of a value. */
  toUnit(value: number): number;
  /** How far a coordinate's value lies above low, in steps if there are any. */
  offsetAt(unit: number): number;
}

/** The same scales, exact however close the values lie to each other. */
function byOffset({ low, high, log, step }: NumericDistribution): Scale {
  const half = step === undefined ? 0 : 0.5;
  const size = step ?? 1;
  const width = (high - low) / size + 2 * half;
  if (!log) {
    return {
      toUnit: (value) => ((value - low) / size + half) / width,
      offsetAt: (unit) => unit * width - half,
    };
  }
  // ln(low + x) − ln low = ln(1 + x/low)
  const start = low - half;
  const total = Math.log1p(width / start);
  return {
    toUnit: (value) => Math.log1p((value - low + half) / start) / total,
    offsetAt: (unit) => start * Math.expm1(unit * total) - half,
  };
}

/**
 * The coordinate in [0, 1] of a value; a value outside the range is clamped, a missing one NaN.
 *
 * @example
 * ```ts
 * import { floatDistribution, toUnit } from "hpo";
 *
 * toUnit(floatDistribution(1e-4, 1, { log: true }), 0.01); // 0.5
 * ```
 */
export function toUnit(distribution: Distribution, value: Scalar | undefined): number {
  if (distribution.kind === "categorical") {
    const index = choiceIndex(distribution, value);
    return index < 0 ? NaN : (index + 0.5) / distribution.choices.length;
  }
  if (typeof value !== "number") return NaN;
  if (distribution.low === distribution.high) return 0.5;
  return Math.min(1, Math.max(0, scaledToUnit(distribution, value)));
}

function scaledToUnit(distribution: NumericDistribution, value: number): number {
  if (isCoarse(distribution)) return byOffset(distribution).toUnit(value);
  const ends = bounds(distribution);
  const scaled = distribution.log ? Math.log(value) : value;
  return (scaled - ends[0]) / (ends[1] - ends[0]);
}

/**
 * The value at a coordinate in [0, 1]: low at 0 and high at 1 to the bit. Cells own half-open
 * intervals, the last one also its end.
 *
 * @example
 * ```ts
 * import { floatDistribution, fromUnit } from "hpo";
 *
 * fromUnit(floatDistribution(1e-4, 1, { log: true }), 0.5); // 0.01
 * ```
 */
export function fromUnit(distribution: Distribution, unit: number): Scalar {
  if (distribution.kind === "categorical") {
    const count = distribution.choices.length;
    return distribution.choices[Math.min(count - 1, Math.max(0, Math.floor(unit * count)))];
  }
  const { low, high, log, step } = distribution;
  if (low === high || unit <= 0) return low;
  if (unit >= 1) return high;
  if (isCoarse(distribution)) {
    const offset = byOffset(distribution).offsetAt(unit);
    return step === undefined ? within(distribution, low + offset) : cellAt(distribution, offset);
  }
  const [start, end] = bounds(distribution);
  const scaled = start + unit * (end - start);
  const value = log ? Math.exp(scaled) : scaled;
  if (step === undefined) return within(distribution, value);
  return cellAt(distribution, (value - low) / step);
}

const within = ({ low, high }: NumericDistribution, value: number): number =>
  Math.min(high, Math.max(low, value));

/** The value nearest to so many steps above low. */
const cellAt = (distribution: NumericDistribution, steps: number): Scalar =>
  valueAt(distribution, Math.min(cardinality(distribution) - 1, Math.max(0, Math.round(steps))));
