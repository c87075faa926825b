/**
 * How much a prior still counts, and whether it still deserves to: πBO's weight β₀/n, cut when the
 * trials speak against the prior.
 *
 *   π  the prior's density ÷ uniform      β₀  its strength in trials      n  finished trials
 *
 * From 6 trials on three signs are looked for:
 *   - some coordinate of the best trial lies 2.5 standard deviations from the prior's median
 *   - the best trials have a lower geometric mean of π than uniform ones would (ln π < 0)
 *   - over 30 % of the trials where the prior is dense (π > 1) failed
 * One sign divides β₀ by 4, two drop the prior.
 */
import { meanOf } from "../../src/numerics/moments.ts";
import type { Prior } from "../../src/space/prior.ts";
import { ndtr } from "../../src/numerics/normal.ts";

export interface PriorBelief {
  /** β₀/n after the signs. */
  readonly weight: number;
  readonly state: "used" | "weakened" | "dropped";
  /** The signs found, for people to read. */
  readonly signs: readonly string[];
}

const FIRST_LOOK = 6;
const FAR = 2.5;
const TOP_SHARE = 0.15;
const FAILED_SHARE = 0.3;
/** Fewer trials where the prior is dense prove nothing about failures. */
const LEAST_DENSE = 4;

/** @param values minimised, NaN for failures, one per point */
export function priorBelief(
  prior: Prior,
  strength: number,
  points: readonly Float64Array[],
  values: Float64Array,
): PriorBelief {
  const n = points.length;
  const signs = n < FIRST_LOOK ? [] : signsAgainst(prior, points, values);
  const factor = signs.length === 0 ? 1 : signs.length === 1 ? 0.25 : 0;
  return {
    weight: (factor * strength) / Math.max(1, n),
    state: signs.length === 0 ? "used" : signs.length === 1 ? "weakened" : "dropped",
    signs,
  };
}

function signsAgainst(
  prior: Prior,
  points: readonly Float64Array[],
  values: Float64Array,
): string[] {
  const ranked = [...points.keys()]
    .filter((row) => !Number.isNaN(values[row]))
    .sort((a, b) => values[a] - values[b])
    .map((row) => points[row]);
  const signs: string[] = [];
  if (ranked.length >= FIRST_LOOK) {
    if (deviation(prior, ranked[0]) > FAR) signs.push("the best trial lies far from the prior");
    const top = ranked.slice(0, Math.max(3, Math.ceil(TOP_SHARE * ranked.length)));
    const mean = meanOf(top.map((x) => prior.logDensity(x)));
    if (mean < 0) signs.push("the best trials lie where the prior is thin");
  }
  const dense = [...points.keys()].filter((row) => prior.logDensity(points[row]) > 0);
  const failed = dense.filter((row) => Number.isNaN(values[row])).length;
  if (dense.length >= LEAST_DENSE && failed > FAILED_SHARE * dense.length) {
    signs.push("trials fail where the prior is dense");
  }
  return signs;
}

/** The largest distance from the prior's median, coordinate by coordinate, in its deviations. */
function deviation(prior: Prior, x: Float64Array): number {
  const at = (z: number): Float64Array => prior.warp(new Float64Array(x.length).fill(ndtr(z)));
  const [below, middle, above] = [at(-1), at(0), at(1)];
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(x[i])) continue;
    const side = x[i] < middle[i] ? middle[i] - below[i] : above[i] - middle[i];
    if (side > 0) largest = Math.max(largest, Math.abs(x[i] - middle[i]) / side);
  }
  return largest;
}
