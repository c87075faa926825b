import {
  choleskyInto,
  halfLogDeterminant,
  packedStart,
  solveLowerInto,
} from "../../numerics/cholesky.ts";
import { logNdtr, ndtri } from "../../numerics/normal.ts";
import { ranks } from "../../numerics/ranks.ts";

// The evidence of theory's mean function against a constant, under a Gaussian process:
//   y = a + c·q(z) + f(z) + noise, z = (ln η − m(B))/s, q = 1 − exp(−z²/2), c ≥ 0
// y are normal scores of the values, so that neither their scale nor explosions count. With
// c ~ |N(0, 2²)| and everything else as for the constant, the ratio is in closed form:
//   √(1/(v·A))·exp(b²/2A)·2Φ(b/√A), A = qᵀK⁻¹q + 1/v, b = qᵀK⁻¹y, v = 2².

const SLOPE_VARIANCE = 4;
const MEAN_VARIANCE = 9;
/** More trials than this would cost without changing the verdict: the last ones are taken. */
const MOST_TRIALS = 80;

/** Lengthscales in units of s, and shares of noise, averaged over. */
const LENGTHSCALES = [0.5, 1, 2] as const;
const NOISES = [0.1, 0.4, 0.8] as const;

/**
 * @param offsets z of each trial, in units of the prior's standard deviation
 * @param values one per trial, smaller is better, all finite
 * @returns ln(evidence of theory's mean ÷ evidence of a constant)
 */
export function logEvidenceRatio(offsets: readonly number[], values: readonly number[]): number {
  const z = offsets.slice(-MOST_TRIALS);
  const order = ranks(values.slice(-MOST_TRIALS));
  const y = Float64Array.from(order, (rank) => ndtri((rank - 0.5) / z.length));
  const q = Float64Array.from(z, (value) => -Math.expm1((-value * value) / 2));
  const parts = LENGTHSCALES.flatMap((scale) =>
    NOISES.map((noise) => evidence(z, y, q, scale, noise)),
  );
  const top = Math.max(...parts.map((part) => Math.max(part.constant, part.theory)));
  const sum = (key: "constant" | "theory"): number =>
    parts.reduce((total, part) => total + Math.exp(part[key] - top), 0);
  return Math.log(sum("theory")) - Math.log(sum("constant"));
}

function evidence(
  z: readonly number[],
  y: Float64Array,
  q: Float64Array,
  lengthscale: number,
  noise: number,
): { constant: number; theory: number } {
  const n = z.length;
  const factor = new Float64Array(packedStart(n));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const gap = (z[i] - z[j]) / lengthscale;
      const signal = (1 - noise) * Math.exp((-gap * gap) / 2);
      factor[packedStart(i) + j] = MEAN_VARIANCE + signal + (i === j ? noise : 0);
    }
  }
  // Never fails: the noise on the diagonal is at least .1.
  choleskyInto(factor, n);
  const scores = Float64Array.from(y);
  const shape = Float64Array.from(q);
  solveLowerInto(factor, scores, n);
  solveLowerInto(factor, shape, n);
  let [fit, b, a] = [0, 0, 1 / SLOPE_VARIANCE];
  for (let i = 0; i < n; i++) {
    fit += scores[i] * scores[i];
    b += shape[i] * scores[i];
    a += shape[i] * shape[i];
  }
  const constant = -fit / 2 - halfLogDeterminant(factor, n);
  const gain = (b * b) / (2 * a) - Math.log(SLOPE_VARIANCE * a) / 2;
  return { constant, theory: constant + gain + Math.LN2 + logNdtr(b / Math.sqrt(a)) };
}
