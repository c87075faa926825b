import type { Normal } from "../numerics/normal.ts";
/**
 * Independent normal priors and bounds on the logarithms θ (kernel.ts).
 *
 * Lengthscales of the full part grow with √d, since distances in the cube do: Hvarfner, Hellsten &
 * Nardi, "Vanilla Bayesian optimization performs great in high dimensions", ICML 2024.
 */
import { thetaLayout, type Kernel } from "./kernel.ts";

export interface HyperPrior {
  readonly mean: Float64Array;
  readonly sd: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

export interface HyperPriorOptions {
  /** On ln ℓ of the full part; by default N(ln(½√d), 1). */
  readonly lengthscale?: Normal;
  /** On ln noise, targets having variance 1; by default N(ln 1e-5, 4). */
  readonly noise?: Normal;
  /** Noise variance is never below. */
  readonly noiseFloor?: number;
  /** What counts as 1 along each dimension for its full lengthscale; 1 for the whole cube. */
  readonly units?: Float64Array;
}

const LENGTHSCALE_RANGE = [Math.log(0.01), Math.log(60)] as const;
const SIGNAL_RANGE = [Math.log(1e-6), Math.log(1e4)] as const;
const ADDITIVE_LENGTHSCALE: Normal = { mean: Math.log(0.4), sd: 1.2 };
const SIGNAL: Normal = { mean: Math.log(0.5), sd: 2 };
const SECOND_ORDER: Normal = { mean: Math.log(0.2), sd: 2 };

export function hyperPrior(kernel: Kernel, options: HyperPriorOptions = {}): HyperPrior {
  const d = kernel.kinds.length;
  const {
    lengthscale = { mean: Math.log(0.5 * Math.sqrt(d)), sd: 1 },
    noise = { mean: Math.log(1e-5), sd: 4 },
    noiseFloor = 1e-9,
    units = new Float64Array(d).fill(1),
  } = options;
  const at = thetaLayout(kernel);
  const mean = new Float64Array(at.length);
  const sd = new Float64Array(at.length);
  const lower = new Float64Array(at.length);
  const upper = new Float64Array(at.length);
  const set = (i: number, normal: Normal, range: readonly [number, number]): void => {
    mean[i] = normal.mean;
    sd[i] = normal.sd;
    [lower[i], upper[i]] = range;
  };
  for (let i = 0; i < d; i++) {
    const unit = Math.log(units[i]);
    set(i, { ...lengthscale, mean: lengthscale.mean + unit }, [
      LENGTHSCALE_RANGE[0] + unit,
      LENGTHSCALE_RANGE[1] + unit,
    ]);
    if (kernel.additive) set(at.additive + i, ADDITIVE_LENGTHSCALE, LENGTHSCALE_RANGE);
  }
  set(at.signal, SIGNAL, SIGNAL_RANGE);
  set(at.noise, noise, [Math.log(noiseFloor), 0]);
  if (kernel.additive) {
    set(at.first, SIGNAL, SIGNAL_RANGE);
    set(at.second, SECOND_ORDER, SIGNAL_RANGE);
  }
  return { mean, sd, lower, upper };
}

/** The prior's mode with the given noise variance: where fits start. */
export function startOf(kernel: Kernel, prior: HyperPrior, noise: number): Float64Array {
  const theta = prior.mean.slice();
  const at = thetaLayout(kernel).noise;
  theta[at] = Math.min(prior.upper[at], Math.max(prior.lower[at], Math.log(noise)));
  return theta;
}

/** −ln p(θ) + const, adding its gradient. */
export function addNegativeLogPrior(
  prior: HyperPrior,
  theta: Float64Array,
  gradient: Float64Array,
): number {
  let value = 0;
  for (let i = 0; i < theta.length; i++) {
    const z = (theta[i] - prior.mean[i]) / prior.sd[i];
    value += 0.5 * z * z;
    gradient[i] += z / prior.sd[i];
  }
  return value;
}
