/**
 * Functional ANOVA on the parameters' own scales: how much of the metric's variance over the search
 * space each parameter explains, alone (first order) and with the others (total).
 *
 * The variance is taken between two forests that learnt from different, overlapping draws of the
 * trials, not within one: what a forest makes of noise is then no importance, as the other one
 * makes something else of it.
 *
 * F. Hutter, H. Hoos & K. Leyton-Brown, "An efficient approach for assessing hyperparameter
 * importance", ICML 2014. Sobol' indices, as I. M. Sobol', Math. Comput. Simul. 55 (2001).
 */
import { meanOf } from "../numerics/moments.ts";
import { createRng, type Rng } from "../numerics/rng.ts";
import type { Params, SearchSpace } from "../space/search-space.ts";
import { boxShape, boxSumOf, type BoxSum, type BoxShape } from "./forest/boxes.ts";
import { growForest, type Forest } from "./forest/forest.ts";
import { tableOf, withDraws, type Table } from "./forest/table.ts";
import { varianceParts } from "./forest/variance-parts.ts";
import type { RawImportance } from "./result.ts";

/** Pairs of forests, over which the spread is taken. */
const PAIRS = 8;
/** The share of the trials that a forest learns from; two of a pair have half of those in common. */
const DRAWN = 2 / 3;
const MOST_TRIALS = 2000;

/**
 * @param params of n trials
 * @param y n targets, of mean 0 and variance 1
 */
export function fanova(
  space: SearchSpace,
  params: readonly Params[],
  y: Float64Array,
  seed: number,
): RawImportance[] {
  const rng = createRng(seed, "fanova");
  const table = tableOf(space, params, y);
  const forests = Array.from({ length: PAIRS }, () => grownPair(table, rng));
  const count = bestCount(forests.flat());
  const shape = boxShape(table.categories);
  const pairs = forests.map(([f, g]) =>
    varianceParts(firstTrees(shape, f, count), firstTrees(shape, g, count)),
  );
  const variance = meanOf(pairs.map((pair) => pair.variance));
  return space.parameters.map(({ name }, i) => {
    const firsts = pairs.map((pair) => pair.first[i]);
    const raw = meanOf(firsts);
    const first = share(raw, variance);
    const total = share(meanOf(pairs.map((pair) => pair.total[i])), variance);
    return {
      name,
      raw,
      repeats: firsts,
      more: { first, total: Math.max(first, total) },
    };
  });
}

function grownPair(table: Table, rng: Rng): [Forest, Forest] {
  const order = Int32Array.from(rng.permutation(table.n).slice(0, Math.ceil(MOST_TRIALS / DRAWN)));
  const count = Math.max(1, Math.round(DRAWN * order.length));
  const rest = order.length - count;
  const grow = (rows: Int32Array, others: Int32Array): Forest =>
    growForest(withDraws(table, rng), rows, others, rng);
  return [
    grow(order.slice(0, count), order.slice(count)),
    grow(order.slice(rest), order.slice(0, rest)),
  ];
}

/** How many trees explain most of the trials that their forests did not see; further ones fit noise. */
function bestCount(forests: readonly Forest[]): number {
  const left = forests[0].unexplained.map((_, k) =>
    forests.reduce((sum, { unexplained }) => sum + unexplained[k], 0),
  );
  return left.indexOf(left.reduce((least, value) => Math.min(least, value), Infinity));
}

const firstTrees = (shape: BoxShape, { trees }: Forest, count: number): BoxSum =>
  boxSumOf(shape, trees.slice(0, count));

const share = (part: number, whole: number): number =>
  whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
