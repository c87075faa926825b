import test from "ava";
import { hypervolume } from "./hypervolume.ts";
import { logImprovement } from "./log-improvement.ts";
import { mannWhitneyAsymptotic } from "./mann-whitney.ts";
import { nonDominatedRanks } from "./non-dominated.ts";
import { sobolSequence } from "./sobol.ts";
import { isClose, readSurrogateGolden } from "./testing/golden.ts";
import { wilcoxonSignedRank } from "./wilcoxon.ts";

test("the numerics hold their reference values", (t) => {
  const golden = readSurrogateGolden();
  let cases = 0;
  const check = (actual: number, expected: number, relative: number, what: string): void => {
    t.true(isClose(actual, expected, relative), `${what}: ${actual}, expected ${expected}`);
  };
  for (const { mean, sd, best, log_expected_improvement } of golden.log_ei_minimisation) {
    check(
      Math.log(sd) + logImprovement((best - mean) / sd),
      log_expected_improvement,
      1e-10,
      "log EI",
    );
    cases++;
  }
  for (const [dimension, points] of Object.entries(golden.sobol_first_16_unscrambled)) {
    const point = sobolSequence(Number(dimension));
    points.forEach((expected, index) => t.deepEqual([...point(index)], expected));
    cases++;
  }
  for (const {
    points,
    reference_point,
    hypervolume_of_the_minimised_points,
  } of golden.hypervolume) {
    check(
      hypervolume(points, reference_point),
      hypervolume_of_the_minimised_points,
      1e-8,
      "volume",
    );
    cases++;
  }
  const { points, rank_minimised_0_is_best } = golden.non_dominated_sort;
  t.deepEqual(nonDominatedRanks(points), rank_minimised_0_is_best);
  const tests = golden.rank_tests;
  const differences = tests.a.map((value, i) => value - tests.b[i]);
  check(
    mannWhitneyAsymptotic(tests.a, tests.b).p,
    tests.mann_whitney_two_sided_asymptotic_p,
    1e-8,
    "U",
  );
  check(wilcoxonSignedRank(differences).p, tests.wilcoxon_signed_rank_two_sided_exact_p, 1e-8, "W");
  cases += 3;
  t.true(cases > 3, "surrogate.json holds no numerics cases");
  t.log(`surrogate.json: ${cases} cases checked`);
});
