/**
 * Student's t distribution with ν degrees of freedom, ν an integer ≥ 1: the finite series of M.
 * Abramowitz & I. Stegun, Handbook of Mathematical Functions (1964), 26.7.3 and 26.7.4.
 *
 *   A(t)  P(|T| ≤ t)      θ  arctan(t/√ν)
 */

function centralProbability(t: number, freedom: number): number {
  const tangent = t / Math.sqrt(freedom);
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = tangent * cosine;
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k < freedom; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (Math.atan(tangent) + sine * sum) : sine * sum;
}

/** The t within which |T| lies with this probability, 0 < probability < 1. */
export function studentWidth(probability: number, freedom: number): number {
  let high = 1;
  while (centralProbability(high, freedom) < probability) high *= 2;
  let low = 0;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (centralProbability(middle, freedom) < probability) low = middle;
    else high = middle;
  }
  return high;
}
