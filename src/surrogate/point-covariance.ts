/**
 * Covariances of one point with the data, and their slopes along the point's coordinates. Letters as
 * in kernel.ts.
 */
import { expNegativeInto } from "../numerics/exp-negative.ts";
import { CONTINUOUS, otherSlope } from "./dimensions.ts";
import { squareAlong, type Kernel, type Weights } from "./kernel.ts";
import { correlationSlopesInto, correlationsInto } from "./stationary.ts";

export interface PointCovariance {
  /** out[start + p] ← k(x, X_p) for p < count; x holds the point from xAt on. */
  covariancesInto(
    out: Float64Array,
    start: number,
    x: Float64Array,
    xAt: number,
    count: number,
  ): void;
  /**
   * slopes[p·d + i] ← ∂k(x, X_p)/∂xᵢ for p < count, after `covariancesInto` of the same x. Slopes
   * along categorical and missing coordinates are 0.
   */
  slopesInto(slopes: Float64Array, x: Float64Array, count: number): void;
}

/** What one point leaves behind: between the calls for its covariances and for their slopes. */
interface Workspace {
  readonly kernel: Kernel;
  readonly weights: Weights;
  readonly X: Float64Array;
  readonly r2: Float64Array;
  readonly rho: Float64Array;
  readonly slope: Float64Array;
  /** zᵢ, d for each point of the data; empty without an additive part. */
  readonly z: Float64Array;
}

/** @param X n × d, row-major, or longer */
export function pointCovariance(
  kernel: Kernel,
  weights: Weights,
  X: Float64Array,
  n: number,
): PointCovariance {
  const space: Workspace = {
    kernel,
    weights,
    X,
    r2: new Float64Array(n),
    rho: new Float64Array(n),
    slope: new Float64Array(n),
    z: new Float64Array(kernel.additive ? n * kernel.kinds.length : 0),
  };
  return {
    covariancesInto(out, start, x, xAt, count) {
      distances(space, x, xAt, count);
      correlationsInto(space.rho, kernel.smoothness, space.r2, count);
      const { signal } = weights;
      const { rho } = space;
      for (let p = 0; p < count; p++) out[start + p] = signal * rho[p];
      if (kernel.additive) addAdditive(space, out, start, count);
    },
    slopesInto(slopes, x, count) {
      correlationSlopesInto(space.slope, kernel.smoothness, space.r2, space.rho, count);
      covarianceSlopesInto(space, slopes, x, count);
    },
  };
}

/** r², and the exponents of the zᵢ. */
function distances(
  { kernel: { kinds, additive: hasAdditive }, weights: { full, additive }, X, r2, z }: Workspace,
  x: Float64Array,
  xAt: number,
  count: number,
): void {
  const d = kinds.length;
  for (let p = 0, at = 0; p < count; p++) {
    let sum = 0;
    for (let i = 0; i < d; i++, at++) {
      const difference = x[xAt + i] - X[at];
      const square =
        kinds[i] === CONTINUOUS
          ? difference * difference
          : squareAlong(kinds[i], x[xAt + i], X[at]);
      sum += square * full[i];
      if (hasAdditive) z[at] = -0.5 * square * additive[i];
    }
    r2[p] = sum;
  }
}

function addAdditive(
  { kernel, weights: { first, second }, z }: Workspace,
  out: Float64Array,
  start: number,
  count: number,
): void {
  const d = kernel.kinds.length;
  expNegativeInto(z, count * d);
  for (let p = 0, at = 0; p < count; p++) {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < d; i++, at++) {
      sum += z[at];
      squares += z[at] * z[at];
    }
    out[start + p] += first * sum + second * (sum * sum - squares);
  }
}

function covarianceSlopesInto(
  { kernel, weights, X, slope, z }: Workspace,
  slopes: Float64Array,
  x: Float64Array,
  count: number,
): void {
  const { kinds, additive: hasAdditive } = kernel;
  const { full, signal, additive, first, second } = weights;
  const d = kinds.length;
  for (let p = 0, at = 0; p < count; p++, at += d) {
    let sum = 0;
    if (hasAdditive) for (let i = 0; i < d; i++) sum += z[at + i];
    const fullSlope = signal * slope[p];
    for (let i = 0; i < d; i++) {
      const half =
        kinds[i] === CONTINUOUS ? x[i] - X[at + i] : otherSlope(kinds[i], x[i], X[at + i]);
      let factor = fullSlope * full[i];
      if (hasAdditive) {
        factor += (first + 2 * second * (sum - z[at + i])) * z[at + i] * additive[i];
      }
      slopes[at + i] = -factor * half;
    }
  }
}
