/** A process fitted to data that is all there; strategies, whose data grow, use history-model.ts. */
import { withMissing, type DimensionKinds } from "./dimensions.ts";
import { fitHyperparameters } from "./fit.ts";
import { factorize, withTargets, type GaussianProcess } from "./gaussian-process.ts";
import { hyperPrior, startOf } from "./hyperprior.ts";

/** Hyperparameters are fitted to so many points. */
const MOST_FITTED = 120;
const ITERATIONS = 30;
const NOISE = 1e-2;

export interface FittedProcess {
  readonly gp: GaussianProcess;
  /** −ln p(y, θ | X) + const at the fitted points; comparable between fits to the same points. */
  readonly negativeLogPosterior: number;
  /** How many points from the first on the hyperparameters are fitted to. */
  readonly fitted: number;
}

/**
 * @param X n × d, row-major, in the unit cube; where n > 120 in an order that the first 120 speak for
 * @param y n targets, of mean 0 and variance 1
 */
export function fittedProcess(
  kinds: DimensionKinds,
  X: Float64Array,
  y: Float64Array,
): FittedProcess {
  const d = kinds.length;
  const all = withMissing(kinds, X, y.length);
  const kernel = { kinds: all, smoothness: "matern52", additive: d > 1 } as const;
  const prior = hyperPrior(kernel);
  const fitted = Math.min(MOST_FITTED, y.length);
  const { theta, negativeLogPosterior } = fitHyperparameters(
    { kernel, prior, mean: "estimated", X: X.slice(0, fitted * d), y: y.slice(0, fitted) },
    [startOf(kernel, prior, NOISE)],
    ITERATIONS,
  );
  const gp = withTargets(factorize(kernel, theta, X), y, "estimated");
  return { gp, negativeLogPosterior, fitted };
}
