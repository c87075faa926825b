import test from "ava";
import { hypervolume } from "./hypervolume.ts";
import { logImprovement } from "./log-improvement.ts";
import { mannWhitneyAsymptotic } from "./mann-whitney.ts";
import { nonDominatedRanks } from "./pareto.ts";
import { sobolSequence } from "./sobol.ts";
import { isClose, readSurrogateGolden, type SurrogateGolden } from "./testing/golden.ts";
import { wilcoxonSignedRank } from "./wilcoxon.ts";

/** Fails where two numbers differ by more than `relative`. */
type Check = (actual: number, expected: number, relative: number, what: string) => void;

const checks: Readonly<Record<string, (golden: SurrogateGolden, check: Check) => number>> = {
  "log expected improvement": ({ log_ei_minimisation: cases }, check) => {
    for (const { mean, sd, best, log_expected_improvement: expected } of cases) {
      check(Math.log(sd) + logImprovement((best - mean) / sd), expected, 1e-10, "log EI");
    }
    return cases.length;
  },
  "Sobol points": ({ sobol_first_16_unscrambled: sequences }, check) => {
    for (const [dimension, points] of Object.entries(sequences)) {
      const point = sobolSequence(Number(dimension));
      points.forEach((expected, index) =>
        expected.forEach((value, i) => check(point(index)[i], value, 0, `point ${index}`)),
      );
    }
    return Object.keys(sequences).length;
  },
  hypervolume: ({ hypervolume: cases }, check) => {
    for (const { points, reference_point, ...expected } of cases) {
      const volume = expected.hypervolume_of_the_minimised_points;
      check(hypervolume(points, reference_point), volume, 1e-8, "volume");
    }
    return cases.length;
  },
  "non-dominated sort": ({ non_dominated_sort: sorted }, check) => {
    const ranks = nonDominatedRanks(sorted.points);
    sorted.rank_minimised_0_is_best.forEach((rank, i) => check(ranks[i], rank, 0, `rank ${i}`));
    return 1;
  },
  "rank tests": ({ rank_tests: { a, b, ...p } }, check) => {
    const differences = a.map((value, i) => value - b[i]);
    check(mannWhitneyAsymptotic(a, b).p, p.mann_whitney_two_sided_asymptotic_p, 1e-8, "U");
    const { p: signedRank } = wilcoxonSignedRank(differences);
    check(signedRank, p.wilcoxon_signed_rank_two_sided_exact_p, 1e-8, "W");
    return 2;
  },
};

for (const [name, run] of Object.entries(checks)) {
  test(`${name}: as the references`, (t) => {
    const cases = run(readSurrogateGolden(), (actual, expected, relative, what) =>
      t.true(isClose(actual, expected, relative), `${what}: ${actual}, expected ${expected}`),
    );
    t.true(cases > 0, "surrogate.json holds none");
    t.log(`surrogate.json: ${cases} cases checked`);
  });
}
