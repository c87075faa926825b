/**
 * A mixture of product kernels over the unit cube of a conditional space.
 *
 *   n  kernels   d  coordinates   m_ij  centre   σ_ij  bandwidth   w_i  weight, Σ w_i + w_0 = 1
 *   p(x) = w_0·u(x) + Σ_i w_i Π_{j exists in x} k_ij(x_j),   u uniform
 *   k_ij = N(m_ij, σ_ij²) truncated to [0, 1] for a number; for a choice (δ + 1/K)/(1 + C/K), with C
 *   choices and K = n + 1 kernels; uniform where trial i has no value for j.
 *
 * Each factor is a density of its coordinate, so p is one over the conditional space: parents are
 * drawn first and only those children that exist beside them count.
 */
import type { Rng } from "../../src/random/rng.ts";
import { ndtr, ndtri } from "../../src/numerics/normal.ts";

export interface Axis {
  readonly kind: "number" | "choice";
  /** Choices, or cells of a discrete number; Infinity for a continuous one. */
  readonly size: number;
}

export interface Mixture {
  readonly axes: readonly Axis[];
  readonly count: number;
  /** count × d: centre, 1/σ and −ln(σZ). For choices the centre alone counts. */
  readonly centre: Float64Array;
  readonly inverse: Float64Array;
  readonly constant: Float64Array;
  readonly logWeight: Float64Array;
  readonly logUniformWeight: number;
  /** By axis, for choices: ln of the kernel's mass at its centre and elsewhere. */
  readonly hit: Float64Array;
  readonly miss: Float64Array;
  /** Filled as points are met. */
  readonly patterns: Map<string, Pattern>;
}

/** Kernel masses below this share of the uniform part change nothing. */
const NEGLIGIBLE = -50;
const LOG_LIMIT = 600;

/**
 * @param rows n × d coordinates, NaN where a trial has none
 * @param sigma n × d bandwidths, as `bandwidthsInto` gives them
 * @param weights of the kernels, relative to the uniform component's `uniformWeight`
 */
export function mixtureOf(
  axes: readonly Axis[],
  rows: Float64Array,
  sigma: Float64Array,
  weights: Float64Array,
  uniformWeight: number,
): Mixture {
  const d = axes.length;
  const count = weights.length;
  const inverse = new Float64Array(count * d);
  const constant = new Float64Array(count * d);
  for (let j = 0; j < d; j++) {
    const isChoice = axes[j].kind === "choice";
    const uniform = isChoice ? -Math.log(axes[j].size) : 0;
    for (let at = j; at < count * d; at += d) {
      const m = rows[at];
      if (Number.isNaN(m)) constant[at] = uniform;
      else if (!isChoice) {
        const s = sigma[at];
        inverse[at] = 1 / s;
        constant[at] = -Math.log(2.5066282746310002 * s * massInside(m, s));
      }
    }
  }
  let total = uniformWeight;
  for (const weight of weights) total += weight;
  const hit = new Float64Array(d);
  const miss = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    const share = 1 / (count + 1);
    hit[j] = Math.log((1 + share) / (1 + axes[j].size * share));
    miss[j] = Math.log(share / (1 + axes[j].size * share));
  }
  return {
    axes,
    count,
    centre: rows,
    inverse,
    constant,
    logWeight: weights.map((weight) => Math.log(weight / total)),
    logUniformWeight: Math.log(uniformWeight / total),
    hit,
    miss,
    patterns: new Map(),
  };
}

/** P(0 < N(m, s²) < 1). */
function massInside(m: number, s: number): number {
  const left = m / s;
  const right = (1 - m) / s;
  if (left > 6 && right > 6) return 1;
  return ndtr(right) - ndtr(-left);
}

/** Which coordinates of a point exist, and what all kernels share there. */
interface Pattern {
  readonly numbers: readonly number[];
  readonly choices: readonly number[];
  /** ln of the uniform component. */
  readonly uniform: number;
  /** By kernel: its weight and its numbers' constants, relative to the uniform component. */
  readonly base: Float64Array;
}

function patternOf(mixture: Mixture, x: Float64Array): Pattern {
  let key = "";
  for (let j = 0; j < x.length; j++) key += Number.isNaN(x[j]) ? "0" : "1";
  const known = mixture.patterns.get(key);
  if (known) return known;
  const { axes, count, constant, logWeight } = mixture;
  const exists = [...x.keys()].filter((j) => !Number.isNaN(x[j]));
  const numbers = exists.filter((j) => axes[j].kind === "number");
  const choices = exists.filter((j) => axes[j].kind === "choice");
  let uniform = mixture.logUniformWeight;
  for (const j of choices) uniform -= Math.log(axes[j].size);
  const base = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    base[i] = logWeight[i] - uniform;
    for (const j of numbers) base[i] += constant[i * axes.length + j];
  }
  const pattern = { numbers, choices, uniform, base };
  mixture.patterns.set(key, pattern);
  return pattern;
}

/** ln p(x) at a point, NaN where a coordinate does not exist. */
export function logDensity(mixture: Mixture, x: Float64Array): number {
  const { axes, count, centre, inverse, constant, hit, miss } = mixture;
  const { numbers, choices, uniform, base } = patternOf(mixture, x);
  const d = axes.length;
  let sum = 1;
  for (let i = 0; i < count; i++) {
    const row = i * d;
    let log = base[i];
    for (let k = 0; k < choices.length; k++) {
      const j = choices[k];
      const m = centre[row + j];
      log += m === x[j] ? hit[j] : Number.isNaN(m) ? constant[row + j] : miss[j];
    }
    // Numbers only take away from here on: most kernels are out after one or two.
    for (let k = 0; k < numbers.length && log > NEGLIGIBLE; k++) {
      const at = row + numbers[k];
      const r = inverse[at];
      if (r === 0) continue;
      const z = (x[numbers[k]] - centre[at]) * r;
      log -= 0.5 * z * z;
    }
    if (log > NEGLIGIBLE) sum += Math.exp(Math.min(LOG_LIMIT, log));
  }
  return uniform + Math.log(sum);
}

/** One draw of coordinate j from kernel i (i = −1: uniform), in [0, 1) or a choice's centre. */
export function drawCoordinate(mixture: Mixture, i: number, j: number, rng: Rng): number {
  const { axes, count, centre, inverse } = mixture;
  const { kind, size } = axes[j];
  const at = i * axes.length + j;
  const u = rng.uniform();
  if (i < 0 || Number.isNaN(centre[at])) {
    return kind === "choice" ? (Math.floor(u * size) + 0.5) / size : u;
  }
  if (kind === "choice") {
    const share = 1 / (count + 1);
    // With mass 1/(1 + C/K) the centre, else any choice.
    const stay = 1 / (1 + size * share);
    return u < stay ? centre[at] : (Math.floor(((u - stay) / (1 - stay)) * size) + 0.5) / size;
  }
  const m = centre[at];
  const r = inverse[at];
  const low = ndtr(-m * r);
  const high = ndtr((1 - m) * r);
  const x = m + ndtri(low + u * (high - low)) / r;
  return Math.min(1 - 1e-12, Math.max(0, x));
}

/** A kernel's index by weight, −1 for the uniform component. */
export function drawKernel(mixture: Mixture, rng: Rng): number {
  let rest = rng.uniform();
  for (let i = 0; i < mixture.count; i++) {
    rest -= Math.exp(mixture.logWeight[i]);
    if (rest < 0) return i;
  }
  return -1;
}

/**
 * Bandwidths of one coordinate: the larger gap to a neighbour, clipped to
 * [1/min(100, m + 2), 1], m = how many trials have the coordinate. Ends have one neighbour; a lone
 * trial takes the farther end of the range. (Bergstra et al. 2011, with Optuna's "magic clip".)
 *
 * @param sorted the rows that have the coordinate, by its value
 */
export function bandwidthsInto(
  sigma: Float64Array,
  rows: Float64Array,
  sorted: ArrayLike<number>,
  count: number,
  d: number,
  j: number,
  floor: number,
): void {
  const least = Math.max(floor, 1 / Math.min(100, count + 2));
  for (let k = 0; k < count; k++) {
    const at = sorted[k] * d + j;
    const m = rows[at];
    const below = k > 0 ? m - rows[sorted[k - 1] * d + j] : count === 1 ? m : 0;
    const above = k < count - 1 ? rows[sorted[k + 1] * d + j] - m : count === 1 ? 1 - m : 0;
    sigma[at] = Math.min(1, Math.max(least, below, above));
  }
}
