/**
 * A Gaussian process over a growing history. What it gives at size n depends on the first n trials
 * alone, not on when it was asked before: fits are memoised by size, factors extended by rows.
 *
 *   n  trials so far      r  the last size ≤ n with a fit      rows  the trials learnt from
 */
import { fitHyperparameters, type Fit } from "./fit.ts";
import {
  extendFactor,
  factorize,
  keptFactor,
  withTargets,
  type Factor,
  type GaussianProcess,
} from "./gaussian-process.ts";
import { withMissing, type DimensionKinds } from "./dimensions.ts";
import { hyperPrior, startOf, type HyperPriorOptions } from "./hyperprior.ts";
import type { Kernel } from "./kernel.ts";
import type { WarpedValues } from "./output-warp.ts";
import type { RefitSchedule } from "./refit-schedule.ts";
import type { Smoothness } from "./stationary.ts";

export interface HistoryModelOptions {
  readonly kinds: DimensionKinds;
  readonly smoothness: Smoothness;
  readonly additive: boolean;
  readonly prior?: HyperPriorOptions;
  readonly schedule: RefitSchedule;
  /** Whether a third of the schedule's fits will do at the sizes where they take most of the time. */
  readonly sparse?: boolean;
  /** The point of a trial, in the unit cube. */
  readonly point: (row: number) => Float64Array;
  /** The trials to learn from at size n, those of size r first and in the same order. */
  readonly rows: (r: number, n: number) => readonly number[];
  /** Targets of these rows at size n. */
  readonly targets: (n: number, rows: readonly number[]) => Targets;
}

export interface Targets extends Pick<WarpedValues, "targets" | "logJacobian"> {
  /** Variances of single targets' noise, beside the common one. */
  readonly extraNoise?: Float64Array;
}

export interface HistoryModel {
  /** The process of the first n trials. */
  at(n: number): GaussianProcess;
  /** r: the size that it was last fitted at. */
  fitSize(n: number): number;
  /** −ln posterior of the fit at size r, with the output warp's Jacobian: lower is better. */
  score(r: number): number;
}

interface Factorised {
  readonly r: number;
  readonly used: readonly number[];
  readonly factor: Factor;
}

interface ScoredFit extends Fit {
  readonly score: number;
}

/** Fits use at most this many points: the best third and a spread over the rest. */
const MOST_FIT_POINTS = 140;
const REDUCED_FIT_POINTS = 90;
/** Below, fits are cheap; from the second on the schedule itself has few. */
const SPARSE_FROM = 60;
const SPARSE_UNTIL = 250;
const FIRST_ITERATIONS = 30;
const ITERATIONS = 8;
const WARM_NOISE = 1e-3;
const FRESH_NOISE = 0.1;

export function historyModel(options: HistoryModelOptions): HistoryModel {
  const { schedule, sparse = false, rows, targets } = options;
  const fits = new Map<number, ScoredFit>();
  let latest: Factorised | undefined;

  const fitSize = (n: number): number =>
    schedule.lastRefit(n, sparse && n >= SPARSE_FROM && n < SPARSE_UNTIL ? 3 : 1);

  function fitAt(r: number): ScoredFit {
    const known = fits.get(r);
    if (known) return known;
    const anchor = schedule.anchorBelow(r);
    const fit = fitRows(options, r, anchor === undefined ? undefined : fitAt(anchor).theta);
    fits.set(r, fit);
    return fit;
  }

  /** All sizes until the next fit begin with the rows of the last one: their factor is worth keeping. */
  function atFit(r: number): Factorised {
    const used = rows(r, r);
    const X = flatten(options, used);
    return { r, used, factor: keptFactor(kernelOf(options, X), fitAt(r).theta, X) };
  }

  /** The latest factor or that of the last fit, with the rows since; undefined where these begin otherwise. */
  function grown(
    r: number,
    used: readonly number[],
    kernel: Kernel,
    X: Float64Array,
  ): Factor | undefined {
    const isBegin = ({ used: first, factor }: Factorised): boolean =>
      !factor.extraNoise &&
      first.length <= used.length &&
      first.every((row, i) => row === used[i]) &&
      sameKinds(factor.kernel, kernel);
    const begun = latest?.r === r && isBegin(latest) ? latest : atFit(r);
    return isBegin(begun) ? extendFactor(begun.factor, X) : undefined;
  }

  function factorAt(n: number, used: readonly number[], extraNoise?: Float64Array): Factor {
    const r = fitSize(n);
    const X = flatten(options, used);
    const kernel = kernelOf(options, X);
    const factor =
      (extraNoise ? undefined : grown(r, used, kernel, X)) ??
      factorize(kernel, fitAt(r).theta, X, extraNoise);
    latest = { r, used, factor };
    return factor;
  }

  return {
    score: (r) => fitAt(r).score,
    fitSize,
    at(n) {
      const used = rows(fitSize(n), n);
      const { targets: y, extraNoise } = targets(n, used);
      return withTargets(factorAt(n, used, extraNoise), y, "estimated");
    },
  };
}

/** The fit at size r, from the fit at the anchor below or, for the first one, from the prior. */
function fitRows(
  options: HistoryModelOptions,
  r: number,
  anchorTheta: Float64Array | undefined,
): ScoredFit {
  const rows = options.rows(r, r);
  const { targets, logJacobian, extraNoise } = options.targets(r, rows);
  const chosen = fitSubset(targets);
  const X = flatten(
    options,
    chosen.map((i) => rows[i]),
  );
  const kernel = kernelOf(options, X);
  const prior = hyperPrior(kernel, options.prior);
  const y = Float64Array.from(chosen, (i) => targets[i]);
  const starts = [anchorTheta ?? startOf(kernel, prior, WARM_NOISE)];
  if (options.schedule.startsAfresh(r)) starts.push(startOf(kernel, prior, FRESH_NOISE));
  const fit = fitHyperparameters(
    {
      kernel,
      prior,
      mean: "estimated",
      X,
      y,
      extraNoise: extraNoise && Float64Array.from(chosen, (i) => extraNoise[i]),
    },
    starts,
    anchorTheta ? ITERATIONS : FIRST_ITERATIONS,
  );
  const score = chosen.reduce((sum, i) => sum - logJacobian[i], fit.negativeLogPosterior);
  return { ...fit, score };
}

function flatten({ point, kinds }: HistoryModelOptions, rows: readonly number[]): Float64Array {
  const X = new Float64Array(rows.length * kinds.length);
  rows.forEach((row, at) => X.set(point(row), at * kinds.length));
  return X;
}

function kernelOf({ kinds, smoothness, additive }: HistoryModelOptions, X: Float64Array): Kernel {
  const d = kinds.length;
  return { kinds: withMissing(kinds, X, X.length / d), smoothness, additive: additive && d > 1 };
}

const sameKinds = (a: Kernel, b: Kernel): boolean =>
  a.kinds.every((kind, i) => kind === b.kinds[i]);

/** Which of the targets a fit looks at: all while they are few, by rank when they are many. */
function fitSubset(targets: Float64Array): number[] {
  const order = [...targets.keys()];
  if (targets.length <= MOST_FIT_POINTS) return order;
  order.sort((i, j) => targets[i] - targets[j]);
  const best = Math.floor(REDUCED_FIT_POINTS / 3);
  const rest = REDUCED_FIT_POINTS - best;
  const stride = (targets.length - best) / rest;
  const spread = Array.from({ length: rest }, (_, k) => order[best + Math.floor(k * stride)]);
  return [...order.slice(0, best), ...spread];
}
