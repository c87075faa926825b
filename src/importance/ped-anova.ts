/**
 * PED-ANOVA: what sets the best trials apart. Of each parameter the Pearson divergence between its
 * density among the best γ of the trials and among all of them; a parameter that does not always
 * exist, or whose range moved, is judged within each of its ranges (regimes).
 *
 *   γ  share of the best     α  share of the best, β  share of all trials, that lie in a regime
 *   importance = γ² · Σ_regimes α²/β · D(best ‖ all)
 *
 * S. Watanabe, A. Bansal & F. Hutter, IJCAI 2023; conditional: K. Ito et al., "Conditional PED-ANOVA",
 * arXiv:2601.20800, theorem 4.2. Equal to Optuna 5's.
 */
import { requireNumber } from "../errors/checks.ts";
import { NUMBERS } from "../errors/number-kinds.ts";
import { createRng } from "../numerics/rng.ts";
import type { FinishedTrial } from "../contracts/trial.ts";
import { cardinality, type Distribution } from "../space/distribution.ts";
import type { SearchSpace } from "../space/search-space.ts";
import { countsOf, gridDensity } from "./grid-density.ts";
import type { RawImportance } from "./result.ts";

export interface PedAnovaOptions {
  /** γ, in (0, 1). */
  readonly quantile: number;
  readonly seed: number;
}

/** A regime with fewer trials is left out. */
const LEAST_IN_REGIME = 2;
const RESAMPLES = 24;
const TINY = 1e-12;

/**
 * @param values of the trials, minimised and finite; at least one
 * @throws HpoError unless 0 < quantile < 1
 */
export function pedAnova(
  space: SearchSpace,
  trials: readonly FinishedTrial[],
  values: Float64Array,
  { quantile, seed }: PedAnovaOptions,
): RawImportance[] {
  requireNumber("importance: quantile", quantile, NUMBERS.innerShare, "Give 0.1.");
  const rng = createRng(seed, "ped-anova");
  const n = trials.length;
  const resamples = Array.from({ length: RESAMPLES }, () =>
    Int32Array.from({ length: n }, () => rng.integer(0, n - 1)),
  );
  return space.parameters.map(({ name, distribution }) => {
    const regimes = regimesOf(name, distribution, trials);
    const of = (rows: Int32Array): number =>
      divergenceOf(name, regimes, trials, values, rows, quantile);
    const raw = of(Int32Array.from(trials.keys()));
    return { name, raw, repeats: resamples.map(of), more: { divergence: raw } };
  });
}

interface Regimes {
  /** The distributions that trials drew the parameter from. */
  readonly distributions: readonly Distribution[];
  /** Which of them a trial drew from; −1 where it lacks the parameter. */
  readonly of: Int32Array;
}

/** @param declared what a record without its distribution was drawn from */
function regimesOf(
  name: string,
  declared: Distribution,
  trials: readonly FinishedTrial[],
): Regimes {
  const known = new Map<string, number>();
  const distributions: Distribution[] = [];
  const of = Int32Array.from(trials, (trial) => {
    const distribution = Object.hasOwn(trial.distributions, name)
      ? trial.distributions[name]
      : declared;
    if (!Object.hasOwn(trial.params, name)) return -1;
    const key = JSON.stringify(distribution, Object.keys(distribution).sort());
    const index = known.get(key) ?? distributions.length;
    if (index === distributions.length) {
      known.set(key, index);
      distributions.push(distribution);
    }
    return index;
  });
  return { distributions, of };
}

/** @param rows indices of trials, some more than once in a resample */
function divergenceOf(
  name: string,
  { distributions, of }: Regimes,
  trials: readonly FinishedTrial[],
  values: Float64Array,
  rows: Int32Array,
  quantile: number,
): number {
  const sorted = Float64Array.from(rows, (row) => values[row]).sort();
  const cutoff = sorted[Math.ceil(quantile * rows.length) - 1];
  const isBest = (row: number): boolean => values[row] <= cutoff;
  const bestCount = rows.reduce((count, row) => (isBest(row) ? count + 1 : count), 0);
  let sum = 0;
  distributions.forEach((distribution, regime) => {
    const all = rows.filter((row) => of[row] === regime);
    const best = all.filter(isBest);
    if (all.length < LEAST_IN_REGIME || best.length === 0 || cardinality(distribution) < 2) return;
    const alpha = best.length / bestCount;
    const beta = all.length / rows.length;
    const paramsOf = (row: number) => trials[row].params[name];
    const density = (some: Int32Array): Float64Array =>
      gridDensity(countsOf(distribution, Array.from(some, paramsOf)), distribution);
    sum += ((alpha * alpha) / beta) * pearson(density(best), density(all));
  });
  const gamma = bestCount / rows.length;
  return gamma * gamma * sum;
}

/** Σ q (p/q − 1)². */
function pearson(p: Float64Array, q: Float64Array): number {
  return p.reduce((sum, value, k) => {
    const below = q[k] + TINY;
    const excess = (value + TINY) / below - 1;
    return sum + below * excess * excess;
  }, 0);
}
