/**
 * Trials under way, taken as if they gave what the model expects of them (the "kriging believer" of
 * Ginsbourger, Le Riche & Carraro, 2010): the mean stays, the variance around them goes, so the next
 * suggestion looks elsewhere. Unlike a constant liar it bends no mean, and unlike sampled fantasies
 * it costs one more row of the factor for each pending trial.
 */
import { packedStart } from "../../src/numerics/cholesky.ts";
import {
  extendFactor,
  withTargets,
  type Factor,
  type GaussianProcess,
} from "../../src/surrogate/gaussian-process.ts";
import { predict } from "../../src/surrogate/predict.ts";

/** What a trial under way will come to, as its curve so far tells: a target and its variance. */
export interface Believed {
  readonly target: number;
  readonly noise: number;
}

/**
 * The process that expects no gain at these points: there it believes its own mean, or `best` where the mean
 * is lower.
 */
export function withoutGainAt(
  gp: GaussianProcess,
  points: readonly Float64Array[],
  best: number,
): GaussianProcess {
  const told = Array.from(meansAt(gp, points), (mean) => ({
    target: Math.max(mean, best),
    noise: 0,
  }));
  return addPending(gp, points, told);
}

/** The process with the pending points believed, by their curves where these tell something. */
export function addPending(
  gp: GaussianProcess,
  pending: readonly Float64Array[],
  told: readonly (Believed | undefined)[] = [],
): GaussianProcess {
  if (pending.length === 0) return gp;
  const d = gp.kernel.kinds.length;
  const believed = meansAt(gp, pending);
  const y = [...gp.y];
  // The factor is shared with later calls: a copy that is too short to be written to is extended.
  let factor: Factor = { ...gp, L: gp.L.slice(0, packedStart(gp.n)) };
  pending.forEach((point, i) => {
    const X = new Float64Array((factor.n + 1) * d);
    X.set(factor.X.subarray(0, factor.n * d));
    X.set(point, factor.n * d);
    const noise = told[i]?.noise ?? 0;
    const { extraNoise = noise > 0 ? new Float64Array(factor.n) : undefined } = factor;
    const longer = extendFactor(factor, X, extraNoise && Float64Array.of(...extraNoise, noise));
    if (!longer) return; // on top of a point that is there already: nothing new to believe
    factor = longer;
    y.push(told[i]?.target ?? believed[i]);
  });
  return withTargets(factor, Float64Array.from(y), "estimated");
}

function meansAt(gp: GaussianProcess, points: readonly Float64Array[]): Float64Array {
  const d = gp.kernel.kinds.length;
  const flat = new Float64Array(points.length * d);
  points.forEach((point, i) => flat.set(point, i * d));
  return predict(gp, flat).mean;
}
