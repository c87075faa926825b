import { total } from "../../numerics/moments.ts";
import { dot } from "../../numerics/vectors.ts";
import type { Normal } from "../../numerics/normal.ts";
import type { BestRate, RateTrial } from "./best-rates.ts";
import type { LawPosterior } from "./law-posterior.ts";
import type { LeastSquaresFit } from "./least-squares.ts";
import { lawFromParameters, logRate, type LawKind } from "./rate-law.ts";
import {
  bestTrials,
  fitLawFrom,
  locateValley,
  valleyPoints,
  shiftsOf,
  type ValleyModel,
  type ValleyPoints,
} from "./valley.ts";

// Laws of the batch size from trials scattered over learning rates, batch sizes and what was searched
// beside: no batch size has a sweep of its own, so that one model (valley.ts) is fitted to all at once.

/** One law, fitted to all trials. */
export interface ScatteredFit {
  readonly posteriors: readonly LawPosterior[];
  /** The best rate of each bin of batch sizes, by the model. */
  readonly rates: readonly BestRate[];
  /** Where the good trials lie in what was searched beside. */
  readonly beside: Readonly<Record<string, number>>;
}

/** Fewer scattered trials than these leave most of the model's numbers to their priors. */
export const LEAST_SCATTERED = 8;

/** Real trainings lie about this far off any smooth law, in ln η … */
const SCATTER = 0.25;
/** … and further by this much per factor e beyond the batch sizes tried, where the edge may end a rise. */
const DRIFT = 0.3;

/**
 * The square-root rule, which the laws' move beyond those batch sizes leans to: of 32 small trainings the exponent
 * from a third of the largest batch size on was .46 ± .38 at fixed samples, and few trials tell it no better.
 */
const RULE: Normal = { mean: 0.5, sd: 0.4 };

/**
 * @param trials with finite values, ≥ LEAST_SCATTERED
 * @param exponent what is believed of the power law's exponent
 */
export function fitScattered(
  trials: readonly RateTrial[],
  exponent: Normal,
  kinds: readonly LawKind[],
): ScatteredFit {
  const points = valleyPoints(trials);
  const good = bestTrials(points, Math.max(5, Math.round(trials.length / 12)));
  const { model, fit } = locateValley(points, good, exponent);
  const at = points.beside.map(({ values }) => middleOf(values, points.goodness));
  const posteriors = kinds.map((kind) => posteriorOf(kind, model, fit, exponent, at));
  return {
    posteriors,
    rates: ratesOf(points, model, posteriors[0]),
    beside: Object.fromEntries(
      points.beside.map(({ name, back }, k) => [name, back(at[k].mean)] as const),
    ),
  };
}

/** The mean of the trials, weighted by how near their value is to the best, and its error. */
function middleOf(values: readonly number[], weights: readonly number[]): Normal {
  const sum = total(weights);
  const mean = dot(weights, values) / sum;
  const variance =
    dot(
      weights,
      values.map((value) => (value - mean) ** 2),
    ) / sum;
  const effective = (sum * sum) / dot(weights, weights);
  return { mean, sd: Math.sqrt(variance / Math.max(1, effective - 1)) };
}

function posteriorOf(
  kind: LawKind,
  model: ValleyModel,
  located: LeastSquaresFit,
  exponent: Normal,
  at: readonly Normal[],
): LawPosterior {
  const { points, inside } = model;
  const fit = kind === "power" ? located : fitLawFrom(kind, model, located, exponent);
  const batches = points.b;
  const middles = at.map(({ mean }) => mean);
  const shifts = shiftsOf(fit.parameters, at.length);
  const [first, last] = [Math.min(...batches), Math.max(...batches)];
  const predict = (batchSize: number) => {
    const b = Math.log(batchSize);
    const edge = Math.min(last, Math.max(first, b));
    const rate = (parameters: readonly number[]): number =>
      logRate(kind, parameters, b) + dot(shiftsOf(parameters, at.length), middles);
    const move = (parameters: readonly number[]): number =>
      logRate(kind, parameters, b) - logRate(kind, parameters, edge);
    const drift = (DRIFT * (b - edge)) ** 2;
    const ofLaw = drift + varianceOf(move, fit);
    const ofRule = (RULE.sd * (b - edge)) ** 2;
    const lean = b === edge ? 0 : ofLaw / (ofLaw + ofRule);
    let variance = SCATTER * SCATTER + varianceOf(rate, fit) + drift;
    // The best place beside is known to its error only, and the best rate moves with it.
    shifts.forEach((shift, k) => (variance += (shift * at[k].sd) ** 2));
    const mean = rate(fit.parameters) + lean * (RULE.mean * (b - edge) - move(fit.parameters));
    return [{ mean, sd: Math.sqrt(variance), weight: 1 }];
  };
  return {
    kind,
    law: lawFromParameters(kind, fit.parameters.slice(0, 2)),
    bic: fit.cost + fit.parameters.length * Math.log(inside.length),
    predict,
  };
}

/** Of a number that depends on the parameters, to first order. */
function varianceOf(
  value: (parameters: readonly number[]) => number,
  { parameters, covariance }: LeastSquaresFit,
): number {
  const step = 1e-4;
  const slope = parameters.map((parameter, j) => {
    const moved = (by: number): number => value(parameters.with(j, parameter + by));
    return (moved(step) - moved(-step)) / (2 * step);
  });
  let variance = 0;
  slope.forEach((p, i) => slope.forEach((q, j) => (variance += p * q * covariance.get(i, j))));
  return variance;
}

/** The model's best rate in each bin of a factor 2 of batch size, with the bin's trials. */
function ratesOf(
  points: ValleyPoints,
  { inside }: ValleyModel,
  posterior: LawPosterior,
): BestRate[] {
  const bins = new Map<number, number[]>();
  for (const i of inside) {
    const key = Math.round(points.b[i] / Math.LN2);
    bins.set(key, [...(bins.get(key) ?? []), i]);
  }
  return [...bins.values()]
    .map((members): BestRate => {
      const mean = members.reduce((sum, i) => sum + points.b[i], 0) / members.length;
      const batchSize = Math.exp(mean);
      const [{ mean: log, sd }] = posterior.predict(batchSize);
      return {
        batchSize,
        learningRate: Math.exp(log),
        sdOfLog: sd,
        trials: members.length,
        atEdge: false,
        kind: "fitted",
      };
    })
    .sort((p, q) => p.batchSize - q.batchSize);
}
