/**
 * The q-quantile of the values, linear between order statistics (R's type 7, NumPy's default;
 * simple-statistics has none of the kind). @throws never; NaN for no values.
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return NaN;
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

export const medianOf = (values: ArrayLike<number>): number => quantile(values, 0.5);
