/**
 * ln EI(x) = ln σ + ln h((best − μ)/σ), h(z) = φ(z) + zΦ(z); minimisation. Ament et al., NeurIPS 2023.
 */
import { logImprovement, logImprovementSlope } from "../numerics/log-improvement.ts";
import type { GaussianProcess } from "../surrogate/gaussian-process.ts";
import { predict, slopePredictor } from "../surrogate/predict.ts";
import type { Acquisition } from "./acquisition.ts";

/** @param best the value to improve on, in the process' own (standardised) units */
export function logExpectedImprovement(gp: GaussianProcess, best: number): Acquisition {
  const slopesAt = slopePredictor(gp);
  return {
    values(points) {
      const { mean, variance } = predict(gp, points);
      return mean.map((mu, i) => {
        const sigma = Math.sqrt(variance[i]);
        return Math.log(sigma) + logImprovement((best - mu) / sigma);
      });
    },
    addSlope(x, gradient) {
      const { mean, variance, meanSlope, varianceSlope } = slopesAt(x);
      const sigma = Math.sqrt(variance);
      const z = (best - mean) / sigma;
      const byZ = logImprovementSlope(z);
      for (let i = 0; i < gradient.length; i++) {
        const sigmaSlope = varianceSlope[i] / (2 * sigma);
        gradient[i] += (byZ * (-meanSlope[i] - z * sigmaSlope) + sigmaSlope) / sigma;
      }
      return Math.log(sigma) + logImprovement(z);
    },
  };
}
