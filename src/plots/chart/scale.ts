import type { Distribution, Scalar } from "../../space/distribution.ts";
import { scalarText } from "./number-text.ts";

/** How an axis lays out its values. Low < high. */
export type Scale =
  | {
      readonly kind: "linear" | "log";
      readonly low: number;
      readonly high: number;
      /** Ticks at integers only. */
      readonly integer?: boolean;
    }
  /** Choices by their index. */
  | { readonly kind: "category"; readonly choices: readonly string[] }
  /** In milliseconds from the start. */
  | { readonly kind: "time"; readonly low: number; readonly high: number };

/** Values that span more decades than this are laid out by their logarithms. */
const DECADES_FOR_LOG = 2;

/** Where a value lies on its axis, from the axis' own zero; NaN where it has no place. */
export function place(scale: Scale, value: number): number {
  if (scale.kind !== "log") return value;
  return value > 0 ? Math.log10(value) : NaN;
}

/** The ends of an axis, in the units of `place`. */
export function ends(scale: Scale): [low: number, high: number] {
  if (scale.kind === "category") return [-0.5, scale.choices.length - 0.5];
  return [place(scale, scale.low), place(scale, scale.high)];
}

/** The value at a share of the axis; for what is computed on a grid. */
export function valueAtShare(scale: Scale, share: number): number {
  const [low, high] = ends(scale);
  const at = low + share * (high - low);
  return scale.kind === "log" ? 10 ** at : at;
}

/** The share of the axis below a value; outside [0, 1] beyond its ends. */
export function shareOf(scale: Scale, value: number): number {
  const [low, high] = ends(scale);
  return (place(scale, value) - low) / (high - low);
}

export interface AxisScaleOptions {
  /** By default logarithmic where all values are above 0 and span more than two decades. */
  readonly log?: boolean;
  readonly integer?: boolean;
  /** Free room at the ends, as a share of the span; .04 by default. */
  readonly room?: number;
}

/** An axis that holds all finite values; from 0 to 1 where there are none. */
export function scaleFor(values: Iterable<number>, options: AxisScaleOptions = {}): Scale {
  const { integer, room = 0.04 } = options;
  let low = Infinity;
  let high = -Infinity;
  let leastPositive = Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    if (value > 0 && value < leastPositive) leastPositive = value;
  }
  const isPositive = low > 0 && low < Infinity;
  const log = isPositive && (options.log ?? Math.log10(high / low) > DECADES_FOR_LOG);
  const ticks = integer === true && { integer };
  if (!(low <= high)) return { kind: "linear", low: 0, high: 1, ...ticks };
  return { ...padded(low, high, log, room), ...ticks };
}

function padded(low: number, high: number, log: boolean, room: number) {
  if (room === 0 && low < high) return { kind: log ? "log" : "linear", low, high } as const;
  if (log) {
    const [from, to] = [Math.log10(low), Math.log10(high)];
    const extra = to > from ? room * (to - from) : 0.5;
    return {
      kind: "log",
      low: positive(10 ** (from - extra)),
      high: finite(10 ** (to + extra)),
    } as const;
  }
  // Halves, as the span of two huge numbers may overflow.
  const half = high / 2 - low / 2;
  const extra = half > 0 ? 2 * room * half : Math.max(Math.abs(low) * 0.1, Number.MIN_VALUE * 1e16);
  const [from, to] = [finite(low - extra), finite(high + extra)];
  return { kind: "linear", low: from < to ? from : to - Math.abs(to) / 10, high: to } as const;
}

/** Half of the largest number: spans of two stay finite. */
const LARGEST = Number.MAX_VALUE / 4;
const finite = (value: number): number => Math.max(-LARGEST, Math.min(LARGEST, value));
const positive = (value: number): number => Math.max(value, 1e-307);

/**
 * The axis of a parameter: its range, widened to the values that were tried outside of it; a
 * categorical's choices, with others that were tried at the end.
 */
export function parameterScale(
  distribution: Distribution | undefined,
  tried: readonly (Scalar | undefined)[],
): ParameterScale {
  const present = tried.filter((value) => value !== undefined);
  const numeric = present.every((value) => typeof value === "number");
  if (!distribution ? !numeric : distribution.kind === "categorical" || !numeric) {
    const declared = distribution?.kind === "categorical" ? distribution.choices : [];
    return categoryScale([...new Set<Scalar>([...declared, ...present])]);
  }
  const bounds =
    distribution && distribution.kind !== "categorical"
      ? [distribution.low, distribution.high]
      : [];
  const numbers = [...bounds, ...(present as number[])].filter(Number.isFinite);
  const isInteger = distribution ? distribution.kind === "int" : numbers.every(Number.isInteger);
  const log = distribution && distribution.kind !== "categorical" ? distribution.log : undefined;
  const exact = new Set(bounds).size === 2;
  const scale = scaleFor(numbers, { integer: isInteger, log, room: exact ? 0 : 0.04 });
  return { scale, position: (value) => (typeof value === "number" ? value : NaN) };
}

export interface ParameterScale {
  readonly scale: Scale;
  /** Of a value; NaN if it has none. */
  readonly position: (value: Scalar | undefined) => number;
}

function categoryScale(choices: readonly Scalar[]): ParameterScale {
  const index = new Map(choices.map((choice, i) => [choice, i]));
  return {
    scale: { kind: "category", choices: choices.map(scalarText) },
    position: (value) => (value === undefined ? NaN : (index.get(value) ?? NaN)),
  };
}
