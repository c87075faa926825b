/** ln P(g(x) ≥ threshold) for a Gaussian process g: of a run that finishes, of a constraint that holds. */
import { inverseMills, logNdtr } from "../numerics/normal.ts";
import type { GaussianProcess } from "../surrogate/gaussian-process.ts";
import { predict, slopePredictor } from "../surrogate/predict.ts";
import type { Acquisition } from "./acquisition.ts";

export interface LogProbabilityOptions {
  /** In the process' own units. */
  readonly threshold: number;
  /** +1 for g ≥ threshold, −1 for g ≤ threshold. */
  readonly side: 1 | -1;
  /** Added to the latent variance: what a sharp border is blurred by. */
  readonly extraVariance?: number;
}

export function logProbability(
  gp: GaussianProcess,
  { threshold, side, extraVariance = 0 }: LogProbabilityOptions,
): Acquisition {
  const slopesAt = slopePredictor(gp);
  return {
    values(points) {
      const { mean, variance } = predict(gp, points);
      return mean.map((mu, i) =>
        logNdtr((side * (mu - threshold)) / Math.sqrt(variance[i] + extraVariance)),
      );
    },
    addSlope(x, gradient) {
      const { mean, variance, meanSlope, varianceSlope } = slopesAt(x);
      const total = variance + extraVariance;
      const sigma = Math.sqrt(total);
      const z = (side * (mean - threshold)) / sigma;
      const byZ = inverseMills(z);
      for (let i = 0; i < gradient.length; i++) {
        gradient[i] += byZ * ((side * meanSlope[i]) / sigma - (z * varianceSlope[i]) / (2 * total));
      }
      return logNdtr(z);
    },
  };
}
