import { batchesOf, tfProbe, type SplitDataset } from "hpo/tfjs";
import type { ProbeMeasurement } from "hpo/theory";
import { tunedOptimizers } from "./cells.ts";
import type { AblationProblem } from "./problems.ts";

/** The middle of the batch sizes that are searched. */
export const referenceBatch = ({ batchSizes: [low, high] }: AblationProblem): number =>
  Math.round(Math.sqrt(low * high));

async function measureOnce(
  problem: AblationProblem,
  data: SplitDataset,
  seed: number,
): Promise<ProbeMeasurement> {
  const probe = tfProbe({
    model: problem.model(data, seed),
    batches: batchesOf(data.train, { batchSize: referenceBatch(problem), seed }),
    optimizer: "momentum",
  });
  try {
    return await probe.measure({
      optimizers: tunedOptimizers,
      budget: 800,
      crossChecks: true,
      seed,
    });
  } finally {
    await probe.dispose?.();
  }
}

/** The geometric mean of those that are known; undefined if none is. */
function geometric(values: readonly (number | undefined)[]): number | undefined {
  const logs = values.flatMap((value) =>
    value !== undefined && value > 0 ? [Math.log(value)] : [],
  );
  return logs.length === 0
    ? undefined
    : Number(Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length).toPrecision(5));
}

/** What the prior is made of, as the geometric mean over these first weights. */
export async function measureProblem(
  problem: AblationProblem,
  data: SplitDataset,
  seeds: readonly number[],
): Promise<ProbeMeasurement> {
  const all: ProbeMeasurement[] = [];
  for (const seed of seeds) all.push(await measureOnce(problem, data, seed));
  const [first] = all;
  const over = (of: (one: ProbeMeasurement) => number | undefined): number | undefined =>
    geometric(all.map(of));
  return {
    ...first,
    sharpness: first.sharpness && {
      ...first.sharpness,
      value: over((one) => one.sharpness?.value) ?? first.sharpness.value,
    },
    simpleNoise: { value: over((one) => one.simpleNoise?.value) },
    weightedNoise: { value: over((one) => one.weightedNoise?.value) },
    trace: first.trace && {
      ...first.trace,
      value: over((one) => one.trace?.value) ?? first.trace.value,
    },
    sign: first.sign && {
      gradientSum: over((one) => one.sign?.gradientSum) ?? first.sign.gradientSum,
      curvature: over((one) => one.sign?.curvature) ?? first.sign.curvature,
    },
    optimizers: first.optimizers.map(({ rangeTest: _, ...one }, i) => ({
      ...one,
      edge: over((other) => other.optimizers[i].edge),
      directionalEdge: one.directionalEdge && {
        ...one.directionalEdge,
        value: over((other) => other.optimizers[i].directionalEdge?.value),
      },
    })),
    assumptions: [...first.assumptions, `Geometric means over ${seeds.length} first weights.`],
  };
}
