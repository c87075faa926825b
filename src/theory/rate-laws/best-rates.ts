import { meanOf } from "../../numerics/moments.ts";
import { medianOf } from "../../numerics/quantile.ts";
import { leastSquares } from "./least-squares.ts";

// The best learning rate of each batch size from scattered trials, by one joint model:
//   value = f_B + c (x − m_B)²·e^(±a), x = ln η, + above and − below the optimum m_B,
// with a curvature c and a skew a that all batch sizes share (too high a rate costs more than too
// low a one), fitted robustly (Huber weights) to the trials near each batch size's best one.

/** One finished trial; smaller values are better, NaN or ±∞ is a diverged one. */
export interface RateTrial {
  readonly learningRate: number;
  readonly batchSize: number;
  readonly value: number;
  /** Optimizer steps of the run. */
  readonly steps?: number;
  /** Examples (or tokens) seen by the run. */
  readonly samples?: number;
  /** Neurons of a layer. */
  readonly width?: number;
  /** Layers. */
  readonly depth?: number;
  /** What was searched beside, by name: momentum, decay, warm-up … */
  readonly beside?: Readonly<Record<string, number>>;
}

export interface BestRate {
  readonly batchSize: number;
  readonly learningRate: number;
  /** Standard deviation of ln η. */
  readonly sdOfLog: number;
  /** Trials that the estimate rests on. */
  readonly trials: number;
  /** The best trial is at an end of the learning rates tried: the optimum may lie beyond. */
  readonly atEdge: boolean;
  /**
   * fitted: by the joint model; single: the only learning rate there, taken as tuned; flat: all
   * values are equal, so that the middle of the learning rates tried stands for them all.
   */
  readonly kind: "fitted" | "bestOfTwo" | "single" | "flat";
}

/** Half-width of the neighbourhood in ln η: loss curves are parabolas only near their minimum. */
const WINDOW = Math.log(4);
/** What is assumed of a learning rate that stands alone: someone tuned it to about a factor 1.6. */
const TUNED_SD = 0.5;
const NEAREST = 4;
/** What is expected of a before the trials [an engineering choice]. */
const SKEW = { mean: 0.15, sd: 0.1 } as const;

/** More batch sizes than these are put into bins: a fit of each takes seconds, and tells no more. */
const MOST_SWEPT = 24;

interface Group {
  readonly batchSize: number;
  /** ln η and value of the trials near the best. */
  readonly points: readonly { readonly x: number; readonly value: number }[];
  readonly best: number;
  readonly spacing: number;
  readonly atEdge: boolean;
}

/**
 * The best learning rate of each batch size, by one model of all trials.
 * @param trials finite trials
 * @param exponent α, used to move trials of scattered batch sizes to their bin's middle
 *
 * @example
 * ```ts
 * import { bestRates, type RateTrial } from "hpo/theory";
 *
 * const trials: RateTrial[] = [1e-3, 3e-3, 1e-2, 3e-2, 1e-1].map((learningRate) => ({
 *   learningRate,
 *   batchSize: 32,
 *   value: Math.log(learningRate / 1e-2) ** 2,
 * }));
 * bestRates(trials, 0.5).length; // 1
 * ```
 */
export const bestRates = (trials: readonly RateTrial[], exponent: number): BestRate[] =>
  bestRatesOfEach([trials], exponent)[0];

/** The same of several sets of trials, which share the model's curvature and skew: one list for each. */
export function bestRatesOfEach(
  sets: readonly (readonly RateTrial[])[],
  exponent: number,
): BestRate[][] {
  const grouped = sets.map((trials) => groupTrials(trials, exponent));
  const groups = grouped.flat();
  const many = groups.some((group) => group.points.length >= 3);
  const curved = groups.filter((group) => group.points.length >= 2);
  const isFlat = many && groups.every((group) => valueSpread(group) === 0);
  const used = many && !isFlat ? curved : groups;
  const rates = many && !isFlat ? fitJointly(used) : used.map(isFlat ? flat : withoutCurve);
  const found = new Map(used.map((group, i) => [group, rates[i]]));
  return grouped.map((set) =>
    set.flatMap((group) => found.get(group) ?? []).sort((a, b) => a.batchSize - b.batchSize),
  );
}

function groupTrials(trials: readonly RateTrial[], exponent: number): Group[] {
  const byBatch = groupBy(trials, (trial) => trial.batchSize);
  const swept = [...byBatch.values()].filter((members) => distinctRates(members) >= 3);
  const whole = swept.length <= MOST_SWEPT ? swept : [];
  const rest = [...byBatch.values()].filter((members) => !whole.includes(members)).flat();
  const bins = [...groupBy(rest, (trial) => Math.round(Math.log2(trial.batchSize))).values()];
  const full = bins.filter((members) => distinctRates(members) >= 4);
  if (full.length === 0) return [...byBatch.values()].map((members) => groupOf(members));
  return [...whole, ...full].map((members) => groupOf(centred(members, exponent)));
}

const distinctRates = (trials: readonly RateTrial[]): number =>
  new Set(trials.map((trial) => trial.learningRate)).size;

/** Moves a bin's trials to its mean ln B along the expected exponent. */
function centred(members: readonly RateTrial[], exponent: number): RateTrial[] {
  const logs = members.map((trial) => Math.log(trial.batchSize));
  const middle = Math.exp(meanOf(logs));
  const batchSize = members.every((t) => t.batchSize === members[0].batchSize)
    ? members[0].batchSize
    : middle;
  return members.map((trial) => ({
    ...trial,
    batchSize,
    learningRate: trial.learningRate * Math.exp(exponent * Math.log(batchSize / trial.batchSize)),
  }));
}

function groupOf(members: readonly RateTrial[]): Group {
  const cap = explosionCap(members.map((trial) => trial.value));
  const sorted = members
    .map(({ learningRate, value }) => ({ x: Math.log(learningRate), value }))
    .sort((a, b) => a.x - b.x);
  // Only the run of bad values at the high end: a bad one between good ones is an outlier.
  const lastGood = sorted.findLastIndex((point) => point.value <= cap);
  const all = sorted.map(({ x, value }, i) => ({ x, value: i > lastGood ? cap : value }));
  const best = all.reduce((a, b) => (b.value < a.value ? b : a)).x;
  const distances = all.map((point) => Math.abs(point.x - best)).sort((a, b) => a - b);
  const reach = Math.max(WINDOW, distances[Math.min(NEAREST, distances.length) - 1]) + 1e-9;
  const points = all.filter((point) => Math.abs(point.x - best) <= reach);
  const xs = [...new Set(points.map((point) => point.x))];
  const gaps = xs.slice(1).map((x, i) => x - xs[i]);
  return {
    batchSize: members[0].batchSize,
    points,
    best,
    spacing: gaps.length > 0 ? medianOf(gaps) : 2 * TUNED_SD,
    atEdge: best === all[0].x || best === all[all.length - 1].x,
  };
}

function flat({ batchSize, points, atEdge }: Group): BestRate {
  const [low, high] = [points[0].x, points[points.length - 1].x];
  return {
    batchSize,
    learningRate: Math.exp((low + high) / 2),
    sdOfLog: Math.max(TUNED_SD, (high - low) / 2),
    trials: points.length,
    atEdge,
    kind: "flat",
  };
}

/** Exploded values tell only that they are bad, not how steep the curve is. */
function explosionCap(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const better = sorted[Math.max(1, Math.ceil(sorted.length / 2) - 1)] ?? sorted[0];
  return better > sorted[0] ? sorted[0] + 10 * (better - sorted[0]) : Infinity;
}

/** No batch size has three learning rates: no curve to fit anywhere. */
function withoutCurve(group: Group): BestRate {
  const single = group.points.length === 1;
  return {
    batchSize: group.batchSize,
    learningRate: Math.exp(group.best),
    sdOfLog: single ? TUNED_SD : Math.max(TUNED_SD, group.spacing),
    trials: group.points.length,
    atEdge: group.atEdge,
    kind: single ? "single" : "bestOfTwo",
  };
}

function fitJointly(groups: readonly Group[]): BestRate[] {
  const spread = lowerMedian(groups.map(valueSpread).filter((value) => value > 0));
  const points = groups.flatMap(({ points }, g) => {
    // Two points, one of them exploded, must not pass for a steep curve; beyond 300 spreads an
    // outlier only spoils the arithmetic.
    const floor = Math.min(...points.map((point) => point.value));
    const top = floor + (points.length > 2 ? 300 : 30) * spread;
    return points.map(({ x, value }) => ({ x, value: Math.min(value, top), g }));
  });
  const curve = { points, groups: groups.length, spread };
  let weights = new Float64Array(points.length).fill(1);
  let theta: readonly number[] = [0, SKEW.mean, ...groups.map((group) => group.best)];
  let sigma = 0.1;
  for (let round = 0; ; round++) {
    const roots = weights.map(Math.sqrt);
    const fit = leastSquares((parameters) => {
      const all = new Float64Array(points.length + groups.length + 2);
      curveResidualsInto(all, parameters, weights, curve);
      for (let i = 0; i < points.length; i++) all[i] = (all[i] * roots[i]) / sigma;
      // Weak ties: an optimum about within a factor e² of the best trial, c of order one.
      groups.forEach((group, g) => (all[points.length + g] = parameters[g + 2] - group.best));
      all[all.length - 2] = parameters[0] / 3;
      all[all.length - 1] = (parameters[1] - SKEW.mean) / SKEW.sd;
      return all;
    }, theta);
    theta = fit.parameters;
    const residuals = new Float64Array(points.length);
    curveResidualsInto(residuals, theta, weights, curve);
    const freedom = points.length - 2 * groups.length - 2;
    sigma = Math.max(1e-3, noiseOf(residuals, weights, freedom));
    weights = residuals.map((r) => Math.min(1, (1.5 * sigma) / Math.abs(r)));
    if (round < 6) continue;
    return groups.map((group, g) =>
      fitted(group, theta[g + 2], fit.covariance.get(g + 2, g + 2), freedom),
    );
  }
}

/** The lower of the two middle values: of two, the smaller. */
const lowerMedian = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[(values.length - 1) >> 1];

/** How far the values near the best lie apart, the model's unit of value. */
function valueSpread({ points }: Group): number {
  const values = points.map((point) => point.value);
  return medianOf(values) - Math.min(...values);
}

interface CurveData {
  readonly points: readonly { readonly x: number; readonly value: number; readonly g: number }[];
  readonly groups: number;
  readonly spread: number;
}

/** out ← (value − f_B − c(x − m_B)²)/spread by point, with the weighted best f_B eliminated. */
function curveResidualsInto(
  out: Float64Array,
  parameters: readonly number[],
  weights: Float64Array,
  { points, groups, spread }: CurveData,
): void {
  const curvature = Math.exp(Math.min(20, parameters[0]));
  const tilt = Math.exp(Math.max(-3, Math.min(3, parameters[1])));
  const sums = new Float64Array(groups);
  const totals = new Float64Array(groups);
  for (let i = 0; i < points.length; i++) {
    const { x, value, g } = points[i];
    const z = x - parameters[g + 2];
    out[i] = value / spread - curvature * z * z * (z > 0 ? tilt : 1 / tilt);
    sums[g] += weights[i] * out[i];
    totals[g] += weights[i];
  }
  for (let i = 0; i < points.length; i++) out[i] -= sums[points[i].g] / totals[points[i].g];
}

/** Weighted standard deviation; with no freedom left, a fifth of the spread of values. */
function noiseOf(residuals: Float64Array, weights: Float64Array, freedom: number): number {
  if (freedom < 1) return 0.2;
  const cost = residuals.reduce((sum, r, i) => sum + weights[i] * r * r, 0);
  return Math.sqrt(cost / freedom);
}

function fitted(group: Group, optimum: number, variance: number, freedom: number): BestRate {
  // The tie to the best trial bounds it by 1; a variance lost to rounding is taken as that.
  const sd = variance > 0 ? Math.min(1, Math.sqrt(variance)) : 1;
  const floor = freedom < 3 ? group.spacing / 2 : group.spacing / 4;
  const sdOfLog = Math.max(sd, floor, group.atEdge ? TUNED_SD : 0.05);
  return {
    batchSize: group.batchSize,
    learningRate: Math.exp(optimum),
    sdOfLog,
    trials: group.points.length,
    atEdge: group.atEdge,
    kind: "fitted",
  };
}

function groupBy<T>(items: readonly T[], key: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
