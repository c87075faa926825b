import test from "ava";
import { numbersFingerprint } from "../../src/numerics/testing/numbers-fingerprint.ts";
import { float, int, logNormal, searchSpace } from "../../src/space/index.ts";
import { spaces } from "../../src/testing/strategy-scenarios.ts";
import { suggestionsIn, type Situation } from "../../src/testing/strategy-situations.ts";
import { bayesian, type BayesianOptions } from "../bayesian.ts";

// As strategies/situations.test.ts, with few trials each, since each suggestion fits models.

const { continuous, mixed, finite } = spaces;
const believed = searchSpace({
  lr: float(1e-5, 1, { log: true, prior: logNormal(1e-2, 5) }),
  depth: int(1, 9),
});
const line = searchSpace({ x: float(0, 1) });

const CASES: Readonly<
  Record<string, readonly [options: BayesianOptions, of: Situation, fingerprint: string]>
> = {
  "before and after its first trials": [
    {},
    { space: continuous, sizes: [0, 1, 4, 5, 6, 8, 14] },
    "bae1189cad0c",
  ],
  "without a trust region": [
    { trustRegion: false, startTrials: 3 },
    { space: continuous, sizes: [12, 26] },
    "a3829211279a",
  ],
  "in a mixed space": [
    { startTrials: 4 },
    { space: mixed, sizes: [3, 13, 24], seed: 1 },
    "bfeb646c18c0",
  ],
  "beside others that are under way": [
    { startTrials: 4 },
    { space: line, sizes: [0, 4, 13, 24], isBusy: true, seed: 2 },
    "90ad5cdad1c1",
  ],
  "beside others in a mixed space": [
    { startTrials: 3 },
    { space: mixed, sizes: [14], isBusy: true, seed: 3 },
    "bcef9494c9b2",
  ],
  "where few points are left": [
    { startTrials: 3 },
    { space: finite, sizes: [5, 9, 24], isBusy: true, seed: 4 },
    "4deb7386f0c9",
  ],
  "with a prior": [
    { startTrials: 3 },
    { space: believed, sizes: [0, 3, 12, 24], hasPrior: true, seed: 5 },
    "d74cbb6410b6",
  ],
  "with a strong prior": [
    { startTrials: 3, priorStrength: 30 },
    { space: believed, sizes: [0, 12], hasPrior: true, seed: 6 },
    "cf487c2bd69b",
  ],
  "of two metrics": [
    { startTrials: 4 },
    { space: continuous, metricCount: 2, sizes: [3, 13, 24], seed: 7 },
    "c45a9b20b332",
  ],
  "of two metrics, beside others": [
    { startTrials: 4 },
    { space: line, metricCount: 2, sizes: [12, 24], isBusy: true, seed: 8 },
    "b816e30b8c7f",
  ],
};

for (const [what, [options, of, fingerprint]] of Object.entries(CASES)) {
  test(`${what}: the same suggestions as before`, (t) => {
    t.is(numbersFingerprint(suggestionsIn(bayesian(options), of)), fingerprint);
  });
}
