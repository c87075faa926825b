import test from "ava";
import { prunerContract } from "../testing/pruner-contract.ts";
import { pruners, type PrunerName } from "./index.ts";
import { median } from "./median.ts";

/** Options to try registered pruners with; one that does not stand here is tried with its defaults. */
const samples: {
  readonly [Name in PrunerName]?: readonly Parameters<(typeof pruners)[Name]>[0][];
} = {
  median: [{}, { startupTrials: 2, warmupSteps: 3, intervalSteps: 2, minTrials: 2 }],
  percentile: [{}, { percentile: 40, startupTrials: 3 }],
  "successive-halving": [{}, { minResource: 1, reductionFactor: 2, bootstrapCount: 2 }],
  hyperband: [{}, { maxResource: 12, studyName: "digits" }, { maxResource: 12, minResource: 2 }],
  patient: [{ patience: 2 }, { patience: 1, minDelta: 0.01, pruner: median({ minTrials: 3 }) }],
  threshold: [{ upper: 1.5 }, { lower: -100, upper: 1.2, warmupSteps: 2, intervalSteps: 3 }],
  wilcoxon: [{}, { pThreshold: 0.3, startupSteps: 4 }],
  divergence: [
    {},
    { width: 3, patience: 1, startupTrials: 3, explosionFactor: 100 },
    { edge: { rule: { kind: "heavyBall", momentum: 0.9 } } },
  ],
};

for (const [name, make] of Object.entries(pruners)) {
  for (const options of samples[name as PrunerName] ?? [{}]) {
    prunerContract(test, name, make as (options: object) => ReturnType<typeof median>, options);
  }
}
