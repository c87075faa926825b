import * as tf from "@tensorflow/tfjs-core";
import type { Divergence } from "../../errors/errors.ts";
import { TrialDiverged, TrialPruned } from "../../errors/errors.ts";
import { createRng } from "../../numerics/rng.ts";
import type { Rng } from "../../numerics/rng.ts";
import type { DeviceDataset } from "../data/on-device.ts";
import { toDevice } from "../data/on-device.ts";
import type { Loss } from "../losses.ts";
import { crossEntropy, meanSquaredError } from "../losses.ts";
import type { BatchOrder } from "./batches.ts";
import { batchOrder } from "./batches.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { restoreCheckpoint, takeCheckpoint } from "./checkpoint.ts";
import { measureCurves } from "./curves.ts";
import type { DivergenceMonitor } from "./divergence.ts";
import { divergenceMonitor } from "./divergence.ts";
import type { Evaluation } from "./evaluate.ts";
import { evaluate, evaluateZero } from "./evaluate.ts";
import type { BatchTask, GradientNorms } from "./gradients.ts";
import { batchGradients, clipNorm, closureStep, gradientNorms } from "./gradients.ts";
import type { TrainOptions } from "./options.ts";
import { validateTrainOptions } from "./options.ts";

export interface TrainingResult {
  /** On the validation data, after the last step. */
  readonly final: Evaluation;
  /** The report with the lowest validation loss. */
  readonly best: Evaluation & { readonly step: number };
  /** Updates done in all, those before a resume included. */
  readonly steps: number;
  /** Whether the run stopped at `pauseAt` before its end. */
  readonly paused: boolean;
  /** The run's state now: resume from it, or continue it in another trial. */
  checkpoint(): Promise<Checkpoint>;
}

/** Everything that a run holds on to between its steps. */
interface Run {
  readonly options: TrainOptions;
  readonly task: BatchTask;
  readonly validation: DeviceDataset;
  readonly order: BatchOrder;
  readonly totalSteps: number;
  /** The learning rate that the schedule multiplies. */
  readonly baseRate: number;
  readonly reportEvery: number;
  readonly reference: number;
  readonly monitor: DivergenceMonitor;
  step: number;
  best?: Checkpoint["best"];
}

/** Steps between two looks at the event loop, for messages to come through. */
const stepsPerTurn = 16;
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Trains a model by mini-batches, evaluates it at every report, and stops early when the trial
 * says so or when there is no hope. The same seed gives the same bits on the same back-end.
 *
 * @throws HpoError on options that make no sense; TrialPruned when the trial says so;
 *   TrialDiverged with its cause, step, learning rate, gradient norm and advice
 *
 * @example
 * ```ts
 * import { adam, mlp, selectBackend, teacher, train } from "hpo/tfjs";
 *
 * await selectBackend("wasm");
 * const data = teacher({ inputs: 4, outputs: 1 });
 * const model = mlp({ inputs: 4, hidden: [16], outputs: 1, seed: 0 });
 * const optimizer = adam({ learningRate: 1e-2 });
 * const { final } = await train({ model, data, optimizer, batchSize: 32, epochs: 2, seed: 0 });
 * console.log(final.loss);
 * ```
 */
export async function train(options: TrainOptions): Promise<TrainingResult> {
  validateTrainOptions(options);
  const training = toDevice(options.data.train);
  const validation = toDevice(options.data.validation);
  try {
    return await runToEnd(prepare(options, training, validation));
  } finally {
    training.dispose();
    validation.dispose();
  }
}

const defaultLoss = (data: DeviceDataset): Loss =>
  data.dataset.classes === undefined ? meanSquaredError : crossEntropy;

function prepare(options: TrainOptions, data: DeviceDataset, validation: DeviceDataset): Run {
  const { model, optimizer, resume, epochs } = options;
  const loss = options.loss ?? defaultLoss(data);
  const order = batchOrder(data.dataset.count, options.batchSize, createRng(options.seed, "data"));
  const totalSteps = options.steps ?? (epochs as number) * order.stepsPerEpoch;
  const perReport = epochs === undefined ? Math.ceil(totalSteps / 10) : order.stepsPerEpoch;
  // Restoring sets the learning rate that the schedule had reached; the run's own comes first.
  const baseRate = optimizer.learningRate;
  if (resume) restoreCheckpoint(model, optimizer, resume);
  optimizer.learningRate = baseRate;
  const reference = resume?.reference ?? untrainedLoss(options, validation, loss);
  return {
    options,
    task: { model, data, loss, microBatchSize: options.microBatchSize ?? Infinity },
    validation,
    order,
    totalSteps,
    baseRate,
    reportEvery: options.reportEvery ?? perReport,
    reference,
    monitor: divergenceMonitor(reference, resume?.monitor),
    step: resume?.step ?? 0,
    best: resume?.best,
  };
}

/** The larger of the loss at the start and the loss of predicting zero. */
function untrainedLoss({ model }: TrainOptions, data: DeviceDataset, loss: Loss): number {
  const start = evaluate(model, data, loss).loss;
  const zero = evaluateZero(model, data, loss).loss;
  return Math.max(Number.isFinite(start) ? start : 0, zero, Number.MIN_VALUE);
}

async function runToEnd(run: Run): Promise<TrainingResult> {
  const { options, totalSteps } = run;
  const end = Math.min(totalSteps, options.pauseAt ?? totalSteps);
  let latest: Evaluation | undefined;
  while (run.step < end) {
    latest = undefined;
    const measures = trainStep(run);
    if (run.step % run.reportEvery === 0 || run.step === totalSteps) {
      latest = await report(run, measures);
    }
    if (run.step % stepsPerTurn === 0) {
      await nextTurn();
      options.trial?.signal?.throwIfAborted();
    }
  }
  const final = latest ?? evaluate(options.model, run.validation, run.task.loss);
  const { step, best } = run;
  return {
    final,
    best: best ?? { ...final, step },
    steps: step,
    paused: step < totalSteps,
    checkpoint: () => checkpointOf(run),
  };
}

const checkpointOf = ({ options, step, best, monitor, reference }: Run): Promise<Checkpoint> =>
  takeCheckpoint(options.model, options.optimizer, {
    step,
    best,
    monitor: monitor.save(),
    reference,
  });

/** What a step tells: the loss and gradient norms before its update. */
interface StepMeasures {
  readonly loss: number;
  readonly norms?: GradientNorms;
}

function trainStep(run: Run): StepMeasures {
  const { options, step, baseRate } = run;
  const { optimizer, schedule } = options;
  if (schedule) optimizer.learningRate = baseRate * schedule(step);
  const measures = optimizer.needs === "closure" ? stepByClosure(run) : stepByGradients(run);
  run.step++;
  return measures;
}

function stepByClosure(run: Run): StepMeasures {
  const { options, task, step, order } = run;
  const makeRng = (): Rng => createRng(options.seed, "step", step);
  const loss = closureStep(task, options.optimizer, order.indicesAt(step), makeRng);
  throwIfDiverged(run, { loss });
  return { loss };
}

function stepByGradients(run: Run): StepMeasures {
  const { options, task, step, order } = run;
  const rng = createRng(options.seed, "step", step);
  const { loss, gradients } = batchGradients(task, order.indicesAt(step), rng);
  const measures = { loss: loss.dataSync()[0], norms: gradientNorms(gradients) };
  loss.dispose();
  try {
    throwIfDiverged(run, measures);
  } catch (error) {
    tf.dispose(gradients);
    throw error;
  }
  const clipped = clipNorm(gradients, measures.norms.all, options.clipNorm ?? Infinity);
  options.optimizer.applyGradients(clipped);
  tf.dispose(clipped);
  return measures;
}

function throwIfDiverged({ monitor, step, options }: Run, { loss, norms }: StepMeasures): void {
  const { learningRate } = options.optimizer;
  const divergence = monitor.observe({
    step,
    loss,
    gradientNorm: norms?.all,
    kernelGradientNorm: norms?.kernels,
    learningRate,
  });
  if (divergence) throw diverged(divergence, loss);
}

function diverged(divergence: Divergence, loss: number): TrialDiverged {
  const { cause, step, learningRate, gradientNorm, advice } = divergence;
  return new TrialDiverged(
    `Training diverged (${cause}) at step ${step}: loss ${loss}, learning rate ${learningRate}, ` +
      `gradient norm ${gradientNorm}. ${advice}`,
    divergence,
  );
}

/** Evaluates, tells the trial, and asks it whether to go on. */
async function report(run: Run, measures: StepMeasures): Promise<Evaluation> {
  const { options, step } = run;
  const evaluation = evaluate(options.model, run.validation, run.task.loss);
  if (run.best === undefined || evaluation.loss < run.best.loss) run.best = { ...evaluation, step };
  const { trial } = options;
  if (!trial) return evaluation;
  const position = options.epochs === undefined ? step : Math.ceil(step / run.order.stepsPerEpoch);
  trial.report(evaluation.loss, position);
  const curves = await measureCurves(run, measures);
  const { accuracy } = evaluation;
  trial.log(accuracy === undefined ? curves : { ...curves, accuracy }, position);
  if (trial.shouldPrune()) throw new TrialPruned(`Pruned at step ${step}.`);
  return evaluation;
}
