/** Operations on dense vectors of one length. */

/** Σ aᵢbᵢ, in order. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** √Σ aᵢ² */
export const norm = (a: ArrayLike<number>): number => Math.sqrt(dot(a, a));

/** out ← out + factor·a */
export function addScaledInto(out: Float64Array, factor: number, a: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] += factor * a[i];
}

export const scaled = (a: Float64Array, factor: number): Float64Array =>
  a.map((value) => value * factor);

/** a + factor·b */
export function plusScaled(a: Float64Array, factor: number, b: Float64Array): Float64Array {
  const out = Float64Array.from(a);
  addScaledInto(out, factor, b);
  return out;
}

/** The mean of several vectors of one length. */
export function meanVector(vectors: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(vectors[0].length);
  for (const vector of vectors) addScaledInto(mean, 1 / vectors.length, vector);
  return mean;
}

/** max aᵢ; −Infinity for none. */
export function largest(values: ArrayLike<number>): number {
  let result = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] > result) result = values[i];
  return result;
}

/** min aᵢ; Infinity for none. */
export function smallest(values: ArrayLike<number>): number {
  let result = Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] < result) result = values[i];
  return result;
}

/** max |aᵢ|; 0 for none. */
export const largestSize = (a: Float64Array): number =>
  a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
