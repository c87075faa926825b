// Plain sums, in order: simple-statistics corrects for rounding, and so differs in the last bits.

/** Σ vᵢ */
export function total(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum;
}

/** v̄ = Σ vᵢ/n; NaN for no values. */
export const meanOf = (values: ArrayLike<number>): number => total(values) / values.length;

/** Σ(vᵢ − v̄)² */
export function squaredDeviations(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - mean) * (values[i] - mean);
  return sum;
}
