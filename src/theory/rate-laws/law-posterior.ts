import { meanOf } from "../../numerics/moments.ts";
import { dot } from "../../numerics/vectors.ts";
import { ndtr, type Normal } from "../../numerics/normal.ts";
import type { BestRate } from "./best-rates.ts";
import { deviationsOf, type Deviations } from "./deviations.ts";
import { leastSquares, type LeastSquaresFit } from "./least-squares.ts";
import { lawFromParameters, logRate, type LawKind, type RateLaw } from "./rate-law.ts";

// A law of the best learning rates y_g = ln η_g at b_g = ln B_g, each known to sd_g:
//   y ~ N(law(b; θ), C), C of sd_g² and τ, the scatter of real sweeps around any smooth law, half of
// which neighbouring batch sizes share (deviations.ts).
// θ is found by maximum a posteriori, with Laplace's covariance, on a grid of τ with weights.

/**
 * ln τ ~ N(ln .25, .42²): the best trial of a real sweep lies about a factor 1.3 off any smooth law,
 * since its curve is flat near the optimum and its learning rates stand on a grid.
 */
const SCATTERS = [0.12, 0.18, 0.25, 0.35, 0.5, 0.8] as const;
const SCATTER_CENTER = Math.log(0.25);
const SCATTER_SD = 0.42;
/** The law itself may bend beyond the data: added sd of ln η per factor e of batch size. */
const DRIFT = 0.15;
/** A sweep finds its best only on its grid: rounding to one of factor √2, ln √2/√12. */
const ROUNDING_SD = 0.1;
/** sd of ln B_noise around the middle of the batch sizes tried. */
const NOISE_SCALE_SD = 3;

interface Component {
  readonly scatter: number;
  readonly deviations: Deviations;
  readonly logWeight: number;
  readonly fit: LeastSquaresFit;
  /** L⁻¹ of what the rates lie off the law, and by parameter of the law's slopes at them. */
  readonly whitenedGaps: readonly number[];
  readonly whitenedSlopes: readonly (readonly number[])[];
}

export interface LawPosterior {
  readonly kind: LawKind;
  /** The law at the posterior mode. */
  readonly law: RateLaw;
  /** −2 ln L + k ln n at the mode, k = 3 with τ. */
  readonly bic: number;
  /** ln η at a batch size as a mixture of normals, weights adding up to 1. */
  predict(batchSize: number): readonly (Normal & { readonly weight: number })[];
}

/** @param exponent what is believed of the power law's exponent before the trials */
export function lawPosterior(
  kind: LawKind,
  rates: readonly BestRate[],
  exponent: Normal,
): LawPosterior {
  const components = SCATTERS.map((scatter) => fitComponent(kind, rates, exponent, scatter));
  const likelihoods = components.map(({ fit, deviations }) =>
    logLikelihood(kind, rates, fit.parameters, deviations),
  );
  const top = Math.max(...components.map((component) => component.logWeight));
  const mode = components.find((component) => component.logWeight === top) ?? components[0];
  const shares = components.map(({ logWeight }) => Math.exp(logWeight - top));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return {
    kind,
    law: lawFromParameters(kind, mode.fit.parameters),
    bic: -2 * Math.max(...likelihoods) + 3 * Math.log(rates.length),
    predict: (batchSize) =>
      components.map((component, i) => ({
        ...predictive(kind, component, rates, Math.log(batchSize)),
        weight: shares[i] / total,
      })),
  };
}

function fitComponent(
  kind: LawKind,
  rates: readonly BestRate[],
  exponent: Normal,
  scatter: number,
): Component {
  const b = rates.map((rate) => Math.log(rate.batchSize));
  const y = rates.map((rate) => Math.log(rate.learningRate));
  const deviations = deviationsOf(rates, scatter);
  const middle = meanOf(b);
  const believed = kind === "power" ? exponent : { mean: middle, sd: NOISE_SCALE_SD };
  const residuals = (theta: readonly number[]): number[] => [
    ...deviations.whiten(y.map((value, i) => value - logRate(kind, theta, b[i]))),
    (theta[1] - believed.mean) / believed.sd,
  ];
  const height = meanOf(y);
  const starts =
    kind === "power"
      ? [[height - believed.mean * middle, believed.mean]]
      : [-3, 0, 3].map((shift) => [height, middle + shift]);
  const fit = starts
    .map((start) => leastSquares(residuals, start))
    .reduce((best, other) => (other.cost < best.cost ? other : best));
  const [[aa, ab], [ba, bb]] = fit.covariance.to2DArray();
  const z = (Math.log(scatter) - SCATTER_CENTER) / SCATTER_SD;
  const logWeight =
    -fit.cost / 2 -
    deviations.logScale +
    Math.log(Math.max(1e-300, aa * bb - ab * ba)) / 2 -
    (z * z) / 2;
  const theta = fit.parameters;
  const whitenedGaps = deviations.whiten(gapsTo(kind, rates, theta));
  const whitenedSlopes = theta.map((_, j) =>
    deviations.whiten(b.map((at) => slopeOf(kind, theta, j, at))),
  );
  return { scatter, deviations, logWeight, fit, whitenedGaps, whitenedSlopes };
}

/** y − law(b; θ). */
const gapsTo = (kind: LawKind, rates: readonly BestRate[], theta: readonly number[]): number[] =>
  rates.map((rate) => Math.log(rate.learningRate) - logRate(kind, theta, Math.log(rate.batchSize)));

function logLikelihood(
  kind: LawKind,
  rates: readonly BestRate[],
  theta: readonly number[],
  deviations: Deviations,
): number {
  const whitened = deviations.whiten(gapsTo(kind, rates, theta));
  const cost = dot(whitened, whitened) + rates.length * Math.log(2 * Math.PI);
  return -deviations.logScale - cost / 2;
}

/** The law at b, corrected by what its neighbours deviate from it (universal kriging). */
function predictive(
  kind: LawKind,
  { fit, scatter, deviations, whitenedGaps, whitenedSlopes }: Component,
  rates: readonly BestRate[],
  b: number,
): Normal {
  const theta = fit.parameters;
  const logs = rates.map((rate) => Math.log(rate.batchSize));
  const towards = deviations.towards(b);
  const slope = theta.map((_, j) => slopeOf(kind, theta, j, b) - dot(towards, whitenedSlopes[j]));
  let variance = scatter * scatter - dot(towards, towards) + ROUNDING_SD * ROUNDING_SD;
  slope.forEach((u, i) => slope.forEach((v, j) => (variance += u * v * fit.covariance.get(i, j))));
  const beyond = Math.max(0, b - Math.max(...logs), Math.min(...logs) - b);
  variance += DRIFT * DRIFT * beyond * beyond;
  const correction = dot(towards, whitenedGaps);
  return { mean: logRate(kind, theta, b) + correction, sd: Math.sqrt(variance) };
}

/** ∂ ln η/∂θ_j at ln B = b. */
function slopeOf(kind: LawKind, theta: readonly number[], j: number, b: number): number {
  const step = 1e-4;
  const up = logRate(kind, theta.with(j, theta[j] + step), b);
  return (up - logRate(kind, theta.with(j, theta[j] - step), b)) / (2 * step);
}

/** The quantile of a mixture of normals, by bisection. */
export function mixtureQuantile(
  components: readonly (Normal & { readonly weight: number })[],
  probability: number,
): number {
  let low = Math.min(...components.map(({ mean, sd }) => mean - 10 * sd));
  let high = Math.max(...components.map(({ mean, sd }) => mean + 10 * sd));
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    const below = components.reduce(
      (sum, { weight, mean, sd }) => sum + weight * ndtr((middle - mean) / sd),
      0,
    );
    if (below < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
