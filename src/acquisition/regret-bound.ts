/**
 * How much a search may still gain, by a model of what it has found.
 *
 *   μ, σ   the process' mean and standard deviation      n  trials      d  parameters
 *   β      2·ln(d·n²·π²/(6δ)) / 5, δ = 0.1               N  the points of the trials
 *
 *   bound  min over N of (μ + √β·σ) − min over the space of (μ − √β·σ)
 *
 * As far as the model holds, no point of the space is better than the best trial by more; of fewer than
 * 20 trials it is often too sure. A. Makarova et al., "Automatic termination for hyperparameter optimization",
 * AutoML 2022; β as there, after Srinivas et al. 2010, scaled by a fifth.
 */
import { createRng, type Rng } from "../numerics/rng.ts";
import { smallest } from "../numerics/vectors.ts";
import { warpValues, type WarpedValues } from "../surrogate/output-warp.ts";
import { encode, type Params, type SearchSpace } from "../space/search-space.ts";
import { fittedProcess, type FittedProcess } from "../surrogate/fitted-process.ts";
import { kindsOf } from "../surrogate/dimensions.ts";
import { factorize, withTargets, type GaussianProcess } from "../surrogate/gaussian-process.ts";
import { knownRows } from "../surrogate/known-rows.ts";
import { predict, slopePredictor } from "../surrogate/predict.ts";
import type { Acquisition } from "./acquisition.ts";
import { domainOf, type Domain } from "./domain.ts";
import { GLOBAL_EFFORT, maximizeAcquisition } from "./maximize.ts";

/** All in the metric's units. */
export interface RegretBound {
  /** What the best trial may lie above the best of the space, ≥ 0. */
  readonly bound: number;
  /** The standard error of one value at the best trial's level, as the model sees the noise. */
  readonly noise: number;
  /** The least upper bound among the trials, and the least lower bound of the space. */
  readonly upper: number;
  readonly lower: number;
}

/** The process knows so many trials: the better half of them, and a spread over the rest. */
const MOST_KNOWN = 250;
/** And so many where it only says how the bound fell. */
const MOST_KNOWN_BEFORE = 100;
const DELTA = 0.1;
const SCALED_BY = 5;

/**
 * The same trials give the same bound.
 * @param params of n ≥ 3 trials
 * @param values n finite values, minimised
 */
export function regretBoundOf(
  space: SearchSpace,
  params: readonly Params[],
  values: Float64Array,
): RegretBound {
  const rng = createRng(0, "regret-bound");
  const told = toldBy(space, params, values, rng);
  return boundOf(domainOf(space), told, fitted(space, told), values.length, rng);
}

/**
 * The bound after each of some numbers of trials, as a model that knows all of them sees it: its
 * hyperparameters and its scale are fitted once, to all.
 * @param counts each an integer from 3 to n
 */
export function regretBoundsAfter(
  space: SearchSpace,
  params: readonly Params[],
  values: Float64Array,
  counts: readonly number[],
): RegretBound[] {
  const domain = domainOf(space);
  const whole = createRng(0, "regret-bound");
  const all = toldBy(space, params, values, whole);
  const model = fitted(space, all);
  return counts.map((count) => {
    if (count === values.length) return boundOf(domain, all, model, count, whole);
    const rng = createRng(count, "regret-bound");
    const told = toldBy(space, params, values.subarray(0, count), rng, MOST_KNOWN_BEFORE);
    const { kernel, theta } = model.gp;
    const targets = told.values.map((value) => model.warp.at(value).target);
    const gp = withTargets(factorize(kernel, theta, flatten(told.points)), targets, "estimated");
    return boundOf(domain, told, { gp, warp: model.warp }, count, rng);
  });
}

/** The trials that the process knows. */
interface Told {
  readonly points: readonly Float64Array[];
  readonly values: Float64Array;
}

interface Model {
  readonly gp: GaussianProcess;
  readonly warp: WarpedValues;
}

function toldBy(
  space: SearchSpace,
  params: readonly Params[],
  values: Float64Array,
  rng: Rng,
  most = MOST_KNOWN,
): Told {
  const rows = knownRows(values, most, rng);
  return {
    points: rows.map((row) => encode(space, params[row])),
    values: Float64Array.from(rows, (row) => values[row]),
  };
}

/** Under the warp that makes the values likelier. */
function fitted(space: SearchSpace, { points, values }: Told): Model {
  const [kinds, X] = [kindsOf(space), flatten(points)];
  return [warpValues(values, "identity"), warpValues(values, "log")]
    .map((warp) => ({ warp, ...fittedProcess(kinds, X, warp.targets) }))
    .reduce((one, other) => (scoreOf(other) < scoreOf(one) ? other : one));
}

/** @param n trials, of which the process may know some alone */
function boundOf(
  domain: Domain,
  { points, values }: Told,
  { gp, warp }: Model,
  n: number,
  rng: Rng,
): RegretBound {
  const width = Math.sqrt(betaOf(domain.dimension, n));
  const upper = smallest(bounds(gp, flatten(points), width));
  const good = [...points.keys()].sort((a, b) => values[a] - values[b]).map((k) => points[k]);
  const search = { acquisition: lowerBound(gp, width), domain, good };
  const lower = -maximizeAcquisition(search, GLOBAL_EFFORT, rng)[0].value;
  const atBest = warp.at(warp.valueOf(upper));
  return {
    bound: warp.valueOf(upper) - warp.valueOf(lower),
    noise: Math.sqrt(gp.weights.noise) / atBest.slope,
    upper: warp.valueOf(upper),
    lower: warp.valueOf(lower),
  };
}

const betaOf = (d: number, n: number): number =>
  (2 * Math.log((d * n * n * Math.PI * Math.PI) / (6 * DELTA))) / SCALED_BY;

/** −ln posterior with the warp's Jacobian: comparable between warps, lower is better. */
const scoreOf = ({
  negativeLogPosterior,
  fitted,
  warp,
}: FittedProcess & { warp: WarpedValues }): number =>
  warp.logJacobian.subarray(0, fitted).reduce((sum, slope) => sum - slope, negativeLogPosterior);

/** μ + width·σ at points, row-major. */
function bounds(gp: GaussianProcess, points: Float64Array, width: number): Float64Array {
  const { mean, variance } = predict(gp, points);
  return mean.map((mu, i) => mu + width * Math.sqrt(variance[i]));
}

/** −(μ − width·σ), to be maximised. */
function lowerBound(gp: GaussianProcess, width: number): Acquisition {
  const slopesAt = slopePredictor(gp);
  return {
    values: (points) => bounds(gp, points, -width).map((value) => -value),
    addSlope(x, gradient) {
      const { mean, variance, meanSlope, varianceSlope } = slopesAt(x);
      const sigma = Math.sqrt(variance);
      for (let i = 0; i < gradient.length; i++) {
        gradient[i] += (width * varianceSlope[i]) / (2 * sigma) - meanSlope[i];
      }
      return width * sigma - mean;
    },
  };
}

function flatten(points: readonly Float64Array[]): Float64Array {
  const d = points[0].length;
  const X = new Float64Array(points.length * d);
  points.forEach((point, row) => X.set(point, row * d));
  return X;
}
