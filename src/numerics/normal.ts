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
import { evaluatePolynomial } from "./polynomial.ts";

export interface Normal {
  readonly mean: number;
  readonly sd: number;
}

export const HALF_LOG_TWO_PI = 0.9189385332046728;
const SQRT_HALF = Math.SQRT1_2;
const INVERSE_SQRT_PI = 0.5641895835477563;

// Cody 1969; numerators and denominators by falling power.
const ERF_SMALL = {
  numerator: [
    0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302,
    3209.3775891384694,
  ],
  denominator: [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171],
} as const;
const ERFCX_MIDDLE = {
  numerator: [
    2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163,
    298.6351381974001, 881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
  ],
  denominator: [
    1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903,
    3290.7992357334597, 4362.619090143247, 3439.3676741437216, 1230.3393548037495,
  ],
} as const;
const ERFCX_LARGE = {
  numerator: [
    0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926,
    0.016083785148742275, 0.0006587491615298378,
  ],
  denominator: [
    1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132,
    0.0023352049762686918,
  ],
} as const;

const ratio = (
  of: { readonly numerator: readonly number[]; readonly denominator: readonly number[] },
  x: number,
): number => evaluatePolynomial(of.numerator, x) / evaluatePolynomial(of.denominator, x);

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
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
    1971.5909503065513, 133.14166789178438, 3.3871328727963665,
  ],
  denominator: [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
    687.1870074920579, 42.31333070160091, 1,
  ],
} as const;
const QUANTILE_MIDDLE = {
  numerator: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
    3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  denominator: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008,
    0.6897673349851, 1.6763848301838038, 2.053191626637759, 1,
  ],
} as const;
const QUANTILE_TAIL = {
  numerator: [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
    0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  denominator: [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
    0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
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
