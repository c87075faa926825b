import { medianOf } from "../../numerics/quantile.ts";
import { dot } from "../../numerics/vectors.ts";
import type { Normal } from "../../numerics/normal.ts";
import { besideOf, type Beside } from "./beside.ts";
import type { RateTrial } from "./best-rates.ts";
import { leastSquares, type LeastSquaresFit } from "./least-squares.ts";
import { logRate, type LawKind } from "./rate-law.ts";

// The valley of the values over learning rate, batch size and what was searched beside:
//   v = a₀ + a₁b + a₂b² + Σ_k (c_k z_k + d_k z_k²) + c·t²·e^(±s),  t = ln η − law(b; θ) − Σ_k γ_k z_k,
//   b  ln B about its middle         z  what was searched beside (beside.ts)
//   v  ln(1 + (value − best)/q), q the spread of the good trials: near the best it is the value itself,
//      far from it a logarithm, so that the many bad trials of a wide search do not lead the fit
// by least squares with Huber's weights, on the trials within a window of the best rate. The good trials
// hold it: their mean, by w = e^(−4v), lies about the best rate.

/** Half-width in ln η of what the parabola is fitted to: the valley is one near its bottom only. */
const WINDOW = Math.log(6);
const LEAST_IN_WINDOW = 12;
const ROUNDS = 8;
/**
 * What is expected of the skew: SGD falls off a cliff above its best rate, Adam and RMSProp lose more
 * below theirs.
 */
const SKEW: Normal = { mean: 0, sd: 0.6 };
/** How far the good trials' mean is from the best rate, in ln η; of 32 small trainings .5 to .55. */
const GOOD_SD = 0.5;
/** Trials of less have no say in that mean, and cost time. */
const LEAST_GOODNESS = 0.01;
/** Believed of the other numbers, in units of v: that they are of order one. */
const LEVEL_SD = 2;
/** sd of ln B_noise around the middle of the batch sizes tried. */
const NOISE_SCALE_SD = 3;

/** By so many units an exploded value says no more than that it exploded. */
const EXPLODED = 1e6;

export interface ValleyPoints {
  /** ln η, ln B, v of each trial. */
  readonly x: readonly number[];
  readonly b: readonly number[];
  readonly v: readonly number[];
  /** w = e^(−4v) of each trial, how near it is to the best. */
  readonly goodness: readonly number[];
  readonly beside: readonly Beside[];
  /** The middle of ln B. */
  readonly middle: number;
}

/** γ, of parameters in a row: θ (2), γ (K), ln c, s, a₀, a₁, a₂, c_k and d_k (2K). */
export const shiftsOf = (parameters: readonly number[], count: number): readonly number[] =>
  parameters.slice(2, 2 + count);

export function valleyPoints(trials: readonly RateTrial[]): ValleyPoints {
  const values = trials.map((trial) => trial.value);
  const sorted = [...values].sort((p, q) => p - q);
  const quarter = sorted.slice(0, Math.ceil(sorted.length / 4));
  const unit = medianOf(quarter) - sorted[0];
  const b = trials.map((trial) => Math.log(trial.batchSize));
  const v = values.map((value) =>
    Math.log1p(Math.min(EXPLODED, (value - sorted[0]) / (unit || 1))),
  );
  return {
    x: trials.map((trial) => Math.log(trial.learningRate)),
    b,
    v,
    goodness: v.map((one) => Math.exp(-4 * one)),
    beside: besideOf(trials),
    middle: b.reduce((sum, value) => sum + value, 0) / b.length,
  };
}

/** Indices of the `count` best. */
export const bestTrials = ({ v }: ValleyPoints, count: number): number[] =>
  v
    .map((_, i) => i)
    .sort((p, q) => v[p] - v[q])
    .slice(0, count);

/** What a fit sees: the trials in the window, their weights and their noise. */
export interface ValleyModel {
  readonly points: ValleyPoints;
  readonly inside: readonly number[];
  readonly weights: readonly number[];
  readonly sigma: number;
}

/** Finds the valley by the power law: window, weights and noise, in turns with the fit. */
export function locateValley(
  points: ValleyPoints,
  good: readonly number[],
  exponent: Normal,
): { readonly model: ValleyModel; readonly fit: LeastSquaresFit } {
  const { x, b, beside } = points;
  const shifts = beside.map(({ shift }) => shift.mean);
  const start = good.map(
    (i) =>
      x[i] -
      exponent.mean * b[i] -
      dot(
        shifts,
        beside.map(({ values }) => values[i]),
      ),
  );
  let parameters: readonly number[] = [
    medianOf(start),
    exponent.mean,
    ...shifts,
    0,
    SKEW.mean,
    medianOf(good.map((i) => points.v[i])),
    0,
    0,
    ...beside.flatMap(() => [0, 0]),
  ];
  let sigma = 0.3;
  let last: readonly number[] = [];
  for (let round = 1; ; round++) {
    const inside = insideOf(points, parameters);
    const isSettled = round === ROUNDS || String(inside) === String(last);
    last = inside;
    let weights = inside.map(() => 1);
    let fit: LeastSquaresFit;
    for (let turn = 0; ; turn++) {
      const model = { points, inside, weights, sigma };
      fit = fitLaw("power", model, parameters, exponent);
      parameters = fit.parameters;
      const residuals = residualsOf("power", model, parameters);
      const freedom = Math.max(2, inside.length - parameters.length);
      const cost = residuals.reduce((sum, r, i) => sum + weights[i] * r * r, 0);
      sigma = Math.max(0.02, Math.sqrt(cost / freedom));
      weights = residuals.map((r) => Math.min(1, (1.5 * sigma) / Math.abs(r)));
      if (turn === 2) break;
    }
    if (isSettled) {
      const model = { points, inside, weights, sigma };
      return { model, fit: fitLaw("power", model, parameters, exponent) };
    }
  }
}

/** The trials within the window of the rate that is best by these parameters; the nearest at least. */
function insideOf(points: ValleyPoints, parameters: readonly number[]): number[] {
  const far = points.x.map((_, i) => Math.abs(distance("power", points, parameters, i)));
  const order = far.map((_, i) => i).sort((p, q) => far[p] - far[q]);
  return order.filter((i, rank) => far[i] <= WINDOW || rank < LEAST_IN_WINDOW);
}

/** t: ln η from the best one there. */
function distance(
  kind: LawKind,
  { x, b, beside }: ValleyPoints,
  parameters: readonly number[],
  i: number,
): number {
  let t = x[i] - logRate(kind, parameters, b[i]);
  beside.forEach(({ values }, k) => (t -= parameters[2 + k] * values[i]));
  return t;
}

/** The mean of t over the good trials. */
function goodDistance(kind: LawKind, points: ValleyPoints, parameters: readonly number[]): number {
  let sum = 0;
  let weight = 0;
  points.goodness.forEach((w, i) => {
    if (w < LEAST_GOODNESS) return;
    sum += w * distance(kind, points, parameters, i);
    weight += w;
  });
  return sum / weight;
}

/** v − the model, for the trials inside. */
function residualsOf(
  kind: LawKind,
  { points, inside }: ValleyModel,
  parameters: readonly number[],
): number[] {
  const { b, v, beside, middle } = points;
  const count = beside.length;
  const [logCurvature, skew, level, tilt, bow] = parameters.slice(2 + count);
  const curvature = Math.exp(Math.min(6, logCurvature));
  const steeper = Math.exp(Math.max(-2, Math.min(2, skew)));
  return inside.map((i) => {
    const t = distance(kind, points, parameters, i);
    const off = b[i] - middle;
    let value = level + tilt * off + bow * off * off;
    beside.forEach(({ values }, k) => {
      const z = values[i];
      value += parameters[7 + count + 2 * k] * z + parameters[8 + count + 2 * k] * z * z;
    });
    return v[i] - value - curvature * t * t * (t > 0 ? steeper : 1 / steeper);
  });
}

function fitLaw(
  kind: LawKind,
  model: ValleyModel,
  start: readonly number[],
  exponent: Normal,
): LeastSquaresFit {
  const { points, weights, sigma } = model;
  const { beside, middle } = points;
  const count = beside.length;
  const believed = kind === "power" ? exponent : { mean: middle, sd: NOISE_SCALE_SD };
  return leastSquares((parameters) => {
    const [logCurvature, skew, , ...levels] = parameters.slice(2 + count);
    return [
      ...residualsOf(kind, model, parameters).map((r, i) => (r * Math.sqrt(weights[i])) / sigma),
      goodDistance(kind, points, parameters) / GOOD_SD,
      (parameters[1] - believed.mean) / believed.sd,
      ...shiftsOf(parameters, count).map(
        (shift, k) => (shift - beside[k].shift.mean) / beside[k].shift.sd,
      ),
      logCurvature / 2,
      (skew - SKEW.mean) / SKEW.sd,
      ...levels.map((level) => level / LEVEL_SD),
    ];
  }, start);
}

/** A law with a noise scale is fitted from small, middle and large ones. */
export function fitLawFrom(
  kind: LawKind,
  model: ValleyModel,
  located: LeastSquaresFit,
  exponent: Normal,
): LeastSquaresFit {
  const { middle } = model.points;
  const height = logRate("power", located.parameters, middle);
  const fits = [-3, 0, 3].map((shift) => {
    const unit = logRate(kind, [0, middle + shift], middle);
    const start = [height - unit, middle + shift, ...located.parameters.slice(2)];
    return fitLaw(kind, model, start, exponent);
  });
  return fits.reduce((best, other) => (other.cost < best.cost ? other : best));
}
