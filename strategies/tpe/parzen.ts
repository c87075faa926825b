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
import type { Rng } from "../../src/numerics/rng.ts";
import { expNegativeInto } from "../../src/numerics/exp-negative.ts";
import { ndtr, ndtri } from "../../src/numerics/normal.ts";

export interface MixtureAxis {
  readonly kind: "number" | "choice";
  /** Choices, or cells of a discrete number; Infinity for a continuous one. */
  readonly size: number;
}

export interface Mixture {
  readonly axes: readonly MixtureAxis[];
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
  readonly patterns: Pattern[];
}

/** Kernels are summed by blocks of so many. */
const BLOCK = 64;
const block = new Float64Array(BLOCK);
/** A kernel so far below the uniform component, in nats, changes no bit of their sum: e⁻³⁸ < 2⁻⁵⁴. */
const NEGLIGIBLE = 38;

/**
 * @param rows n × d coordinates, NaN where a trial has none
 * @param sigma n × d bandwidths, as `bandwidthsInto` gives them
 * @param weights of the kernels, relative to the uniform component's `uniformWeight`
 */
export function mixtureOf(
  axes: readonly MixtureAxis[],
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
        constant[at] = -Math.log(
          2.5066282746310002 * s * (massBelow((1 - m) / s) - massBelow(-m / s)),
        );
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
    patterns: [],
  };
}

/** Φ(z) to 1e-9: beyond six deviations nothing is left to truncate. */
const massBelow = (z: number): number => (z > 6 ? 1 : z < -6 ? 0 : ndtr(z));

/** Which coordinates of a point exist, and what all kernels share there. */
interface Pattern {
  /** By coordinate, 0 or 1. */
  readonly exists: Uint8Array;
  readonly numbers: readonly number[];
  readonly choices: readonly number[];
  /** ln of the uniform component. */
  readonly uniform: number;
  /** ln of the largest value that a kernel can have, and of the uniform component: an upper bound. */
  readonly top: number;
  /**
   * By kernel: ln of its weight and its numbers' constants, relative to `top`; then √½/σ and √½·m/σ
   * of each number, both 0 where trial i has no value.
   */
  readonly table: Float64Array;
}

function patternOf(mixture: Mixture, x: Float64Array): Pattern {
  for (const pattern of mixture.patterns) if (fits(pattern, x)) return pattern;
  const { axes, count, centre, inverse, constant, logWeight } = mixture;
  const d = axes.length;
  const exists = Uint8Array.from(x, (u) => (Number.isNaN(u) ? 0 : 1));
  const present = [...x.keys()].filter((j) => exists[j]);
  const numbers = present.filter((j) => axes[j].kind === "number");
  const choices = present.filter((j) => axes[j].kind === "choice");
  let uniform = mixture.logUniformWeight;
  for (const j of choices) uniform -= Math.log(axes[j].size);
  const width = 1 + 2 * numbers.length;
  const table = new Float64Array(count * width);
  let top = uniform;
  for (let i = 0; i < count; i++) {
    const row = i * width;
    table[row] = logWeight[i];
    for (let k = 0; k < numbers.length; k++) {
      const at = i * d + numbers[k];
      table[row] += constant[at];
      if (inverse[at] === 0) continue;
      table[row + 1 + 2 * k] = Math.SQRT1_2 * inverse[at];
      table[row + 2 + 2 * k] = Math.SQRT1_2 * inverse[at] * centre[at];
    }
    top = Math.max(top, table[row]);
  }
  for (let row = 0; row < table.length; row += width) table[row] -= top;
  const pattern = { exists, numbers, choices, uniform, top, table };
  mixture.patterns.push(pattern);
  return pattern;
}

function fits({ exists }: Pattern, x: Float64Array): boolean {
  for (let j = 0; j < x.length; j++) if (Number.isNaN(x[j]) === (exists[j] === 1)) return false;
  return true;
}

/**
 * ln p(x) at a point, NaN where a coordinate does not exist. Once it is sure to be above `limit`,
 * that which is known of it: enough to drop a point for being too likely.
 */
export function logDensity(mixture: Mixture, x: Float64Array, limit = Infinity): number {
  const { numbers, choices, uniform, top, table } = patternOf(mixture, x);
  const width = 1 + 2 * numbers.length;
  const most = Math.exp(limit - top);
  const least = uniform - top - NEGLIGIBLE;
  let sum = Math.exp(uniform - top);
  // The newest first: the search has moved to where they are, so these kernels contribute most.
  for (let end = mixture.count; end > 0 && sum <= most; end -= BLOCK) {
    let count = 0;
    for (let i = Math.max(0, end - BLOCK); i < end; i++) {
      let at = i * width;
      let log = table[at++];
      // Each factor can only lower it: most kernels are too far off in the first coordinate already.
      for (let k = 0; k < numbers.length && log > least; k++, at += 2) {
        const z = x[numbers[k]] * table[at] - table[at + 1];
        log -= z * z;
      }
      if (choices.length > 0) log = withChoices(log, mixture, choices, x, i);
      if (log > least) block[count++] = log;
    }
    expNegativeInto(block, count);
    for (let k = 0; k < count; k++) sum += block[k];
  }
  return Math.max(uniform, top + Math.log(sum));
}

/** Adds the choices' part to a kernel, which it can only lower. */
function withChoices(
  log: number,
  { axes, centre, constant, hit, miss }: Mixture,
  choices: readonly number[],
  x: Float64Array,
  i: number,
): number {
  const d = axes.length;
  for (const j of choices) {
    const m = centre[i * d + j];
    log += m === x[j] ? hit[j] : Number.isNaN(m) ? constant[i * d + j] : miss[j];
  }
  return log;
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
  const low = massBelow(-m * r);
  const high = massBelow((1 - m) * r);
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
