/**
 * Climbing from a point: L-BFGS along the dimensions that have a gradient, then each value-by-value
 * dimension through all its values, and L-BFGS again where one changed.
 */
import { minimizeInBox } from "../numerics/box-minimizer.ts";
import type { Acquisition } from "./acquisition.ts";
import type { Box, Domain } from "./domain.ts";

export interface Candidate {
  readonly x: Float64Array;
  readonly value: number;
}

/**
 * @param levels the values that each value-by-value dimension goes through
 * @returns a candidate at least as good as the start
 */
export function polish(
  acquisition: Acquisition,
  domain: Domain,
  levels: Domain["levels"],
  box: Box,
  start: Candidate,
  maxIterations: number,
): Candidate {
  const climbed = climb(acquisition, domain, box, start, maxIterations);
  const stepped = throughLevels(acquisition, domain, levels, climbed);
  return stepped === climbed ? climbed : climb(acquisition, domain, box, stepped, maxIterations);
}

function climb(
  acquisition: Acquisition,
  domain: Domain,
  box: Box,
  start: Candidate,
  maxIterations: number,
): Candidate {
  const axes = [...domain.levels.keys()].filter(
    (i) => domain.levels[i] === undefined && !Number.isNaN(start.x[i]),
  );
  if (axes.length === 0) return start;
  const pick = (from: Float64Array): Float64Array => Float64Array.from(axes, (i) => from[i]);
  const x = start.x.slice();
  const slope = new Float64Array(domain.dimension);
  const place = (reduced: Float64Array): void => axes.forEach((i, k) => (x[i] = reduced[k]));
  const found = minimizeInBox(
    (reduced, gradient) => {
      place(reduced);
      slope.fill(0);
      const value = acquisition.addSlope(x, slope);
      axes.forEach((i, k) => (gradient[k] = -slope[i]));
      return -value;
    },
    pick(start.x),
    pick(box.lower),
    pick(box.upper),
    { maxIterations, gradientTolerance: 1e-4 },
  );
  place(found.x);
  if (domain.plain) return -found.value > start.value ? { x, value: -found.value } : start;
  return better(acquisition, start, domain.project(filled(x)));
}

/** Each dimension with levels in turn to its best one. */
function throughLevels(
  acquisition: Acquisition,
  domain: Domain,
  levels: Domain["levels"],
  start: Candidate,
): Candidate {
  let best = start;
  levels.forEach((values, i) => {
    if (!values || values.length < 2 || Number.isNaN(best.x[i])) return;
    const from = filled(best.x);
    for (const level of values) {
      if (level === from[i]) continue;
      const u = from.slice();
      u[i] = level;
      best = better(acquisition, best, domain.project(u));
    }
  });
  return best;
}

function better(acquisition: Acquisition, best: Candidate, x: Float64Array): Candidate {
  const value = acquisition.values(x)[0];
  return value > best.value ? { x, value } : best;
}

/** Missing coordinates stand in the middle, should a changed value bring them to life. */
const filled = (x: Float64Array): Float64Array => x.map((v) => (Number.isNaN(v) ? 0.5 : v));
