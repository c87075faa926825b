import { assertNever, HpoError } from "../../errors/errors.ts";
import { requireAtLeast, requirePositive } from "../../errors/checks.ts";
import { leastSquares, weightedLine } from "./least-squares.ts";

// How the best learning rate η* depends on the batch size B, in logs: y = ln η*, b = ln B.

/** The four laws that are fitted and compared. All have two parameters. */
export type RateLaw =
  /** η* = scale·B^exponent. */
  | { readonly kind: "power"; readonly scale: number; readonly exponent: number }
  /** η* = maxRate/(1 + noiseScale/B): SGD, McCandlish et al. (2018, eq. 2.6). */
  | { readonly kind: "saturating"; readonly maxRate: number; readonly noiseScale: number }
  /** η* = maxRate/√(1 + noiseScale/B): sign and Adam without interaction of the coordinates. */
  | { readonly kind: "rootSaturating"; readonly maxRate: number; readonly noiseScale: number }
  /** η* = maxRate·2/(√(noiseScale/B) + √(B/noiseScale)): the surge at small B, arXiv 2405.14578. */
  | { readonly kind: "surge"; readonly maxRate: number; readonly noiseScale: number };

export type LawKind = RateLaw["kind"];

/** The best learning rate that a law predicts at a batch size. */
export function rateAt(law: RateLaw, batchSize: number): number {
  requirePositive("batchSize", batchSize);
  return Math.exp(logRate(law.kind, lawToParameters(law), Math.log(batchSize)));
}

/**
 * η* = η_max (1 + B_noise/B)^(−exponent): 1 for SGD; for Adam between ½ and 1 by a conjecture of
 * McCandlish et al. (2018, App. E.2).
 */
export function saturatingRate(
  batchSize: number,
  maxRate: number,
  noiseScale: number,
  exponent = 1,
): number {
  requirePositive("batchSize", batchSize);
  return maxRate * Math.exp(-exponent * Math.log1p(noiseScale / batchSize));
}

/** ln η* of a law with parameters θ; θ is (ln scale, exponent) or (ln maxRate, ln noiseScale). */
export function logRate(kind: LawKind, theta: readonly number[], logBatch: number): number {
  switch (kind) {
    case "power":
      return theta[0] + theta[1] * logBatch;
    case "saturating":
      return theta[0] - softplus(theta[1] - logBatch);
    case "rootSaturating":
      return theta[0] - softplus(theta[1] - logBatch) / 2;
    case "surge": {
      const half = (logBatch - theta[1]) / 2;
      return theta[0] + Math.LN2 - half - softplus(-2 * half);
    }
    default:
      return assertNever(kind);
  }
}

export function lawToParameters(law: RateLaw): readonly number[] {
  return law.kind === "power"
    ? [Math.log(law.scale), law.exponent]
    : [Math.log(law.maxRate), Math.log(law.noiseScale)];
}

export function lawFromParameters(kind: LawKind, theta: readonly number[]): RateLaw {
  return kind === "power"
    ? { kind, scale: Math.exp(theta[0]), exponent: theta[1] }
    : { kind, maxRate: Math.exp(theta[0]), noiseScale: Math.exp(theta[1]) };
}

/** ln(1 + e^x) without overflow. */
const softplus = (x: number): number =>
  x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));

/** A batch size and its best learning rate, with the standard deviation of ln η if known. */
export interface RatePoint {
  readonly batchSize: number;
  readonly learningRate: number;
  readonly sdOfLog?: number;
}

export interface LawFit<Law extends RateLaw = RateLaw> {
  readonly law: Law;
  /** Σ of squared residuals of ln η, each divided by its sd where given. */
  readonly cost: number;
  /** n ln(cost/n) + 2 ln n: the smaller, the better; comparable between laws on the same points. */
  readonly bic: number;
}

/**
 * Fits a law to points by least squares in ln η. Started from a straight line where there is one:
 * 1/η against 1/B (saturating), 1/η² against 1/B (rootSaturating), √B/η against B (surge).
 *
 * @param points ≥ 2 different batch sizes
 */
export function fitRateLaw<K extends LawKind>(
  kind: K,
  points: readonly RatePoint[],
): LawFit<Extract<RateLaw, { kind: K }>> {
  checkPoints(points);
  const b = points.map((point) => Math.log(point.batchSize));
  const y = points.map((point) => Math.log(point.learningRate));
  const weight = points.map((point) => 1 / (point.sdOfLog ?? 1));
  const residuals = (theta: readonly number[]) =>
    y.map((value, i) => weight[i] * (value - logRate(kind, theta, b[i])));
  const fits = starts(kind, points).map((start) => leastSquares(residuals, start));
  const best = fits.reduce((a, fit) => (fit.cost < a.cost ? fit : a));
  const n = points.length;
  return {
    law: lawFromParameters(kind, best.parameters) as Extract<RateLaw, { kind: K }>,
    cost: best.cost,
    bic: n * Math.log(Math.max(best.cost, 1e-24) / n) + 2 * Math.log(n),
  };
}

/** A line's start where it is usable, and B_noise at, below and above the batches tried. */
function starts(kind: LawKind, points: readonly RatePoint[]): number[][] {
  const b = points.map((point) => Math.log(point.batchSize));
  const y = points.map((point) => Math.log(point.learningRate));
  const one = points.map(() => 1);
  const line = weightedLine(b, y, one);
  if (kind === "power") return [[line.intercept, line.slope]];
  const top = Math.max(...y);
  const low = Math.min(...b);
  const high = Math.max(...b);
  const spread = [low - 2, low, (low + high) / 2, high, high + 2].map((noise) => [top, noise]);
  const linear = linearEstimate(kind, points);
  return linear ? [[Math.log(linear.maxRate), Math.log(linear.noiseScale)], ...spread] : spread;
}

/**
 * The straight-line estimate of a law: p and q of 1/η = p + q/B (saturating), of 1/η² = p + q/B
 * (rootSaturating) or of √B/η = p + qB (surge: B_noise = p/q, η_max = 1/(2√(pq))), weighted to
 * equal relative errors. Undefined where p or q is not positive.
 */
export function linearEstimate(
  kind: Exclude<LawKind, "power">,
  points: readonly RatePoint[],
): { maxRate: number; noiseScale: number; intercept: number; slope: number } | undefined {
  checkPoints(points);
  const root = kind === "rootSaturating";
  const x = points.map(({ batchSize }) => (kind === "surge" ? batchSize : 1 / batchSize));
  const y = points.map(({ batchSize, learningRate }) => {
    if (kind === "surge") return Math.sqrt(batchSize) / learningRate;
    return root ? 1 / (learningRate * learningRate) : 1 / learningRate;
  });
  const { intercept, slope } = weightedLine(
    x,
    y,
    y.map((value) => 1 / (value * value)),
  );
  if (!(intercept > 0 && slope > 0)) return undefined;
  if (kind === "surge") {
    const maxRate = 1 / (2 * Math.sqrt(intercept * slope));
    return { maxRate, noiseScale: intercept / slope, intercept, slope };
  }
  const maxRate = root ? 1 / Math.sqrt(intercept) : 1 / intercept;
  return { maxRate, noiseScale: slope / intercept, intercept, slope };
}

function checkPoints(points: readonly RatePoint[]): void {
  requireAtLeast("points", points, 2);
  for (const { batchSize, learningRate, sdOfLog } of points) {
    requirePositive("batchSize", batchSize);
    requirePositive("learningRate", learningRate);
    if (sdOfLog !== undefined) requirePositive("sdOfLog", sdOfLog);
  }
  if (new Set(points.map((point) => point.batchSize)).size < 2) {
    throw new HpoError(
      `A law of the batch size needs at least 2 different batch sizes, ` +
        `got only ${points[0].batchSize}. Try another batch size.`,
    );
  }
}
