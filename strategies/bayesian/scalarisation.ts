/**
 * Several metrics as one, by an augmented Chebyshev distance with changing weights (Knowles,
 * "ParEGO", IEEE Trans. Evol. Comput. 10 (2006)): each weight leads to another part of the front.
 *
 *   v̂ⱼ = (vⱼ − lowⱼ)/(highⱼ − lowⱼ) over the rows so far      value = maxⱼ wⱼv̂ⱼ + 0.05 Σⱼ wⱼv̂ⱼ
 */
import { sobolSequence } from "../../src/numerics/sobol.ts";
import type { HistoryRow } from "./history.ts";

/** How many weights there are; consecutive trials take them in turn. */
const WEIGHT_COUNT = 12;
const AUGMENTATION = 0.05;

/** Weight vectors spread over the simplex: the gaps between sorted Sobol coordinates. */
export function weightVectors(metricCount: number): readonly Float64Array[] {
  if (metricCount === 1) return [Float64Array.of(1)];
  const point = sobolSequence(metricCount - 1);
  return Array.from({ length: WEIGHT_COUNT }, (_, k) => {
    const cuts = [
      0,
      ...point(k + 1)
        .slice()
        .sort(),
      1,
    ];
    return Float64Array.from({ length: metricCount }, (_, j) => cuts[j + 1] - cuts[j]);
  });
}

/** The scalar value of each row, NaN for failures; −Infinity counts as the lowest finite value. */
export function scalarise(rows: readonly HistoryRow[], weights: Float64Array): Float64Array {
  if (weights.length === 1) return finiteColumn(rows, 0);
  const columns = Array.from(weights, (_, j) => normalised(finiteColumn(rows, j)));
  return Float64Array.from(rows, (_, i) => {
    let largest = -Infinity;
    let sum = 0;
    for (let j = 0; j < weights.length; j++) {
      const part = weights[j] * columns[j][i];
      if (Number.isNaN(part)) return NaN;
      largest = Math.max(largest, part);
      sum += part;
    }
    return largest + AUGMENTATION * sum;
  });
}

function finiteColumn(rows: readonly HistoryRow[], metric: number): Float64Array {
  const column = Float64Array.from(rows, ({ values }) => values?.[metric] ?? NaN);
  let lowest = Infinity;
  for (const value of column) if (value > -Infinity && value < lowest) lowest = value;
  if (lowest === Infinity) lowest = 0;
  return column.map((value) => (value === -Infinity ? lowest : value));
}

function normalised(column: Float64Array): Float64Array {
  let low = Infinity;
  let high = -Infinity;
  for (const value of column) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const range = high > low ? high - low : 1;
  return column.map((value) => (value - low) / range);
}
