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

/** The process with the pending points believed, by their curves where these tell something. */
export function addPending(
  gp: GaussianProcess,
  pending: readonly Float64Array[],
  told: readonly (Believed | undefined)[] = [],
): GaussianProcess {
  if (pending.length === 0) return gp;
  const d = gp.kernel.kinds.length;
  const flat = new Float64Array(pending.length * d);
  pending.forEach((point, i) => flat.set(point, i * d));
  const believed = predict(gp, flat).mean;
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
