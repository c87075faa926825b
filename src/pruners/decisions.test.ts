import test from "ava";
import { createRng } from "../numerics/rng.ts";
import { numbersFingerprint } from "../numerics/testing/numbers-fingerprint.ts";
import type { Pruner } from "../contracts/pruner.ts";
import { pruners } from "./index.ts";
import { stopsOf, type Trials } from "./testing/stops-of.ts";

// Which trials a pruner stops, and when, stays the same, so that a study goes on as it began. Where a change
// is meant, raise the pruner's revision, say what changed in `changes`, and record what the test prints.

const { divergence, hyperband, median, patient, percentile, "successive-halving": successiveHalving, threshold, wilcoxon } = pruners; // prettier-ignore

/** Curves that fall, some of which rise again, explode, stand still, begin or end in NaN, or are short. */
const curvesOf = (seed: number, count: number, length: number): readonly (readonly number[])[] =>
  Array.from({ length: count }, (_, trial) => {
    const rng = createRng(seed, "curve", trial);
    const [end, turn] = [rng.uniform(), rng.integer(1, length)];
    const kind = trial % 9;
    const whole = Array.from({ length }, (_, step) => {
      const value = end + (1 + 0.2 * rng.normal()) / (step + 1);
      if (kind === 2 && step > turn) return value + 0.3 * (step - turn);
      if (kind === 4 && step > turn) return value * 40 * 10 ** (step - turn);
      if (kind === 5) return 1.5 - (trial % 2) / 2;
      if (kind === 7 && (step < 2 || step === turn)) return NaN;
      if (kind === 8 && step >= turn) return trial % 2 === 0 ? NaN : Infinity;
      return value;
    });
    return kind === 6 ? whole.slice(0, turn) : whole;
  });
const STUDIES: readonly Trials[] = [
  { curves: curvesOf(1, 60, 14) },
  {
    curves: curvesOf(2, 50, 12).map((one) => one.map((value) => 3 - value)),
    direction: "maximize",
  },
  { curves: curvesOf(3, 50, 10), steps: [0, 1, 2, 5, 6, 10, 20, 40, 80, 81] },
  { curves: curvesOf(4, 40, 30), steps: Array.from({ length: 30 }, (_, step) => 10 * (step + 1)) },
];

const CASES: Readonly<Record<string, readonly [make: () => readonly Pruner[], print: string]>> = {
  median: [
    () => [
      median(),
      median({ startupTrials: 0, warmupSteps: 3 }),
      median({ startupTrials: 2, intervalSteps: 3, minTrials: 4 }),
    ],
    "bf43325c64de",
  ],
  percentile: [
    () => [
      percentile(),
      percentile({ percentile: 80, startupTrials: 1, warmupSteps: 2 }),
      percentile({ percentile: 10, intervalSteps: 4, warmupSteps: 1, minTrials: 3 }),
    ],
    "5d4ec68c8237",
  ],
  "successive halving": [
    () => [
      successiveHalving(),
      successiveHalving({ minResource: 1, reductionFactor: 2 }),
      successiveHalving({ minResource: 3, reductionFactor: 3, minEarlyStoppingRate: 1 }),
      successiveHalving({ minResource: 2, bootstrapCount: 5 }),
    ],
    "569690b68d44",
  ],
  hyperband: [
    () => [
      hyperband(),
      hyperband({ minResource: 2, maxResource: 30, reductionFactor: 2 }),
      hyperband({ maxResource: 81, reductionFactor: 4 }),
    ],
    "58fdf2673f6c",
  ],
  threshold: [
    () => [
      threshold({ upper: 1.2 }),
      threshold({ lower: 0.5, upper: 2, warmupSteps: 2, intervalSteps: 2 }),
    ],
    "f7d2646ad033",
  ],
  patient: [
    () => [
      patient({ patience: 2 }),
      patient({ patience: 4, minDelta: 0.05 }),
      patient({ patience: 1, pruner: median({ startupTrials: 1 }) }),
    ],
    "20e892b490c6",
  ],
  wilcoxon: [
    () => [
      wilcoxon(),
      wilcoxon({ pThreshold: 0.4, startupSteps: 0 }),
      wilcoxon({ startupSteps: 5 }),
    ],
    "093032d3925c",
  ],
  divergence: [
    () => [
      divergence(),
      divergence({ width: 1, patience: 1, startupTrials: 2 }),
      divergence({ explosionFactor: 5, warmupSteps: 3 }),
    ],
    "7c08c09f1099",
  ],
};

for (const [name, [make, print]] of Object.entries(CASES)) {
  test(`${name}: the same decisions as before`, (t) => {
    const stops = make().map((pruner) => STUDIES.map((trials) => stopsOf(pruner, trials)));
    t.is(numbersFingerprint(stops), print);
  });
}
