import { createStudy, TrialDiverged, type Params } from "hpo";
import { bayesian } from "hpo/strategies";
import { batchesOf, createOptimizer, selectBackend, tfProbe, type SplitDataset } from "hpo/tfjs";
import { defaultLearningRate, theory } from "hpo/theory";
import { families } from "./arms.ts";
import { cellName, optimizerParamsOf, cellSpace, trainCell, type Cell } from "./cells.ts";
import { referenceBatch } from "./measure.ts";
import type { BestCurves } from "./summary.ts";

/** The prior as a study declares it, measured by the study's own probe. */
function theoryOf({ problem, optimizer }: Cell) {
  return theory({
    budget: "epochs" in problem.budget ? "fixedSamples" : "fixedSteps",
    validation: true,
    defaultRate: defaultLearningRate(families[optimizer]),
  });
}

async function searchOnce(
  cell: Cell,
  data: SplitDataset,
  { seed, trials, prior }: { seed: number; trials: number; prior: boolean },
): Promise<number[]> {
  const { problem, optimizer: name } = cell;
  const study = await createStudy({
    name: `${cellName(cell)} ${prior ? "theory" : "no prior"} ${seed}`,
    space: cellSpace(cell),
    strategy: bayesian(),
    seed,
    trials,
    ...(prior && { prior: theoryOf(cell) }),
    probe: (params: Params) =>
      tfProbe({
        model: problem.model(data, seed),
        batches: batchesOf(data.train, { batchSize: referenceBatch(problem), seed }),
        optimizer: createOptimizer(name, optimizerParamsOf(params)),
      }),
  });
  const best: number[] = [];
  await study.optimize(
    async ({ params, seed: own }) => {
      const value = await trainCell(cell, data, params, own);
      best.push(Math.min(best.at(-1) ?? Infinity, value ?? Infinity));
      if (value === undefined) throw new TrialDiverged("It diverged.", { cause: "nonFinite" });
      return value;
    },
    { trials },
  );
  return best;
}

/** Real studies that train every trial: without a prior and with theory's. */
export async function searchLive(
  cell: Cell,
  { seeds, trials }: { readonly seeds: readonly number[]; readonly trials: number },
): Promise<{ readonly none: BestCurves; readonly theory: BestCurves }> {
  await selectBackend("wasm");
  const data = await cell.problem.data();
  const none: number[][] = [];
  const withTheory: number[][] = [];
  for (const seed of seeds) {
    none.push(await searchOnce(cell, data, { seed, trials, prior: false }));
    withTheory.push(await searchOnce(cell, data, { seed, trials, prior: true }));
  }
  return { none, theory: withTheory };
}
