import { float, int, searchSpace, TrialDiverged, type Params, type SearchSpace } from "hpo";
import { createOptimizer, train, type SplitDataset } from "hpo/tfjs";
import { problems, type AblationProblem } from "./problems.ts";

export type TunedOptimizer = (typeof tunedOptimizers)[number];

/** One problem trained by one optimizer: a table of trainings, and a search over them. */
export interface Cell {
  readonly problem: AblationProblem;
  readonly optimizer: TunedOptimizer;
}

/** Learning rates over six decades, and one more hyperparameter: the momentum's memory, or decay. */
const searched = {
  sgd: { rates: [1e-5, 10], other: "weightDecay", range: [1e-5, 0.3] },
  momentum: { rates: [1e-5, 10], other: "oneMinusMomentum", range: [0.01, 1] },
  adam: { rates: [1e-6, 1], other: "oneMinusBeta1", range: [0.01, 1] },
  lion: { rates: [1e-7, 0.1], other: "oneMinusBeta1", range: [0.01, 1] },
} as const;

export const tunedOptimizers = ["momentum", "adam", "lion", "sgd"] as const;

export const cells: readonly Cell[] = problems.flatMap((problem) =>
  tunedOptimizers.map((optimizer) => ({ problem, optimizer })),
);

export const cellName = ({ problem, optimizer }: Cell): string => `${problem.name}-${optimizer}`;

export function cellSpace({ problem, optimizer }: Cell): SearchSpace {
  const { rates, other, range } = searched[optimizer];
  const [smallest, largest] = problem.batchSizes;
  return searchSpace({
    learningRate: float(rates[0], rates[1], { log: true }),
    batchSize: int(smallest, largest, { log: true }),
    [other]: float(range[0], range[1], { log: true }),
  });
}

/** Those of a trial's parameters that are the optimizer's. */
export const optimizerParamsOf = ({ batchSize: _, ...params }: Params): Params => params;

/** The validation loss after the budget; undefined if the run diverged. */
export async function trainCell(
  { problem, optimizer: name }: Cell,
  data: SplitDataset,
  params: Params,
  seed: number,
): Promise<number | undefined> {
  const model = problem.model(data, seed);
  const optimizer = createOptimizer(name, optimizerParamsOf(params));
  try {
    const run = {
      model,
      data,
      optimizer,
      batchSize: Number(params.batchSize),
      seed,
      ...problem.budget,
    };
    // One look at the validation data, at the end.
    const { final } = await train({ ...run, reportEvery: 1e9 });
    return Number.isFinite(final.loss) ? final.loss : undefined;
  } catch (error) {
    if (error instanceof TrialDiverged) return undefined;
    throw error;
  } finally {
    model.dispose();
    optimizer.dispose();
  }
}
