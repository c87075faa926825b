/** Reference values from scikit-learn, mpmath, scipy and Optuna, shared by several golden tests. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface GaussianProcessCase {
  readonly kernel: "matern52" | "matern32" | "rbf";
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly signal_variance: number;
  readonly lengthscales: readonly number[];
  readonly noise_variance: number;
  readonly log_marginal_likelihood: number;
  readonly gradient_wrt_log_signal_variance_log_lengthscales_log_noise_variance: readonly number[];
  readonly Xtest: readonly (readonly number[])[];
  readonly mean: readonly number[];
  readonly variance_of_the_latent_function: readonly number[];
}

export interface SurrogateGolden {
  readonly gp: readonly GaussianProcessCase[];
  readonly log_ei_minimisation: readonly {
    readonly mean: number;
    readonly sd: number;
    readonly best: number;
    readonly log_expected_improvement: number;
  }[];
  readonly sobol_first_16_unscrambled: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly hypervolume: readonly {
    readonly points: readonly (readonly number[])[];
    readonly reference_point: readonly number[];
    readonly hypervolume_of_the_minimised_points: number;
  }[];
  readonly non_dominated_sort: {
    readonly points: readonly (readonly number[])[];
    readonly rank_minimised_0_is_best: readonly number[];
  };
  readonly rank_tests: {
    readonly a: readonly number[];
    readonly b: readonly number[];
    readonly mann_whitney_two_sided_asymptotic_p: number;
    readonly wilcoxon_signed_rank_two_sided_exact_p: number;
  };
}

/**
 * surrogate.json from HPO_GOLDEN_DIR, or src/testing/golden when that is not set.
 * @throws Error when the file is missing
 */
export function readSurrogateGolden(): SurrogateGolden {
  const inRepository = fileURLToPath(new URL("../../../../src/testing/golden", import.meta.url));
  const path = join(process.env.HPO_GOLDEN_DIR ?? inRepository, "surrogate.json");
  if (!existsSync(path)) {
    throw new Error(
      `No golden values at ${path}. Set HPO_GOLDEN_DIR to a folder with surrogate.json.`,
    );
  }
  return JSON.parse(readFileSync(path, "utf8")) as SurrogateGolden;
}

/** |actual − expected| ≤ relative·max(1, |expected|). */
export const isClose = (actual: number, expected: number, relative: number): boolean =>
  Math.abs(actual - expected) <= relative * Math.max(1, Math.abs(expected));
