/**
 * The standard normal distribution, accurate far into both tails.
 *
 *   φ(z)   density             Φ(z)  distribution function          z, x  real
 *   erfcx(x) = exp(x²)·erfc(x), the scaled complementary error function
 *
 * erfcx: rational approximations of W. J. Cody, "Rational Chebyshev approximation for the error
 * function", Math. Comp. 23 (1969). Φ⁻¹: M. J. Wichura, algorithm AS 241 (PPND16), Appl. Statist. 37
 * (1988). Both are published as accurate to about 1e-16 relative.
 */
import { polynomial } from "./polynomial.ts";

export const HALF_LOG_TWO_PI = 0.9189385332046728;
const SQRT_HALF = Math.SQRT1_2;
const INVERSE_SQRT_PI = 0.5641895835477563;

// Cody 1969; numerators and denominators by falling power.
const ERF_SMALL = {
  numerator: [
    1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2, 3.77485237685302021e2,
    3.20937758913846947e3,
  ],
  denominator: [
    1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3,
  ],
} as const;
const ERFCX_MIDDLE = {
  numerator: [
    2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
    2.98635138197400131e2, 8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3,
    1.23033935479799725e3,
  ],
  denominator: [
    1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
    3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
  ],
} as const;
const ERFCX_LARGE = {
  numerator: [
    1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
    1.60837851487422766e-2, 6.58749161529837803e-4,
  ],
  denominator: [
    1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2,
    2.33520497626869185e-3,
  ],
} as const;

const ratio = (
  of: { readonly numerator: readonly number[]; readonly denominator: readonly number[] },
  x: number,
): number => polynomial(of.numerator, x) / polynomial(of.denominator, x);

/** exp(sign·x²) without the rounding error of x², which exp would multiply by x². */
function expSquare(x: number, sign: 1 | -1): number {
  const coarse = Math.trunc(x * 16) / 16;
  const rest = (x - coarse) * (x + coarse);
  return Math.exp(sign * coarse * coarse) * Math.exp(sign * rest);
}

/** erfcx for x ≥ 0.46875. */
function erfcxRight(x: number): number {
  if (x <= 4) return ratio(ERFCX_MIDDLE, x);
  const inverseSquare = 1 / (x * x);
  return (INVERSE_SQRT_PI - inverseSquare * ratio(ERFCX_LARGE, inverseSquare)) / x;
}

/** erf(x), |x| ≤ 0.46875. */
const erfSmall = (x: number): number => x * ratio(ERF_SMALL, x * x);

/** exp(x²)·erfc(x): about 1/(x√π) for large x; overflows to Infinity below x ≈ −26.6. */
export function erfcx(x: number): number {
  if (Math.abs(x) <= 0.46875) return expSquare(x, 1) * (1 - erfSmall(x));
  return x > 0 ? erfcxRight(x) : 2 * expSquare(x, 1) - erfcxRight(-x);
}

/** erfc(x) = 1 − erf(x), without loss in the right tail. */
export function erfc(x: number): number {
  if (Math.abs(x) <= 0.46875) return 1 - erfSmall(x);
  const tail = expSquare(x, -1) * erfcxRight(Math.abs(x));
  return x > 0 ? tail : 2 - tail;
}

/** ln φ(z). */
export const logNormalDensity = (z: number): number => -0.5 * z * z - HALF_LOG_TWO_PI;

/** Φ(z); 0 below about −38.5. */
export const ndtr = (z: number): number => 0.5 * erfc(-z * SQRT_HALF);

/** ln Φ(z), finite for every finite z. */
export function logNdtr(z: number): number {
  if (z > 5) return Math.log1p(-ndtr(-z));
  if (z > -1) return Math.log(ndtr(z));
  return Math.log(0.5 * erfcx(-z * SQRT_HALF)) - 0.5 * z * z;
}

/** φ(z)/Φ(z), the derivative of ln Φ; about −z in the left tail. */
export function inverseMills(z: number): number {
  if (z < -1) return 0.7978845608028654 / erfcx(-z * SQRT_HALF);
  return Math.exp(logNormalDensity(z)) / ndtr(z);
}

// AS 241; by falling power.
const QUANTILE_CENTRE = {
  numerator: [
    2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4,
    4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3,
    1.3314166789178437745e2, 3.387132872796366608,
  ],
  denominator: [
    5.226495278852854561e3, 2.8729085735721942674e4, 3.930789580009271061e4,
    2.1213794301586595867e4, 5.3941960214247511077e3, 6.871870074920579083e2,
    4.2313330701600911252e1, 1,
  ],
} as const;
const QUANTILE_MIDDLE = {
  numerator: [
    7.7454501427834140764e-4, 2.27238449892691845833e-2, 2.4178072517745061177e-1,
    1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959,
    1.42343711074968357734,
  ],
  denominator: [
    1.05075007164441684324e-9, 5.475938084995344946e-4, 1.51986665636164571966e-2,
    1.4810397642748007459e-1, 6.8976733498510000455e-1, 1.6763848301838038494,
    2.05319162663775882187, 1,
  ],
} as const;
const QUANTILE_TAIL = {
  numerator: [
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.2426609473880784386e-3,
    2.6532189526576123093e-2, 2.9656057182850489123e-1, 1.7848265399172913358,
    5.4637849111641143699, 6.6579046435011037772,
  ],
  denominator: [
    2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
    7.868691311456132591e-4, 1.48753612908506148525e-2, 1.3692988092273580531e-1,
    5.9983220655588793769e-1, 1,
  ],
} as const;

/** Φ⁻¹(p): −Infinity at 0, Infinity at 1, NaN outside [0, 1]. */
export function ndtri(p: number): number {
  const centred = p - 0.5;
  if (Math.abs(centred) <= 0.425) {
    return centred * ratio(QUANTILE_CENTRE, 0.180625 - centred * centred);
  }
  const tail = centred < 0 ? p : 1 - p;
  if (tail <= 0) return tail === 0 ? (centred < 0 ? -Infinity : Infinity) : NaN;
  const r = Math.sqrt(-Math.log(tail));
  const z = r <= 5 ? ratio(QUANTILE_MIDDLE, r - 1.6) : ratio(QUANTILE_TAIL, r - 5);
  return centred < 0 ? -z : z;
}
