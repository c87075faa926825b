/**
 * exp(x) for x ≤ 0, within 4e-15 relative down to x = −30 (and 2e-13 to −700, 0 below): the kernels
 * spend most of their time here. Over whole arrays, because numbers that pass between functions are
 * boxed wherever the compiler does not inline them; 4× faster than Math.exp on Node 20, and the same
 * bits on every Node.
 *
 *   x = −(k − r)·(ln 2)/1024, |r| ≤ ½      exp(x) = 2^(−k/1024)·exp(r·(ln 2)/1024), by its series
 */
const STEPS_LOG2 = 10;
const STEPS = 1 << STEPS_LOG2;
const FRACTIONS = Float64Array.from({ length: STEPS }, (_, j) => Math.exp((-j * Math.LN2) / STEPS));
const HALVINGS = new Float64Array(1100);
for (let k = 0, value = 1; k < HALVINGS.length; k++, value /= 2) HALVINGS[k] = value;

const STEPS_PER_UNIT = STEPS / Math.LN2;
const STEP = Math.LN2 / STEPS;
const SMALLEST = -700;
const SIXTH = 1 / 6;
const TWENTY_FOURTH = 1 / 24;

/** values[i] ← exp(values[i]) for i < count; each ≤ 0 or NaN. */
export function expNegativeInto(values: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const x = values[i];
    if (x > SMALLEST) {
      const steps = x * STEPS_PER_UNIT;
      const k = (0.5 - steps) | 0;
      const r = (steps + k) * STEP;
      const series = 1 + r * (1 + r * (0.5 + r * (SIXTH + r * TWENTY_FOURTH)));
      values[i] = HALVINGS[k >> STEPS_LOG2] * FRACTIONS[k & (STEPS - 1)] * series;
    } else values[i] = Number.isNaN(x) ? NaN : 0;
  }
}
