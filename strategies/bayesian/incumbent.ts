/** The data as the model sees them: noise taken off. */
import type { GaussianProcess } from "../../src/surrogate/gaussian-process.ts";

/** Posterior means at the data: y − noise·α, noise by point. */
const meansAtData = (gp: GaussianProcess): Float64Array =>
  gp.y.map((value, i) => {
    const noise = gp.extraNoise ? gp.weights.noise + gp.extraNoise[i] : gp.weights.noise;
    return value - noise * gp.alpha[i];
  });

/** The lowest posterior mean at a data point that counts (all by default): what to improve on. */
export function incumbentOf(
  gp: GaussianProcess,
  counts: (index: number) => boolean = () => true,
): number {
  let lowest = Infinity;
  meansAtData(gp).forEach((mean, i) => {
    if (mean < lowest && counts(i)) lowest = mean;
  });
  return lowest;
}

/** The data points, the lowest posterior mean first. */
export function pointsBestFirst(gp: GaussianProcess): Float64Array[] {
  const d = gp.kernel.kinds.length;
  const means = meansAtData(gp);
  return [...means.keys()]
    .sort((a, b) => means[a] - means[b])
    .map((i) => gp.X.slice(i * d, i * d + d));
}
