import { HpoError } from "../errors/errors.ts";
import type { Distribution } from "./distribution.ts";
import type { PriorSpec } from "./prior-spec.ts";
import { fromUnit } from "./unit-cube.ts";

/**
 * What is believed about the best point before any trial: a density over the unit cube of a search
 * space, relative to the uniform one. Strategies that search a model add its logarithm to their
 * acquisition; those that draw points warp their draws by it.
 */
export interface Prior {
  /**
   * ln(density ÷ uniform) at `unit` (one coordinate per parameter of the space, NaN where the
   * parameter does not exist there; such coordinates do not count). Finite everywhere.
   */
  logDensity(unit: Float64Array): number;
  /** Maps independent uniforms in [0, 1) to a draw from the prior (the Rosenblatt transform). */
  warp(uniforms: Float64Array): Float64Array;
}

/**
 * The share of every prior that is spread evenly, so that a wrong one can be overruled.
 *
 * @example
 * ```ts
 * import { densityAt, densityTable, UNIFORM_SHARE } from "hpo";
 *
 * // Even where a prior has no weight of its own, this much is left.
 * densityAt(densityTable((unit) => (unit > 0.5 ? 1 : 0)), 0.1) >= UNIFORM_SHARE - 1e-9; // true
 * ```
 */
export const UNIFORM_SHARE = 0.2;

/**
 * One coordinate's density on a grid of equal intervals over [0, 1], relative to uniform, linear
 * between the nodes; and its cumulative distribution at the nodes.
 */
export interface DensityTable {
  readonly density: Float64Array;
  readonly cumulative: Float64Array;
}

const INTERVALS = 512;

/**
 * `weightAt(u)`: an unnormalised density at a unit coordinate. Mixed with UNIFORM_SHARE.
 *
 * @example
 * ```ts
 * import { densityQuantile, densityTable } from "hpo";
 *
 * const around = densityTable((unit) => Math.exp(-50 * (unit - 0.3) * (unit - 0.3)));
 * densityQuantile(around, 0.5); // the median, near 0.3
 * ```
 */
export function densityTable(weightAt: (unit: number) => number): DensityTable {
  const density = Float64Array.from({ length: INTERVALS + 1 }, (_, i) =>
    Math.max(0, weightAt(i / INTERVALS)),
  );
  let total = 0;
  for (let i = 0; i < INTERVALS; i++) total += (density[i] + density[i + 1]) / (2 * INTERVALS);
  const mixed = density.map((value) => UNIFORM_SHARE + ((1 - UNIFORM_SHARE) * value) / total);
  return { density: mixed, cumulative: integral(mixed) };
}

/**
 * The table of a user's prior on one parameter. @throws HpoError if it has no weight in range.
 *
 * @example
 * ```ts
 * import { densityQuantile, floatDistribution, fromUnit, logNormal, priorTable } from "hpo";
 *
 * const lr = floatDistribution(1e-6, 1, { log: true });
 * const table = priorTable("lr", lr, logNormal(3e-4, 3));
 * fromUnit(lr, densityQuantile(table, 0.5)); // the median, near 3e-4
 * ```
 */
export function priorTable(
  name: string,
  distribution: Distribution,
  spec: PriorSpec,
): DensityTable {
  const table = densityTable((unit) => weightOf(distribution, spec, unit));
  if (!Number.isFinite(table.density[0])) {
    throw new HpoError(
      `"${name}": the prior ${JSON.stringify(spec)} has no weight in the parameter's range. ` +
        "Move the prior or widen the range.",
    );
  }
  return table;
}

/**
 * The density ∝ density^power: with a power below 1 flatter, the same belief held less firmly. power ≥ 0;
 * at 0 it is even.
 *
 * @example
 * ```ts
 * import { densityAt, densityTable, tempered } from "hpo";
 *
 * const sharp = densityTable((unit) => Math.exp(-50 * (unit - 0.5) * (unit - 0.5)));
 * densityAt(tempered(sharp, 0.25), 0.5) < densityAt(sharp, 0.5); // true
 * ```
 */
export function tempered(table: DensityTable, power: number): DensityTable {
  const density = table.density.map((value) => Math.exp(power * Math.log(value)));
  const cumulative = integral(density);
  const total = cumulative[INTERVALS];
  return {
    density: density.map((value) => value / total),
    cumulative: cumulative.map((value) => value / total),
  };
}

function integral(density: Float64Array): Float64Array {
  const cumulative = new Float64Array(INTERVALS + 1);
  for (let i = 1; i <= INTERVALS; i++) {
    cumulative[i] = cumulative[i - 1] + (density[i - 1] + density[i]) / (2 * INTERVALS);
  }
  return cumulative;
}

/**
 * Density ÷ uniform at a unit coordinate, in [0, 1].
 *
 * @example
 * ```ts
 * import { densityAt, densityTable } from "hpo";
 *
 * const rising = densityTable((unit) => unit);
 * densityAt(rising, 0.9) > densityAt(rising, 0.1); // true
 * ```
 */
export function densityAt(table: DensityTable, unit: number): number {
  const position = Math.min(1, Math.max(0, unit)) * INTERVALS;
  const index = Math.min(INTERVALS - 1, Math.floor(position));
  const rest = position - index;
  return table.density[index] * (1 - rest) + table.density[index + 1] * rest;
}

/**
 * The unit coordinate below which a share `probability`, in [0, 1], of the weight lies.
 *
 * @example
 * ```ts
 * import { densityQuantile, densityTable } from "hpo";
 *
 * densityQuantile(densityTable(() => 1), 0.25); // 0.25
 * ```
 */
export function densityQuantile(table: DensityTable, probability: number): number {
  const { density, cumulative } = table;
  let low = 0;
  let high = INTERVALS;
  const target = probability * cumulative[INTERVALS];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (cumulative[middle] <= target) low = middle;
    else high = middle;
  }
  // Within an interval the cumulative is a parabola: solve ½·slope·t² + d·t = rest for t ∈ [0, 1].
  const d = density[low];
  const slope = density[low + 1] - d;
  const rest = (target - cumulative[low]) * INTERVALS;
  const t = (2 * rest) / (d + Math.sqrt(Math.max(0, d * d + 2 * slope * rest)));
  return Math.min(1, (low + Math.min(1, t)) / INTERVALS);
}

/**
 * Independent priors by coordinate (undefined: uniform) as one.
 *
 * @example
 * ```ts
 * import { densityTable, independentPrior } from "hpo";
 *
 * // Of two coordinates the first is believed to be large; nothing is believed of the second.
 * const prior = independentPrior([densityTable((unit) => unit), undefined]);
 * ```
 */
export function independentPrior(tables: readonly (DensityTable | undefined)[]): Prior {
  return {
    logDensity(unit) {
      let sum = 0;
      for (let i = 0; i < tables.length; i++) {
        const table = tables[i];
        if (table && !Number.isNaN(unit[i])) sum += Math.log(densityAt(table, unit[i]));
      }
      return sum;
    },
    warp: (uniforms) =>
      uniforms.map((value, i) => {
        const table = tables[i];
        return table ? densityQuantile(table, value) : value;
      }),
  };
}

/** The unnormalised density of a prior in the unit coordinate (uniform = constant). */
function weightOf(distribution: Distribution, spec: PriorSpec, unit: number): number {
  if (spec.kind === "beta") {
    // Kept off the ends, where a beta with a or b below 1 is infinite.
    const u = Math.min(1 - 0.5 / INTERVALS, Math.max(0.5 / INTERVALS, unit));
    return Math.exp((spec.a - 1) * Math.log(u) + (spec.b - 1) * Math.log(1 - u));
  }
  const value = fromUnit(distribution, unit);
  if (spec.kind === "weights") {
    return spec.weights.find(([choice]) => choice === value)?.[1] ?? 0;
  }
  const x = value as number;
  // The density in x becomes one in the unit coordinate: on a log scale it is multiplied by x.
  const isLog = distribution.kind !== "categorical" && distribution.log;
  const jacobian = isLog ? x : 1;
  switch (spec.kind) {
    case "logNormal": {
      if (x <= 0) return 0;
      const z = Math.log(x / spec.median) / Math.log(spec.factor);
      return (Math.exp(-0.5 * z * z) / x) * jacobian;
    }
    case "normal": {
      const z = (x - spec.mean) / spec.sd;
      return Math.exp(-0.5 * z * z) * jacobian;
    }
    case "density":
      return interpolate(spec.points, x, isLog);
  }
}

/** On the parameter's own scale, as `density` says: the table's weights already live there. */
function interpolate(
  points: readonly (readonly [number, number])[],
  x: number,
  logScale: boolean,
): number {
  const index = points.findIndex(([value]) => value >= x);
  if (index < 0) return 0;
  const [right, rightWeight] = points[index];
  if (right === x) return rightWeight;
  if (index === 0) return 0;
  const [left, leftWeight] = points[index - 1];
  const scale = logScale && left > 0 ? Math.log : (value: number): number => value;
  const share = (scale(x) - scale(left)) / (scale(right) - scale(left));
  return leftWeight + share * (rightWeight - leftWeight);
}
