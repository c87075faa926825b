import { ndtr } from "../numerics/normal.ts";
import type { BestRate } from "./best-rates.ts";
import { leastSquares, type LeastSquaresFit } from "./least-squares.ts";
import { lawFromParameters, logRate, type LawKind, type RateLaw } from "./rate-law.ts";
import type { Normal } from "./prior-knowledge.ts";

// A law of the best learning rates y_g = ln η_g at b_g = ln B_g, each known to sd_g:
//   y_g ~ N(law(b_g; θ), sd_g² + τ²), τ the scatter of real sweeps around any smooth law.
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
/** sd of ln B_noise around the middle of the batch sizes tried. */
const NOISE_SCALE_SD = 3;

interface Component {
  readonly scatter: number;
  readonly logWeight: number;
  readonly fit: LeastSquaresFit;
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
  const likelihoods = components.map(({ fit, scatter }) =>
    logLikelihood(kind, rates, fit.parameters, scatter),
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
  const sd = rates.map((rate) => Math.hypot(rate.sdOfLog, scatter));
  const middle = b.reduce((sum, value) => sum + value, 0) / b.length;
  const believed = kind === "power" ? exponent : { mean: middle, sd: NOISE_SCALE_SD };
  const residuals = (theta: readonly number[]): number[] => [
    ...y.map((value, i) => (value - logRate(kind, theta, b[i])) / sd[i]),
    (theta[1] - believed.mean) / believed.sd,
  ];
  const height = y.reduce((sum, value) => sum + value, 0) / y.length;
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
    sd.reduce((sum, value) => sum + Math.log(value), 0) +
    Math.log(Math.max(1e-300, aa * bb - ab * ba)) / 2 -
    (z * z) / 2;
  return { scatter, logWeight, fit };
}

function logLikelihood(
  kind: LawKind,
  rates: readonly BestRate[],
  theta: readonly number[],
  scatter: number,
): number {
  return rates.reduce((sum, rate) => {
    const sd = Math.hypot(rate.sdOfLog, scatter);
    const gap = Math.log(rate.learningRate) - logRate(kind, theta, Math.log(rate.batchSize));
    return sum - Math.log(sd) - (gap / sd) * (gap / sd) * 0.5 - Math.log(2 * Math.PI) / 2;
  }, 0);
}

function predictive(
  kind: LawKind,
  { fit, scatter }: Component,
  rates: readonly BestRate[],
  b: number,
): Normal {
  const theta = fit.parameters;
  const slope = theta.map((value, j) => {
    const step = 1e-4;
    const up = logRate(kind, theta.with(j, value + step), b);
    return (up - logRate(kind, theta.with(j, value - step), b)) / (2 * step);
  });
  let variance = scatter * scatter;
  slope.forEach((u, i) => slope.forEach((v, j) => (variance += u * v * fit.covariance.get(i, j))));
  const logs = rates.map((rate) => Math.log(rate.batchSize));
  const beyond = Math.max(0, b - Math.max(...logs), Math.min(...logs) - b);
  variance += DRIFT * DRIFT * beyond * beyond;
  return { mean: logRate(kind, theta, b), sd: Math.sqrt(variance) };
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
