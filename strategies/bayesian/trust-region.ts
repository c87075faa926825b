/**
 * A box around the best point in which every fourth suggestion is sought, with a process of its own
 * over the nearest points. After Eriksson et al., "Scalable global optimization via local Bayesian
 * optimization" (TuRBO), NeurIPS 2019.
 *
 *   L  half the box's side, in unit coordinates
 */
import { sumOf, type Acquisition } from "../../src/acquisition/acquisition.ts";
import type { Box, Domain } from "../../src/acquisition/domain.ts";
import { logExpectedImprovement } from "../../src/acquisition/log-expected-improvement.ts";
import { LOCAL_EFFORT, maximizeAcquisition } from "../../src/acquisition/maximize.ts";
import type { Candidate } from "../../src/acquisition/polish.ts";
import type { Rng } from "../../src/numerics/rng.ts";
import { CATEGORICAL, CONTINUOUS, withMissing } from "../../src/surrogate/dimensions.ts";
import { fitHyperparameters } from "../../src/surrogate/fit.ts";
import {
  factorize,
  withTargets,
  type GaussianProcess,
} from "../../src/surrogate/gaussian-process.ts";
import { hyperPrior, startOf } from "../../src/surrogate/hyperprior.ts";
import type { Kernel } from "../../src/surrogate/kernel.ts";
import { warpValues } from "../../src/surrogate/output-warp.ts";
import { pointsBestFirst, incumbentOf } from "./incumbent.ts";
import { addPending, withoutGainAt } from "./pending.ts";

export interface TrustRegion {
  readonly center: Float64Array;
  readonly best: number;
  readonly halfSide: number;
  /** What the last step gained. */
  readonly gain: number;
}

const FIRST_HALF_SIDE = 0.15;
const LARGEST_HALF_SIDE = 0.3;
const SMALLEST_HALF_SIDE = 1e-4;
const NOISE = { mean: Math.log(1e-7), sd: 3 };
const NOISE_FLOOR = 1e-10;
const START_NOISE = 1e-6;
const FIT_ITERATIONS = 25;

/** The best feasible row so far. */
export interface Incumbent {
  readonly point: Float64Array;
  readonly value: number;
}

/** Rows from which on there is a box. */
const LOCAL_FROM = 30;
/**
 * How many suggestions there are to each one in the box. With every second one smooth functions are
 * pinned down faster, and trainings' losses are caught in a local minimum more often.
 */
export const LOCAL_EVERY = 4;

/**
 * The box after all rows, stepped whenever a suggestion was sought in it. With p trials under way
 * results come p rows late, so the box waits for p + 1 rows: otherwise it would shrink before it was
 * tried.
 *
 * @param bests the best row after each row; undefined while there is none
 */
export function trustRegionAt(
  bests: readonly (Incumbent | undefined)[],
  pendingCount: number,
): TrustRegion | undefined {
  const every = LOCAL_EVERY * Math.ceil((pendingCount + 1) / LOCAL_EVERY);
  let region: TrustRegion | undefined;
  for (let n = LOCAL_FROM; n <= bests.length; n += every) {
    const best = bests[n - 1];
    if (best) region = stepTrustRegion(region, best.point, best.value);
  }
  return region;
}

/**
 * The box after some more trials: it grows where they gained, halves where not, and starts anew when
 * it has become tiny or the best point lies outside.
 */
function stepTrustRegion(
  region: TrustRegion | undefined,
  center: Float64Array,
  best: number,
): TrustRegion {
  if (!region || farthest(center, region.center) > region.halfSide * 1.01) {
    return { center, best, halfSide: FIRST_HALF_SIDE, gain: 0 };
  }
  const gain = region.best - best;
  const halfSide =
    gain > 1e-3 * region.gain
      ? Math.min(LARGEST_HALF_SIDE, region.halfSide * 1.5)
      : region.halfSide * 0.5;
  return {
    center,
    best,
    halfSide: halfSide < SMALLEST_HALF_SIDE ? FIRST_HALF_SIDE : halfSide,
    gain: Math.max(0, gain),
  };
}

/** The largest coordinate difference; 1 where only one point has the coordinate. */
function farthest(a: Float64Array, b: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (Number.isNaN(difference)) {
      if (Number.isNaN(a[i]) !== Number.isNaN(b[i])) largest = Math.max(largest, 1);
    } else largest = Math.max(largest, difference);
  }
  return largest;
}

export interface LocalProblem {
  readonly region: TrustRegion;
  readonly domain: Domain;
  /** Points with values. */
  readonly points: readonly Float64Array[];
  readonly values: Float64Array;
  readonly pending: readonly Float64Array[];
  /** Where trials erred. */
  readonly erred: readonly Float64Array[];
  /** Further terms of the acquisition. */
  readonly terms: readonly Acquisition[];
}

/** Candidates within the box, best first. */
export function localCandidates(problem: LocalProblem, rng: Rng): Candidate[] {
  const { region, pending, erred, terms } = problem;
  const { domain, box } = withinBox(region, problem.domain);
  const gp = addPending(localProcess(problem), pending);
  const best = incumbentOf(gp);
  const improvement = logExpectedImprovement(withoutGainAt(gp, erred, best), best);
  return maximizeAcquisition(
    {
      acquisition: sumOf([improvement, ...terms]),
      domain,
      box,
      good: pointsBestFirst(gp),
    },
    LOCAL_EFFORT,
    rng,
  );
}

/**
 * The box, and the domain with the values that it holds. An integer, or a value of a grid, is in it where what
 * is rounded to it is; choices have no order, and all of them are.
 */
function withinBox(
  { center, halfSide }: TrustRegion,
  domain: Domain,
): { readonly domain: Domain; readonly box: Box } {
  const end = (i: number, side: -1 | 1): number => {
    const isOpen = domain.kinds[i] === CATEGORICAL || Number.isNaN(center[i]);
    const u = isOpen ? 0.5 + side / 2 : Math.min(1, Math.max(0, center[i] + side * halfSide));
    return nearestOf(domain.levels[i], u);
  };
  const box = {
    lower: center.map((_, i) => end(i, -1)),
    upper: center.map((_, i) => end(i, 1)),
  };
  const levels = domain.levels.map((values, i) =>
    values?.filter((value) => box.lower[i] <= value && value <= box.upper[i]),
  );
  return { domain: { ...domain, levels }, box };
}

/** The value nearest to u; u itself where all are allowed. */
const nearestOf = (values: Float64Array | undefined, u: number): number =>
  values?.reduce((best, value) => (Math.abs(value - u) < Math.abs(best - u) ? value : best)) ?? u;

/** An RBF process of the nearest points, its lengthscales in units of the box. */
function localProcess({ region, domain, points, values }: LocalProblem): GaussianProcess {
  const d = domain.dimension;
  const rows = nearestRows(points, region.center, 6 * d + 10);
  const X = new Float64Array(rows.length * d);
  rows.forEach((row, at) => X.set(points[row], at * d));
  const kernel: Kernel = {
    kinds: withMissing(domain.kinds, X, rows.length),
    smoothness: "rbf",
    additive: false,
  };
  const prior = hyperPrior(kernel, {
    lengthscale: { mean: Math.log(Math.sqrt(d)), sd: 1 },
    noise: NOISE,
    noiseFloor: NOISE_FLOOR,
    units: Float64Array.from(kernel.kinds, (kind) =>
      kind === CONTINUOUS ? 2 * region.halfSide : 1,
    ),
  });
  const { targets: y } = warpValues(
    Float64Array.from(rows, (row) => values[row]),
    "identity",
  );
  const start = startOf(kernel, prior, START_NOISE);
  const fit = fitHyperparameters(
    { kernel, prior, mean: "estimated", X, y },
    [start],
    FIT_ITERATIONS,
  );
  return withTargets(factorize(kernel, fit.theta, X), y, "estimated");
}

function nearestRows(
  points: readonly Float64Array[],
  center: Float64Array,
  count: number,
): number[] {
  const distance = points.map((x) => {
    let square = 0;
    for (let i = 0; i < x.length; i++) {
      const difference = x[i] - center[i];
      if (!Number.isNaN(difference)) square += difference * difference;
      else if (Number.isNaN(x[i]) !== Number.isNaN(center[i])) square += 0.25;
    }
    return square;
  });
  const order = [...points.keys()].sort((a, b) => distance[a] - distance[b] || a - b);
  return order.slice(0, count);
}
