/**
 * The search distribution N(m, σ²·A·C·A) of CMA-ES in the unit cube and its update. Equation numbers
 * are those of Hansen's tutorial, arXiv:1604.00772.
 *
 *   m  mean   σ  step size   C = L·Lᵀ  covariance   A  diagonal, moved by the margin alone
 *   p_σ, p_c  evolution paths   y = A⁻¹(x − m)/σ ~ N(0, C)   z = L⁻¹y ~ N(0, I)
 *
 * L is the Cholesky factor instead of C^½: the same distribution, and p_σ in a rotated frame.
 * (Krause, Arbonès & Igel, "CMA-ES with optimal covariance update", NeurIPS 2016)
 */
import { choleskyInto, packedStart, solveLowerInto } from "../../src/numerics/cholesky.ts";
import { dotRange } from "../../src/numerics/dot-range.ts";
import type { Rng } from "../../src/numerics/rng.ts";
import { addScaledInto } from "../../src/numerics/vectors.ts";
import type { CmaParameters } from "./parameters.ts";

export interface Gaussian {
  readonly parameters: CmaParameters;
  readonly mean: Float64Array;
  sigma: number;
  /** Packed lower triangle; off the diagonal 0 if separable. */
  readonly covariance: Float64Array;
  readonly factor: Float64Array;
  readonly scale: Float64Array;
  readonly pathSigma: Float64Array;
  readonly pathC: Float64Array;
  generation: number;
}

/** @param deviations the first standard deviations in units of σ */
export function gaussian(
  parameters: CmaParameters,
  mean: Float64Array,
  sigma: number,
  deviations: Float64Array,
): Gaussian {
  const { n } = parameters;
  const covariance = new Float64Array(packedStart(n));
  for (let j = 0; j < n; j++) covariance[diagonal(j)] = deviations[j] * deviations[j];
  const search: Gaussian = {
    parameters,
    mean: mean.slice(),
    sigma,
    covariance,
    factor: new Float64Array(packedStart(n)),
    scale: new Float64Array(n).fill(1),
    pathSigma: new Float64Array(n),
    pathC: new Float64Array(n),
    generation: 0,
  };
  factorise(search);
  return search;
}

export const diagonal = (j: number): number => packedStart(j) + j;

/** The standard deviation of coordinate j. */
export const deviationOf = ({ sigma, scale, covariance }: Gaussian, j: number): number =>
  sigma * scale[j] * Math.sqrt(covariance[diagonal(j)]);

const MOST_REDRAWS = 50;

/** A draw in [0, 1)ⁿ: drawn anew while it lies outside, at last moved in. */
export function sample(search: Gaussian, rng: Rng): Float64Array {
  const { n } = search.parameters;
  const x = new Float64Array(n);
  for (let attempt = 0; ; attempt++) {
    const z = Float64Array.from(x, () => rng.normal());
    let inside = true;
    for (let j = 0; j < n; j++) {
      const y = dotRange(search.factor, packedStart(j), z, 0, j + 1);
      x[j] = search.mean[j] + search.sigma * search.scale[j] * y;
      if (!(x[j] >= 0 && x[j] < 1)) inside = false;
    }
    if (inside) return x;
    if (attempt === MOST_REDRAWS) return x.map((v) => Math.min(1 - 1e-12, Math.max(0, v)));
  }
}

/** One generation: λ points, best first. */
export function update(search: Gaussian, points: readonly Float64Array[]): void {
  const { parameters, sigma, scale, mean } = search;
  const { n, weights, lambda, cSigma, dSigma, cC, muEff, chiN } = parameters;
  const ys: Float64Array[] = [];
  const lengths = new Float64Array(lambda);
  for (let i = 0; i < lambda; i++) {
    const y = points[i].map((v, j) => (v - mean[j]) / (sigma * scale[j]));
    lengths[i] = shorten(search, y);
    ys.push(y);
  }
  const step = new Float64Array(n); // y_w
  for (let i = 0; i < lambda; i++) {
    if (weights[i] > 0) addScaledInto(step, weights[i], ys[i]);
  }
  mean.forEach((value, j) => (mean[j] = clip(value + sigma * scale[j] * step[j]))); // (eq. 42)
  const whitened = step.slice();
  solveLowerInto(search.factor, whitened, n);
  const keepSigma = Math.sqrt(cSigma * (2 - cSigma) * muEff);
  for (let j = 0; j < n; j++) {
    search.pathSigma[j] = (1 - cSigma) * search.pathSigma[j] + keepSigma * whitened[j]; // (eq. 43)
  }
  const length = Math.sqrt(dotRange(search.pathSigma, 0, search.pathSigma, 0, n));
  search.sigma *= Math.exp(Math.min(1, (cSigma / dSigma) * (length / chiN - 1))); // (eq. 44)
  search.generation++;
  const settled = 1 - Math.exp(2 * search.generation * Math.log(1 - cSigma));
  const h = length / Math.sqrt(settled) < (1.4 + 2 / (n + 1)) * chiN ? 1 : 0;
  const keepC = h * Math.sqrt(cC * (2 - cC) * muEff);
  for (let j = 0; j < n; j++) {
    search.pathC[j] = (1 - cC) * search.pathC[j] + keepC * step[j]; // (eq. 45)
  }
  adapt(search, ys, lengths, h);
  factorise(search);
}

/** C (eq. 47), with negative weights by length (eq. 46). */
function adapt(search: Gaussian, ys: readonly Float64Array[], lengths: Float64Array, h: number) {
  const { covariance: C, pathC, parameters } = search;
  const { n, weights, lambda, c1, cMu, cC, separable } = parameters;
  const delta = (1 - h) * cC * (2 - cC);
  let total = 0;
  for (const w of weights) total += w;
  const keep = 1 + c1 * delta - c1 - cMu * total;
  const active = weights.map((w, i) =>
    w >= 0 ? w : (w * n) / Math.max(1e-12, lengths[i] * lengths[i]),
  );
  for (let p = 0; p < n; p++) {
    for (let q = separable ? p : 0; q <= p; q++) {
      let rank = 0;
      for (let i = 0; i < lambda; i++) rank += active[i] * ys[i][p] * ys[i][q];
      const at = packedStart(p) + q;
      C[at] = keep * C[at] + c1 * pathC[p] * pathC[q] + cMu * rank;
    }
  }
}

/**
 * Shortens y in place to ‖L⁻¹y‖ ≤ √n + 2n/(n + 2) and returns that length: points that this
 * generation did not draw (late ones, others' trials) can't tear it away. Own draws are hardly ever
 * so long. (Hansen, "Injecting external solutions into CMA-ES", arXiv:1110.4181, eq. 4)
 */
function shorten({ factor, parameters: { n } }: Gaussian, y: Float64Array): number {
  const z = y.slice();
  solveLowerInto(factor, z, n);
  const length = Math.sqrt(dotRange(z, 0, z, 0, n));
  const longest = Math.sqrt(n) + (2 * n) / (n + 2);
  if (!(length > longest)) return length;
  y.forEach((value, j) => (y[j] = value * (longest / length)));
  return longest;
}

/** L from C; a C that rounding left indefinite loses its correlations. */
function factorise({ covariance, factor, parameters: { n } }: Gaussian): void {
  for (let j = 0; j < n; j++) {
    covariance[diagonal(j)] = Math.max(1e-20, covariance[diagonal(j)]);
  }
  factor.set(covariance);
  if (choleskyInto(factor, n)) return;
  for (let p = 0; p < n; p++) {
    for (let q = 0; q < p; q++) covariance[packedStart(p) + q] = 0;
  }
  factor.set(covariance);
  choleskyInto(factor, n);
}

const clip = (x: number): number => Math.min(1, Math.max(0, x));
