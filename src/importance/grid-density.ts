/**
 * Densities of a parameter on a grid of its own scale, by Parzen estimators as Optuna's PED-ANOVA has
 * them (optuna/importance/_ped_anova/scott_parzen_estimator.py): a kernel for each occupied cell,
 * weighted by its trials, with Scott's bandwidth, and one wide kernel for the prior.
 */
import { ndtr } from "../numerics/normal.ts";
import type { Distribution, NumericDistribution, Scalar } from "../space/distribution.ts";

const MOST_CELLS = 50;
const PRIOR_WEIGHT = 1;
/** So narrow that 1.64 of it, 90 % of its mass, lie within a cell. */
const LEAST_BANDWIDTH = 0.5 / 1.64;

/** How many of the values lie in each cell of the grid. */
export function countsOf(distribution: Distribution, values: readonly Scalar[]): Float64Array {
  if (distribution.kind === "categorical") {
    const counts = new Float64Array(distribution.choices.length);
    for (const value of values) {
      const index = distribution.choices.indexOf(value);
      if (index >= 0) counts[index]++;
    }
    return counts;
  }
  const { log } = distribution;
  const scale = (value: number): number => (log ? Math.log(value) : value);
  const low = scale(distribution.low);
  const counts = new Float64Array(cellCount(distribution));
  const width = (scale(distribution.high) - low) / (counts.length - 1);
  for (const value of values) {
    // A value halfway between two cells belongs to the lower one.
    const cell = Math.ceil((scale(Number(value)) - low) / width - 0.5);
    if (!Number.isNaN(cell)) counts[Math.min(counts.length - 1, Math.max(0, cell))]++;
  }
  return counts;
}

function cellCount({ kind, low, high, log, step }: NumericDistribution): number {
  if (kind === "int" && log) {
    return Math.min(Math.ceil(Math.log(high - low + 1) / Math.log(2)) + 1, MOST_CELLS);
  }
  if (step === undefined) return MOST_CELLS;
  return Math.min(Math.round((high - low) / step) + 1, MOST_CELLS);
}

/** The density over the cells, which sums to 1. @param counts of which one is not 0 */
export function gridDensity(counts: Float64Array, { kind }: Distribution): Float64Array {
  return kind === "categorical" ? choiceDensity(counts) : numberDensity(counts);
}

/** Each category's kernel gives a little of itself to all of them. */
function choiceDensity(counts: Float64Array): Float64Array {
  const occupied = counts.reduce((sum, count) => (count > 0 ? sum + 1 : sum), 0);
  const smoothing = PRIOR_WEIGHT / (occupied + 1);
  const total = counts.reduce((sum, count) => sum + count, 0) + PRIOR_WEIGHT;
  const whole = 1 + smoothing * counts.length;
  const spread =
    ((total - PRIOR_WEIGHT) * (smoothing / whole) + PRIOR_WEIGHT / counts.length) / total;
  return counts.map((count) => spread + count / whole / total);
}

function numberDensity(counts: Float64Array): Float64Array {
  const cells = counts.length;
  const density = new Float64Array(cells);
  const bandwidth = bandwidthOf(counts);
  const total = counts.reduce((sum, count) => sum + count, 0) + PRIOR_WEIGHT;
  counts.forEach((count, cell) => {
    if (count > 0) addKernel(density, cell, bandwidth, count / total);
  });
  addKernel(density, (cells - 1) / 2, cells, PRIOR_WEIGHT / total);
  return density;
}

/** A normal density's mass in each cell, within the range −½ … cells − ½. */
function addKernel(density: Float64Array, mean: number, sd: number, weight: number): void {
  const cells = density.length;
  const whole = mass((-0.5 - mean) / sd, (cells - 0.5 - mean) / sd);
  for (let cell = 0; cell < cells; cell++) {
    density[cell] += (weight * mass((cell - 0.5 - mean) / sd, (cell + 0.5 - mean) / sd)) / whole;
  }
}

/** Φ(b) − Φ(a), taken in the left tail, where no digits cancel. */
const mass = (a: number, b: number): number => (a > 0 ? ndtr(-a) - ndtr(-b) : ndtr(b) - ndtr(a));

/** Scott's rule on the cells' numbers: 1.059 · min(IQR/1.34, sd) · n^(−1/5). */
function bandwidthOf(counts: Float64Array): number {
  const occupied = [...counts.keys()].filter((cell) => counts[cell] > 0);
  const n = occupied.reduce((sum, cell) => sum + counts[cell], 0);
  const mean = occupied.reduce((sum, cell) => sum + cell * counts[cell], 0) / n;
  const square = occupied.reduce(
    (sum, cell) => sum + (cell - mean) * (cell - mean) * counts[cell],
    0,
  );
  const sd = Math.sqrt(square / Math.max(1, n - 1));
  let cumulated = 0;
  const upTo = occupied.map((cell) => (cumulated += counts[cell]));
  const quarter = upTo.findIndex((count) => count >= Math.floor(n / 4));
  const above = upTo.findIndex((count) => count > Math.floor((n * 3) / 4));
  const range = occupied[above < 0 ? occupied.length - 1 : above] - occupied[quarter];
  return Math.max(
    LEAST_BANDWIDTH,
    1.059 * Math.min(range / 1.34, sd) * Math.exp(-0.2 * Math.log(n)),
  );
}
