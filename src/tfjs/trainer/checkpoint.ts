import type { Variable } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { HpoError } from "../../errors/errors.ts";
import type { Model } from "../models/model.ts";
import type { MonitorState } from "./divergence.ts";
import type { StepOptimizer } from "./step-optimizer.ts";

/** An optimizer whose memory can be saved and restored as plain data. */
export interface SavableOptimizer<State = unknown> extends StepOptimizer {
  saveState(): Promise<State>;
  restoreState(state: State): void;
}

/** A point of a training run from which it can go on. Plain data but for the float32 arrays. */
export interface Checkpoint {
  /** Updates done. */
  readonly step: number;
  /** The model's variables, then its buffers. */
  readonly values: readonly Float32Array[];
  readonly optimizer: unknown;
  readonly monitor: MonitorState;
  /** The loss of a model that has learned nothing, as the run measured it at its start. */
  readonly reference: number;
  /** Best validation loss so far and the step it was met at; undefined before the first report. */
  readonly best?: { readonly loss: number; readonly accuracy?: number; readonly step: number };
}

const stateOf = (model: Model): readonly Variable[] => [
  ...model.variables,
  ...(model.buffers ?? []),
];

const isSavable = (optimizer: StepOptimizer): optimizer is SavableOptimizer =>
  "saveState" in optimizer && "restoreState" in optimizer;

function requireSavable(optimizer: StepOptimizer): SavableOptimizer {
  if (isSavable(optimizer)) return optimizer;
  throw new HpoError(
    "A checkpoint needs an optimizer with saveState() and restoreState(), which this one lacks. " +
      'Use one of "hpo/tfjs".',
  );
}

/** Copies a run's model and optimizer out of the back-end. */
export async function takeCheckpoint(
  model: Model,
  optimizer: StepOptimizer,
  progress: Omit<Checkpoint, "values" | "optimizer">,
): Promise<Checkpoint> {
  const state = await requireSavable(optimizer).saveState();
  const values = await Promise.all(
    stateOf(model).map(async (variable) => Float32Array.from(await variable.data())),
  );
  return { ...progress, values, optimizer: state };
}

/** @throws HpoError if the checkpoint is another model's */
export function restoreCheckpoint(
  model: Model,
  optimizer: StepOptimizer,
  { values, optimizer: state }: Checkpoint,
): void {
  const variables = stateOf(model);
  const sizes = variables.map((variable) => variable.size).join(", ");
  const saved = values.map((value) => value.length).join(", ");
  if (sizes !== saved) {
    throw new HpoError(
      `The checkpoint holds variables of sizes [${saved}], the model has [${sizes}]. ` +
        "Build the model that was saved.",
    );
  }
  variables.forEach((variable, index) => {
    const value = tf.tensor(values[index], variable.shape);
    variable.assign(value);
    value.dispose();
  });
  requireSavable(optimizer).restoreState(state);
}
