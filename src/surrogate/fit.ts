/** Maximum a-posteriori hyperparameters by L-BFGS with analytic gradients. */
import { minimizeInBox } from "../numerics/box-minimizer.ts";
import { negativeLogEvidence } from "./evidence.ts";
import { addNegativeLogPrior, type HyperPrior } from "./hyperprior.ts";
import { kept } from "./kept.ts";
import { settingsOf, type Kernel } from "./kernel.ts";
import type { MeanKind } from "./mean-coefficients.ts";

export interface FitProblem {
  readonly kernel: Kernel;
  readonly prior: HyperPrior;
  readonly mean: MeanKind;
  /** n × d, row-major. */
  readonly X: Float64Array;
  /** n targets, of mean 0 and variance 1. */
  readonly y: Float64Array;
  /** n variances of single targets' noise, beside the common one. */
  readonly extraNoise?: Float64Array;
}

interface FitTask extends FitProblem {
  readonly starts: readonly Float64Array[];
  readonly maxIterations: number;
}

export interface Fit {
  readonly theta: Float64Array;
  /** −ln p(y, θ | X) + const; comparable between fits to the same data. */
  readonly negativeLogPosterior: number;
  readonly evaluations: number;
}

/** The best of the fits from each start, `maxIterations` each. */
export function fitHyperparameters(
  problem: FitProblem,
  starts: readonly Float64Array[],
  maxIterations: number,
): Fit {
  const { kernel, prior, mean, X, y, extraNoise } = problem;
  return kept(
    {
      kind: "fits",
      numbers: [X, y, extraNoise, prior.mean, prior.sd, prior.lower, prior.upper, ...starts],
      settings: [...settingsOf(kernel), mean, maxIterations],
    },
    () => fitOf({ ...problem, starts, maxIterations }),
  );
}

function fitOf({ kernel, prior, mean, X, y, extraNoise, starts, maxIterations }: FitTask): Fit {
  const evidence = negativeLogEvidence(kernel, X, y, mean, extraNoise);
  const objective = (theta: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    return evidence(theta, gradient) + addNegativeLogPrior(prior, theta, gradient);
  };
  const options = { maxIterations, gradientTolerance: 1e-3 };
  let evaluations = 0;
  let best: Fit | undefined;
  for (const start of starts) {
    const found = minimizeInBox(objective, start, prior.lower, prior.upper, options);
    evaluations += found.evaluations;
    if (!best || found.value < best.negativeLogPosterior) {
      best = { theta: found.x, negativeLogPosterior: found.value, evaluations };
    }
  }
  if (!best) throw new Error("fitHyperparameters needs at least one start");
  return { ...best, evaluations };
}
