import { assertNever } from "../../errors/errors.ts";
import { createRng } from "../../numerics/rng.ts";
import { lanczos } from "../../theory/curvature/lanczos.ts";
import { curvatureOf } from "../second-order/index.ts";
import type { BatchOrder } from "./batches.ts";
import type { BatchTask } from "./gradients.ts";
import type { CurveName, TrainOptions } from "./options.ts";

const defaultCurves = ["gradientNorm", "learningRate", "trainLoss"] as const;

interface Measured {
  readonly options: TrainOptions;
  readonly task: BatchTask;
  readonly order: BatchOrder;
  readonly step: number;
}
interface Measures {
  readonly loss: number;
  readonly norms?: { readonly all: number };
}

/**
 * λ_max of the loss of the latest step's batch at the weights now, to 1 %: what a learning rate's
 * stability edge is made of. Ten to twenty Hessian-vector products, so ask for it at few reports.
 */
async function sharpness({ options, task, order, step }: Measured): Promise<number> {
  const { model, data, loss } = task;
  const batch = data.gather(order.indicesAt(step - 1));
  try {
    const rng = createRng(options.seed, "sharpness");
    // The same masks at every evaluation: the curvature of one fixed loss.
    const lossNow = () => loss(model.apply(batch.inputs, { training: false, rng }), batch.targets);
    const { dimension, hvp } = curvatureOf(lossNow, model.variables);
    return (await lanczos(hvp, { dimension, rng, tolerance: 0.01 })).lambdaMax;
  } finally {
    batch.inputs.dispose();
    batch.targets.dispose();
  }
}

/** NaN where there is nothing to tell. */
function measure(name: CurveName, run: Measured, { loss, norms }: Measures) {
  switch (name) {
    case "gradientNorm":
      return norms?.all ?? NaN;
    case "learningRate":
      return run.options.optimizer.learningRate;
    case "trainLoss":
      return loss;
    case "sharpness":
      return sharpness(run);
    default:
      return assertNever(name);
  }
}

/** The values of the curves that the run was asked for, at its latest step. */
export async function measureCurves(
  run: Measured,
  measures: Measures,
): Promise<Record<string, number>> {
  const values: Record<string, number> = {};
  for (const name of run.options.curves ?? defaultCurves) {
    const value = await measure(name, run, measures);
    if (!Number.isNaN(value)) values[name] = value;
  }
  return values;
}
