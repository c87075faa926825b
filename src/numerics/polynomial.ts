/** Σ c_i x^(m−i), coefficients c by falling power (Horner's scheme). */
export function evaluatePolynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}
