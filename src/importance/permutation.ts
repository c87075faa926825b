/**
 * Permutation importance on the surrogate: how far a Gaussian process' prediction moves when one
 * parameter's values are shuffled among the trials. It answers for the region that was searched, not
 * for the whole space.
 *
 * L. Breiman, "Random forests", Machine Learning 45 (2001), on the model's own function.
 */
import { meanOf, squaredDeviations } from "../numerics/moments.ts";
import { createRng, type Rng } from "../numerics/rng.ts";
import { encode, type Params, type SearchSpace } from "../space/search-space.ts";
import { kindsOf } from "../surrogate/dimensions.ts";
import { fittedProcess } from "../surrogate/fitted-process.ts";
import type { GaussianProcess } from "../surrogate/gaussian-process.ts";
import { predictMeans } from "../surrogate/predict.ts";
import type { RawImportance } from "./result.ts";

const SHUFFLES = 10;
/** The process knows so many trials. */
const MOST_KNOWN = 250;

/**
 * @param params of n trials
 * @param y n targets, of mean 0 and variance 1
 */
export function permutation(
  space: SearchSpace,
  params: readonly Params[],
  y: Float64Array,
  seed: number,
): RawImportance[] {
  const rng = createRng(seed, "permutation");
  const d = space.parameters.length;
  const drawn = rng.permutation(y.length).slice(0, MOST_KNOWN);
  const X = new Float64Array(drawn.length * d);
  drawn.forEach((row, at) => X.set(encode(space, params[row]), at * d));
  const targets = Float64Array.from(drawn, (row) => y[row]);
  const { gp } = fittedProcess(kindsOf(space), X, targets);
  const before = predictMeans(gp, X);
  const variance = squaredDeviations(before) / before.length;
  return space.parameters.map(({ name }, i) => {
    const moves = Array.from({ length: SHUFFLES }, () => move(gp, X, before, i, rng));
    const raw = meanOf(moves);
    // E[(f − f′)²] = 2·variance for one that explains everything.
    const total = variance > 0 ? Math.min(1, raw / (2 * variance)) : 0;
    return { name, raw, repeats: moves, more: { total } };
  });
}

/** The mean square by which predictions move when the values of parameter i change places. */
function move(gp: GaussianProcess, X: Float64Array, before: Float64Array, i: number, rng: Rng) {
  const d = X.length / before.length;
  // Only trials that have the parameter can exchange its values.
  const having = [...before.keys()].filter((row) => !Number.isNaN(X[row * d + i]));
  const from = rng.permutation(having.length);
  const shuffled = X.slice();
  having.forEach((row, k) => (shuffled[row * d + i] = X[having[from[k]] * d + i]));
  const after = predictMeans(gp, shuffled);
  return (
    before.reduce((sum, value, row) => sum + (after[row] - value) * (after[row] - value), 0) /
    before.length
  );
}
