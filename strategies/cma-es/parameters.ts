/**
 * Strategy parameters of CMA-ES: N. Hansen, "The CMA evolution strategy: a tutorial",
 * arXiv:1604.00772 (2016), table 1; equation numbers are its.
 *
 *   n  dimension   λ  population   w_i  weights (Σ of the positive ones = 1)   μ_eff  their mass
 */
export interface CmaParameters {
  readonly n: number;
  readonly lambda: number;
  readonly weights: Float64Array;
  readonly muEff: number;
  readonly cSigma: number;
  readonly dSigma: number;
  readonly cC: number;
  readonly c1: number;
  readonly cMu: number;
  /** E‖N(0, I)‖. */
  readonly chiN: number;
  readonly separable: boolean;
}

/** λ = 4 + ⌊3 ln n⌋ (eq. 48). */
export const defaultLambda = (n: number): number => 4 + Math.floor(3 * Math.log(Math.max(1, n)));

export function cmaParameters(n: number, lambda: number, separable: boolean): CmaParameters {
  const raw = Float64Array.from(
    { length: lambda },
    (_, i) => Math.log((lambda + 1) / 2) - Math.log(i + 1), // (eq. 49)
  );
  const mu = Math.floor(lambda / 2);
  const muEff = effective(raw.subarray(0, mu));
  const muEffMinus = effective(raw.subarray(mu));
  const cSigma = (muEff + 2) / (n + muEff + 5); // (eq. 55)
  const cC = (4 + muEff / n) / (n + 4 + (2 * muEff) / n); // (eq. 56)
  // Diagonal matrices have n parameters to learn: (n + 2)/3 as fast. (Ros & Hansen, PPSN 2008)
  const faster = separable ? (n + 2) / 3 : 1;
  const c1 = Math.min(0.5, (faster * 2) / ((n + 1.3) * (n + 1.3) + muEff)); // (eq. 57)
  const cMu = Math.min(
    1 - c1,
    (faster * 2 * (0.25 + muEff + 1 / muEff - 2)) / ((n + 2) * (n + 2) + muEff), // (eq. 58)
  );
  return {
    n,
    lambda,
    weights: scaled(raw, mu, { n, c1, cMu, muEff, muEffMinus }),
    muEff,
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cSigma,
    cC,
    c1,
    cMu,
    chiN: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
    separable,
  };
}

/** (Σ w)² / Σ w². */
function effective(weights: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const w of weights) {
    sum += w;
    squares += w * w;
  }
  return squares > 0 ? (sum * sum) / squares : 0;
}

interface Rates {
  readonly n: number;
  readonly c1: number;
  readonly cMu: number;
  readonly muEff: number;
  readonly muEffMinus: number;
}

/** Positive weights to a sum of 1, negative ones to the least of three bounds (eq. 50–53). */
function scaled(raw: Float64Array, mu: number, rates: Rates): Float64Array {
  const { n, c1, cMu, muEff, muEffMinus } = rates;
  let positive = 0;
  let negative = 0;
  raw.forEach((w, i) => {
    if (i < mu) positive += w;
    else negative += Math.abs(w);
  });
  const alpha = Math.min(
    1 + c1 / cMu,
    1 + (2 * muEffMinus) / (muEff + 2),
    (1 - c1 - cMu) / (n * cMu),
  );
  const share = Math.max(0, alpha) / negative;
  return raw.map((w, i) => (i < mu ? w / positive : w * share));
}
