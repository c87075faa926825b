/**
 * A categorical distribution per choice parameter beside the Gaussian: marginals, without
 * correlations to the numbers. After Hamano et al., "CatCMA", GECCO 2024 (arXiv:2405.09962), with
 * the recombination weights of CMA-ES and a fixed learning rate.
 */
import type { Rng } from "../../src/numerics/rng.ts";
import { cardinality } from "../../src/space/distribution.ts";
import type { Prior } from "../../src/space/prior.ts";
import type { SearchSpace } from "../../src/space/search-space.ts";

/** The share of its way that q goes to the winners' frequencies in a generation. */
const RATE = 0.3;

/**
 * q ← q + c·(Σ w_i·δ(x_i) − q), no entry below its margin. Trials in which the parameter does not
 * exist are left out.
 * @param picks the choice of each of the best trials, −1 without one; `weights` theirs, positive
 * @param count how many choice parameters there are
 */
export function learnChoices(
  q: Float64Array,
  picks: readonly number[],
  weights: ArrayLike<number>,
  count: number,
): void {
  let total = 0;
  picks.forEach((pick, i) => (total += pick >= 0 ? weights[i] : 0));
  if (total === 0) return;
  const frequency = new Float64Array(q.length);
  picks.forEach((pick, i) => {
    if (pick >= 0) frequency[pick] += weights[i] / total;
  });
  // Fewer of the winners having the parameter say less.
  q.forEach((share, k) => (q[k] += RATE * total * (frequency[k] - share)));
  keepChoiceMargin(q, count);
}

/** (CatCMA, section 4.3) q_k ≥ (1 − 0.73^(1/count))/(K − 1), which is below 1/K. */
function keepChoiceMargin(q: Float64Array, count: number): void {
  if (q.length < 2) return;
  const least = (1 - Math.exp(Math.log(0.73) / count)) / (q.length - 1);
  let excess = 0;
  let added = 0;
  for (let k = 0; k < q.length; k++) {
    if (q[k] < least) {
      added += least - q[k];
      q[k] = least;
    } else excess += q[k] - least;
  }
  q.forEach((share, k) => (q[k] -= (added * (share - least)) / excess));
}

/** The index of a choice by q. */
export function drawChoice(q: Float64Array, rng: Rng): number {
  let rest = rng.uniform();
  for (let k = 0; k < q.length - 1; k++) {
    rest -= q[k];
    if (rest < 0) return k;
  }
  return q.length - 1;
}

const PRIOR_DRAWS = 256;

/** The prior's share of each choice, by evenly spread draws; at least a hundredth of uniform. */
export function firstProbabilities(
  space: SearchSpace,
  choices: readonly number[],
  prior: Prior | undefined,
): Float64Array[] {
  return choices.map((j) => {
    const size = cardinality(space.parameters[j].distribution);
    const q = new Float64Array(size).fill(prior ? 0.01 / size : 1 / size);
    for (let i = 0; prior && i < PRIOR_DRAWS; i++) {
      const uniforms = new Float64Array(space.parameters.length).fill(0.5);
      uniforms[j] = (i + 0.5) / PRIOR_DRAWS;
      const k = Math.min(size - 1, Math.floor(prior.warp(uniforms)[j] * size));
      q[k] += 0.99 / PRIOR_DRAWS;
    }
    return q;
  });
}
