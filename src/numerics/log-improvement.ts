/**
 * ln h(z), h(z) = φ(z) + z·Φ(z): expected improvement is σ·h(z) with z = (best − mean)/σ.
 * Stable for every z (tested down to −1e6). Ament et al., "Unexpected improvements to expected
 * improvement for Bayesian optimization", NeurIPS 2023, eq. 9.
 */
import { HALF_LOG_TWO_PI, erfcx, inverseMills, logNormalDensity, ndtr } from "./normal.ts";

const SQRT_HALF_PI = 1.2533141373155003;
/** Left of it h(z) = φ(z)/z²·(1 − 3/z² + 15/z⁴ − …) loses less than the closed form, which cancels. */
const ASYMPTOTIC_BELOW = -30;

/** 1 − 3/z² + 15/z⁴ − 105/z⁶ + 945/z⁸ − 10395/z¹⁰ as a function of w = 1/z². */
const tailSeries = (w: number): number =>
  1 - w * (3 - w * (15 - w * (105 - w * (945 - w * 10395))));

/** ln(φ(z) + z·Φ(z)). */
export function logImprovement(z: number): number {
  if (z > -1) return Math.log(Math.exp(logNormalDensity(z)) + z * ndtr(z));
  if (z > ASYMPTOTIC_BELOW) {
    return logNormalDensity(z) + Math.log1p(z * SQRT_HALF_PI * erfcx(-z * Math.SQRT1_2));
  }
  const w = 1 / (z * z);
  return -0.5 * z * z - HALF_LOG_TWO_PI - 2 * Math.log(-z) + Math.log(tailSeries(w));
}

/** d/dz ln h(z) = Φ(z)/h(z), always positive; about −z in the left tail. */
export function logImprovementSlope(z: number): number {
  if (z > ASYMPTOTIC_BELOW) return 1 / (inverseMills(z) + z);
  const w = 1 / (z * z);
  const millsSeries = 1 - w * (1 - w * (3 - w * (15 - w * (105 - w * 945))));
  return (-z * millsSeries) / tailSeries(w);
}
