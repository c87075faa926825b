import { requireInteger, requireWithin } from "../../errors/checks.ts";
import { HpoError } from "../../errors/errors.ts";
import type { LiveTrial } from "../../contracts/objective.ts";
import type { SplitDataset } from "../data/dataset.ts";
import type { Loss } from "../losses.ts";
import type { Model } from "../models/model.ts";
import type { Schedule } from "../schedules/index.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { StepOptimizer } from "./step-optimizer.ts";

/** What the trainer asks of a trial. */
export type TrialHandle = Pick<LiveTrial, "report" | "shouldPrune" | "log"> &
  Partial<Pick<LiveTrial, "signal">>;

/** A curve that is measured beside the loss, at each report. */
export type CurveName = "gradientNorm" | "learningRate" | "trainLoss" | "sharpness";

export interface TrainOptions {
  /** The caller made it and disposes it. */
  readonly model: Model;
  readonly data: SplitDataset;
  /** Mean over a batch. Default: cross-entropy for classes, else mean squared error. */
  readonly loss?: Loss;
  /** The caller made it and disposes it. Its learning rate is the one to start from. */
  readonly optimizer: StepOptimizer;
  /** What the optimizer's learning rate is multiplied by at a step, from 0. Default: 1. */
  readonly schedule?: Schedule;
  /** Examples per step, ≥ 1; at most the training set is used. */
  readonly batchSize: number;
  /** Passes over the training data; or give `steps`. */
  readonly epochs?: number;
  /** Updates; or give `epochs`. */
  readonly steps?: number;
  /** Steps from one report to the next. Default: an epoch's, when `epochs` is given, else a tenth. */
  readonly reportEvery?: number;
  /** Limit on the gradient's norm, > 0. Default: none. */
  readonly clipNorm?: number;
  /** Most examples through the model at once; larger batches are summed over pieces. */
  readonly microBatchSize?: number;
  /** Of shuffles and dropout. */
  readonly seed: number;
  /** Gets the validation loss at every report; may prune or abort. */
  readonly trial?: TrialHandle;
  /** Curves to measure and log at every report. Default: gradientNorm, learningRate, trainLoss. */
  readonly curves?: readonly CurveName[];
  /** Goes on from here; the same model, data, options and seed give the unbroken run's bits. */
  readonly resume?: Checkpoint;
  /** Stops, without an error, once this many steps are done in all. */
  readonly pauseAt?: number;
}

function requireCount(name: string, value: number | undefined, remedy: string): void {
  if (value !== undefined) requireInteger(`train: ${name}`, value, 1, remedy);
}

function requireWholeSteps({ clipNorm, microBatchSize }: TrainOptions): void {
  if (clipNorm === undefined && microBatchSize === undefined) return;
  throw new HpoError(
    "This optimizer evaluates the loss itself, so train() can neither clip its gradients nor sum " +
      `them over pieces, got clipNorm=${clipNorm} and microBatchSize=${microBatchSize}. ` +
      "Leave both out, or choose an optimizer that steps on gradients.",
  );
}

/** @throws HpoError naming the option that is wrong */
export function validateTrainOptions(options: TrainOptions): void {
  const { epochs, steps, clipNorm } = options;
  if ((epochs === undefined) === (steps === undefined)) {
    throw new HpoError(
      `train() needs either epochs or steps, got epochs=${epochs} and steps=${steps}.`,
    );
  }
  requireCount("batchSize", options.batchSize, "Round what the strategy suggested.");
  requireCount("epochs", epochs, "Give steps for part of an epoch.");
  requireCount("steps", steps, "Give at least one.");
  requireCount("reportEvery", options.reportEvery, "Leave it out for once an epoch.");
  requireCount("microBatchSize", options.microBatchSize, "Leave it out for whole batches.");
  requireCount("pauseAt", options.pauseAt, "Leave it out to train to the end.");
  if (options.optimizer.needs === "closure") requireWholeSteps(options);
  const remedy = "Leave it out for no limit.";
  if (clipNorm !== undefined)
    requireWithin("train: clipNorm", clipNorm, 0, Infinity, { open: true, remedy });
}
