/** The two densities of TPE: of the good trials, and of all others. */
import type { PendingTrial } from "../../src/contracts/strategy.ts";
import { byFrontAndRoom } from "../common/crowding.ts";
import { encodeInside } from "../common/inside.ts";
import { TIER } from "../common/standing.ts";
import type { RankedHistory } from "./history.ts";
import { bandwidthsInto, logDensity, mixtureOf, type MixtureAxis, type Mixture } from "./parzen.ts";

/** Younger trials have weight 1, older ones less, down to 1/n. (Bergstra, Yamins & Cox 2013.) */
const FULL_WEIGHT_TRIALS = 25;
/** A uniform component of as much weight as one trial keeps both densities above 0. */
const UNIFORM_WEIGHT = 1;

export interface GoodOptions {
  /** Multiplies the good trials' bandwidths. */
  readonly bandwidth: number;
}

/**
 * The density of the good trials (indices, best first). Trial number r of g has the weight
 * ln(g + ½) − ln r, as the parents of CMA-ES: the best count most.
 */
export function goodMixture(
  history: RankedHistory,
  axes: readonly MixtureAxis[],
  good: readonly number[],
  { bandwidth }: GoodOptions,
): Mixture {
  const g = good.length;
  const weights = new Float64Array(g);
  let total = 0;
  for (let r = 0; r < g; r++) total += weights[r] = Math.log(g + 0.5) - Math.log(r + 1);
  weights.forEach((weight, r) => (weights[r] = weight * (g / total)));
  const { rows, sigma } = kernels(history, axes, good, []);
  sigma.forEach((width, i) => (sigma[i] = width * bandwidth));
  return mixtureOf(axes, rows, sigma, weights, UNIFORM_WEIGHT);
}

/**
 * The density of the other trials, of those under way, and of those that erred: what is being tried, or was
 * tried in vain, is not tried again.
 */
export function restMixture(
  history: RankedHistory,
  axes: readonly MixtureAxis[],
  good: readonly number[],
  pending: readonly PendingTrial[],
): Mixture {
  const isGood = new Uint8Array(history.count);
  for (const i of good) isGood[i] = 1;
  const rest: number[] = [];
  for (let i = 0; i < history.count; i++) if (!isGood[i]) rest.push(i);
  const running = pending.flatMap(({ params }) => encodeInside(history.space, params) ?? []);
  const beside = [...running, ...history.erred];
  const { rows, sigma } = kernels(history, axes, rest, beside);
  return mixtureOf(axes, rows, sigma, ageWeights(rest.length + beside.length), UNIFORM_WEIGHT);
}

/** Where the parameters fail, and where they don't. */
export interface Survival {
  readonly failed: Mixture;
  readonly survived: Mixture;
  /** ln of failures per survivor. */
  readonly logOdds: number;
}

/** undefined as long as nothing failed, or nothing else. `survivors`: how many of `ranked` did not. */
export function survivalOf(
  history: RankedHistory,
  axes: readonly MixtureAxis[],
  survivors: number,
): Survival | undefined {
  const { ranked, count } = history;
  if (survivors === 0 || survivors === count) return undefined;
  const density = (members: readonly number[]): Mixture => {
    const { rows, sigma } = kernels(history, axes, members, []);
    return mixtureOf(axes, rows, sigma, new Float64Array(members.length).fill(1), UNIFORM_WEIGHT);
  };
  return {
    failed: density(ranked.slice(survivors)),
    survived: density(ranked.slice(0, survivors)),
    logOdds: Math.log((count - survivors) / survivors),
  };
}

/** ln P(survives | x) by Bayes' rule. */
export function logSurvival({ failed, survived, logOdds }: Survival, x: Float64Array): number {
  return -Math.log1p(Math.exp(logOdds + logDensity(failed, x) - logDensity(survived, x)));
}

/** 1/n rising to 1, and 1 for the last 25. */
function ageWeights(n: number): Float64Array {
  const weights = new Float64Array(n).fill(1);
  const ramp = n - FULL_WEIGHT_TRIALS;
  for (let i = 0; i < ramp; i++) {
    weights[i] = 1 / n + (ramp > 1 ? ((1 - 1 / n) * i) / (ramp - 1) : 0);
  }
  return weights;
}

/** Centres and bandwidths of finished trials (by index) and running ones (by coordinates). */
function kernels(
  history: RankedHistory,
  axes: readonly MixtureAxis[],
  members: readonly number[],
  running: readonly Float64Array[],
): { readonly rows: Float64Array; readonly sigma: Float64Array } {
  const { d } = history;
  const total = members.length + running.length;
  const rows = new Float64Array(total * d);
  const placeOf = new Int32Array(history.count).fill(-1);
  members.forEach((i, k) => {
    placeOf[i] = k;
    for (let j = 0; j < d; j++) rows[k * d + j] = history.rows[i * d + j];
  });
  running.forEach((unit, k) => rows.set(unit, (members.length + k) * d));
  const sigma = new Float64Array(total * d);
  const order = new Int32Array(total);
  for (let j = 0; j < d; j++) {
    if (axes[j].kind === "choice") continue;
    let count = 0;
    for (const i of history.sorted[j]) if (placeOf[i] >= 0) order[count++] = placeOf[i];
    for (let k = members.length; k < total; k++) {
      if (!Number.isNaN(rows[k * d + j])) insertSorted(order, count++, k, rows, d, j);
    }
    // Kernels narrower than half a cell would tell apart points of the same value.
    const floor = axes[j].size === Infinity ? 0 : 0.5 / axes[j].size;
    bandwidthsInto(sigma, rows, order, count, d, j, floor);
  }
  return { rows, sigma };
}

function insertSorted(
  order: Int32Array,
  count: number,
  row: number,
  rows: Float64Array,
  d: number,
  j: number,
): void {
  let at = count;
  for (; at > 0 && rows[order[at - 1] * d + j] > rows[row * d + j]; at--) order[at] = order[at - 1];
  order[at] = row;
}

/**
 * Indices from best to worst. With several metrics the complete trials stand by front, then by room
 * in it. (Optuna breaks ties by hypervolume; room is cheaper and spreads alike.)
 */
export function bestFirst(history: RankedHistory, metricCount: number): readonly number[] {
  if (metricCount === 1) return history.ranked;
  const { ranked, standings, values } = history;
  const complete = ranked.filter((i) => standings[i].tier === TIER.complete).sort((a, b) => a - b);
  const order = byFrontAndRoom(complete.map((i) => values[i])).map((k) => complete[k]);
  return [...order, ...ranked.slice(complete.length)];
}
