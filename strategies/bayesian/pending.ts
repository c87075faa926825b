/**
 * Trials under way, taken as if they gave what the model expects of them (the "kriging believer" of
 * Ginsbourger, Le Riche & Carraro, 2010): the mean stays, the variance around them goes, so the next
 * suggestion looks elsewhere. Unlike a constant liar it bends no mean, and unlike sampled fantasies
 * it costs one more row of the factor for each pending trial.
 */
import {
  extendFactor,
  withTargets,
  type GaussianProcess,
} from "../../src/surrogate/gaussian-process.ts";
import { predict } from "../../src/surrogate/predict.ts";

/** The process with the pending points believed. */
export function addPending(gp: GaussianProcess, pending: readonly Float64Array[]): GaussianProcess {
  if (pending.length === 0) return gp;
  const d = gp.kernel.kinds.length;
  const X = new Float64Array((gp.n + pending.length) * d);
  X.set(gp.X.subarray(0, gp.n * d));
  pending.forEach((point, i) => X.set(point, (gp.n + i) * d));
  const believed = predict(gp, X.slice(gp.n * d)).mean;
  // The factor is shared with later calls: extend a copy that is too short to be written to.
  const own = { ...gp, L: gp.L.slice(0, (gp.n * (gp.n + 1)) / 2) };
  const factor = extendFactor(own, X);
  if (!factor) return gp; // a pending point on top of a finished one: nothing new to believe
  const y = new Float64Array(factor.n);
  y.set(gp.y);
  y.set(believed, gp.n);
  return withTargets(factor, y, "estimated");
}
