import test from "ava";
import { createRng } from "../numerics/rng.ts";
import { keepsRanges, type OptionRange } from "../testing/option-ranges.ts";
import { pruners, type PrunerName } from "./index.ts";
import { stopsOf } from "./testing/stops-of.ts";

type Options = Readonly<Record<string, unknown>>;
const make = (name: PrunerName, options: Options) =>
  (pruners[name] as (options: Options) => ReturnType<typeof pruners.median>)(options);

const percentileRanges: readonly OptionRange[] = [
  ["startupTrials", [0, 1], [-1, 0.5]],
  ["warmupSteps", [0, 1], [-1, 0.5]],
  ["intervalSteps", [1, 2], [0, 1.5]],
  ["minTrials", [1, 2], [0, 1.5]],
];
const RANGES: Readonly<Partial<Record<PrunerName, readonly OptionRange[]>>> = {
  median: percentileRanges,
  percentile: [...percentileRanges, ["percentile", [0, 100], [-0.1, 100.1]]],
  "successive-halving": [
    ["minResource", ["auto", 1], [0, 1.5, "most"]],
    ["reductionFactor", [2, 3], [1, 2.5]],
    ["minEarlyStoppingRate", [0, 1], [-1, 0.5]],
    ["bootstrapCount", [0], [-1, 0.5]],
  ],
  hyperband: [
    ["minResource", [1, 2], [0, 1.5]],
    ["maxResource", ["auto", 1], [0, 1.5, "most"]],
    ["reductionFactor", [2, 3], [1, 2.5]],
    ["bootstrapCount", [0], [-1, 0.5]],
  ],
  threshold: [
    ["warmupSteps", [0, 1], [-1, 0.5]],
    ["intervalSteps", [1, 2], [0, 1.5]],
  ],
  patient: [
    ["patience", [0, 1], [-1, 0.5]],
    ["minDelta", [0, 0.1], [-0.1]],
  ],
  wilcoxon: [
    ["pThreshold", [0, 1], [-0.1, 1.1]],
    ["startupSteps", [0, 1], [-1, 0.5]],
  ],
  divergence: [
    ["width", [0, 0.1], [-0.1]],
    ["patience", [1, 2], [0, 1.5]],
    ["startupTrials", [1, 2], [0, 1.5]],
    ["warmupSteps", [0, 1], [-1, 0.5]],
    ["explosionFactor", [1, 1.5], [0.9]],
  ],
};
/** What a pruner can't be made without. */
const NEEDED: Readonly<Partial<Record<PrunerName, Options>>> = {
  threshold: { upper: 1 },
  patient: { patience: 3 },
};

for (const [name, ranges] of Object.entries(RANGES)) {
  test(`${name}: an option may be what stands at the ends of its range, and nothing beyond`, (t) => {
    const needed = NEEDED[name as PrunerName];
    keepsRanges(t, (options) => make(name as PrunerName, { ...needed, ...options }), ranges);
  });
}

/** As docs/reference and the docstrings say them. */
const DEFAULTS: Readonly<Partial<Record<PrunerName, Options>>> = {
  median: { startupTrials: 5, warmupSteps: 0, intervalSteps: 1, minTrials: 1 },
  percentile: { percentile: 25, startupTrials: 5, warmupSteps: 0, intervalSteps: 1, minTrials: 1 },
  "successive-halving": {
    minResource: "auto",
    reductionFactor: 4,
    minEarlyStoppingRate: 0,
    bootstrapCount: 0,
  },
  hyperband: { minResource: 1, maxResource: "auto", reductionFactor: 3, bootstrapCount: 0 },
  threshold: { lower: -Infinity, warmupSteps: 0, intervalSteps: 1 },
  patient: { minDelta: 0 },
  wilcoxon: { pThreshold: 0.1, startupSteps: 2 },
  divergence: { width: 5, patience: 2, startupTrials: 5, warmupSteps: 0, explosionFactor: 1000 },
};

/** Curves that fall, a third of which rise after a while, and some of these a thousandfold. */
const curves = Array.from({ length: 60 }, (_, trial) => {
  const rng = createRng(3, "curve", trial);
  const [end, turn] = [rng.uniform(), rng.integer(2, 9)];
  const rise = trial % 3 === 2 ? (trial % 2 === 0 ? 3000 : 2) : 0;
  return Array.from({ length: 14 }, (_, step) => {
    const noise = 0.1 * rng.normal();
    return end + (1 + noise) / (step + 1) + (step > turn ? rise * (step - turn) * end : 0);
  });
});
for (const [name, options] of Object.entries(DEFAULTS)) {
  test(`${name}: an option that is left out is its default`, (t) => {
    const needed = NEEDED[name as PrunerName];
    const stops = (more: Options) =>
      stopsOf(make(name as PrunerName, { ...needed, ...more }), { curves });
    const usual = stops({});
    t.deepEqual(stops(options), usual);
    for (const [option, value] of Object.entries(options)) {
      t.deepEqual(stops({ [option]: value }), usual, option);
    }
    t.true(usual.some((stop) => stop !== null));
  });
}
