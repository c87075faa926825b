/**
 * weight · ln π(x): what was believed before any trial (πBO; Hvarfner et al., "πBO: Augmenting
 * acquisition functions with user beliefs for Bayesian optimization", ICLR 2022).
 */
import type { Prior } from "../space/prior.ts";
import type { Acquisition } from "./acquisition.ts";

/** Half of a central difference in the unit cube; priors are tables, a finer one would see steps. */
const STEP = 1e-3;

/** @param dimension of the points; @param weight β₀/n, which fades as trials come in */
export function logPriorTerm(prior: Prior, dimension: number, weight: number): Acquisition {
  return {
    values: (points) =>
      Float64Array.from({ length: points.length / dimension }, (_, row) => {
        const at = row * dimension;
        return weight * prior.logDensity(points.subarray(at, at + dimension));
      }),
    addSlope(x, gradient) {
      const moved = x.slice();
      for (let i = 0; i < dimension; i++) {
        const up = Math.min(1, x[i] + STEP);
        const down = Math.max(0, x[i] - STEP);
        if (!(up > down)) continue; // missing
        moved[i] = up;
        const above = prior.logDensity(moved);
        moved[i] = down;
        gradient[i] += (weight * (above - prior.logDensity(moved))) / (up - down);
        moved[i] = x[i];
      }
      return weight * prior.logDensity(x);
    },
  };
}
