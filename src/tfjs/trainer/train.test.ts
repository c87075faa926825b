import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import test from "ava";
import { TrialDiverged, TrialPruned } from "../../errors/errors.ts";
import { selectBackend } from "../backends.ts";
import { teacher } from "../data/teacher.ts";
import { grammarText } from "../data/text.ts";
import { fromLayersModel, seededDropout } from "../models/layers-model.ts";
import { mlp } from "../models/mlp.ts";
import { adamw, lbfgs, momentum, sgd } from "../optimizers/index.ts";
import { cosine } from "../schedules/index.ts";
import type { TrainOptions } from "./options.ts";
import { train } from "./train.ts";

test.before(async () => {
  await selectBackend("wasm");
});

const data = teacher({ train: 200, validation: 100, seed: 2 });
const network = (seed = 1, rate = 0) =>
  mlp({ inputs: 10, hidden: [12, 8], outputs: 1, activation: "tanh", dropout: rate, seed });

type Variation = Partial<TrainOptions>;

/** A run of its own: everything that it makes is gone when it ends. */
async function run(variation: Variation = {}, rate = 0) {
  const model = network(1, rate);
  const optimizer = variation.optimizer ?? adamw({ learningRate: 0.01 });
  try {
    const { epochs = variation.steps === undefined ? 3 : undefined } = variation;
    const base = { model, data, optimizer, batchSize: 32, seed: 5 };
    const result = await train({ ...base, ...variation, epochs });
    const checkpoint = await result.checkpoint();
    return { ...result, weights: checkpoint.values, saved: checkpoint };
  } finally {
    model.dispose();
    (optimizer as Partial<tf.Optimizer>).dispose?.();
  }
}

/** A trial that keeps what it is told, and prunes after so many reports. */
function recordingTrial(reportsUntilPruned = Infinity) {
  const reports: { value: number; step: number }[] = [];
  const curves: Record<string, number>[] = [];
  return {
    reports,
    curves,
    report: (value: number, step: number) => void reports.push({ value, step }),
    shouldPrune: () => reports.length >= reportsUntilPruned,
    log: (values: Readonly<Record<string, number>>) => void curves.push({ ...values }),
  };
}

test.serial("the same seed gives the same bits, another seed another run", async (t) => {
  const first = await run({}, 0.2);
  const second = await run({}, 0.2);
  t.deepEqual(second.weights, first.weights);
  t.notDeepEqual((await run({ seed: 6 }, 0.2)).weights, first.weights);
});

test.serial("a run learns, and reports every epoch with its curves", async (t) => {
  const trial = recordingTrial();
  const { final, best, steps } = await run({ epochs: 20, trial });
  t.is(steps, 120);
  t.deepEqual(
    trial.reports.map(({ step }) => step),
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  t.is(trial.reports[19].value, final.loss);
  t.is(best.loss, Math.min(...trial.reports.map(({ value }) => value)));
  t.true(final.loss < 0.5 * trial.reports[0].value);
  t.true(trial.curves.every(({ gradientNorm, trainLoss }) => gradientNorm > 0 && trainLoss > 0));
});

test.serial("a resumed run is the unbroken one, bit for bit", async (t) => {
  const schedule = cosine({ steps: 24 });
  const whole = await run({ steps: 24, schedule }, 0.3);
  const half = await run({ steps: 24, pauseAt: 11, schedule }, 0.3);
  t.true(half.paused);
  t.is(half.steps, 11);
  const rest = await run({ steps: 24, resume: half.saved, schedule }, 0.3);
  t.false(rest.paused);
  t.deepEqual(rest.weights, whole.weights);
  t.is(rest.final.loss, whole.final.loss);
  t.deepEqual(rest.best, whole.best);
});

test.serial("a checkpoint of another model is refused with both sizes", async (t) => {
  const { saved } = await run();
  const resume = { ...saved, values: saved.values.slice(1) };
  const error = await t.throwsAsync(run({ resume }));
  t.is(error?.name, "HpoError");
  t.regex(String(error?.message), /120/);
});

test.serial("pieces of a batch give the whole batch's updates", async (t) => {
  const options = { steps: 5, optimizer: undefined };
  const whole = await run({ ...options, optimizer: sgd({ learningRate: 0.1 }) });
  const pieces = await run({
    ...options,
    optimizer: sgd({ learningRate: 0.1 }),
    microBatchSize: 10,
  });
  whole.weights.forEach((values, index) =>
    values.forEach((value, i) => t.true(Math.abs(value - pieces.weights[index][i]) < 1e-6)),
  );
});

test.serial("pruning stops the run at the report that the trial answered", async (t) => {
  const trial = recordingTrial(2);
  const error = await t.throwsAsync(run({ epochs: 10, trial }), { instanceOf: TrialPruned });
  t.regex(String(error?.message), /step 12/);
  t.is(trial.reports.length, 2);
});

test.serial("an aborted trial stops between reports", async (t) => {
  const controller = new AbortController();
  const trial = { ...recordingTrial(), signal: controller.signal };
  setImmediate(() => controller.abort(new Error("told to stop")));
  await t.throwsAsync(run({ epochs: 1000, trial }), { message: "told to stop" });
});

test.serial(
  "a learning rate that is far too high ends as diverged, with what to change",
  async (t) => {
    const optimizer = momentum({ learningRate: 50, momentum: 0.9 });
    const error = await t.throwsAsync(run({ epochs: 200, optimizer }), {
      instanceOf: TrialDiverged,
    });
    const { cause, step, learningRate, gradientNorm, advice } = error.divergence;
    t.true(["nonFinite", "explosion", "oscillation", "vanishingGradient"].includes(cause));
    t.true((step as number) < 1000);
    t.is(learningRate, 50);
    t.is(typeof gradientNorm, "number");
    t.regex(String(advice), /learning rate/i);
  },
);

test.serial("clipping bounds the update and keeps the high rate finite", async (t) => {
  const optimizer = sgd({ learningRate: 1 });
  const start = network();
  const before = start.variables.map((variable) => variable.dataSync().slice());
  start.dispose();
  const { weights } = await run({ steps: 1, optimizer, clipNorm: 0.01 });
  let square = 0;
  weights.forEach((values, i) =>
    values.forEach((value, j) => (square += (value - before[i][j]) ** 2)),
  );
  t.true(Math.abs(Math.sqrt(square) - 0.01) < 1e-5, String(Math.sqrt(square)));
});

test.serial(
  "an optimizer that evaluates the loss itself trains too, and says what it can't",
  async (t) => {
    const { final } = await run({ steps: 10, batchSize: 200, optimizer: lbfgs() });
    t.true(final.loss < 0.5, String(final.loss));
    await t.throwsAsync(run({ optimizer: lbfgs(), clipNorm: 1 }), { message: /clipNorm=1/ });
  },
);

test.serial("no run leaves a tensor behind: ended, pruned, diverged, paused", async (t) => {
  const before = tf.memory().numTensors;
  await run({ curves: ["sharpness", "gradientNorm"], trial: recordingTrial() }, 0.2);
  await run({ microBatchSize: 7, clipNorm: 0.1 });
  await run({ epochs: 9, pauseAt: 7 });
  await t.throwsAsync(run({ trial: recordingTrial(1) }));
  await t.throwsAsync(run({ epochs: 200, optimizer: sgd({ learningRate: 1e4 }) }));
  t.is(tf.memory().numTensors, before);
});

test.serial("sharpness is logged where it is asked for", async (t) => {
  const trial = recordingTrial();
  await run({ epochs: 1, batchSize: 200, trial, curves: ["sharpness"] });
  t.is(trial.curves.length, 1);
  t.true(trial.curves[0].sharpness > 0);
});

test.serial("options that make no sense are refused by name", async (t) => {
  await t.throwsAsync(run({ batchSize: 12.5 }), { message: /batchSize.*12\.5/ });
  await t.throwsAsync(run({ epochs: 1, steps: 2 }), { message: /epochs=1 and steps=2/ });
  await t.throwsAsync(run({ clipNorm: 0 }), { message: /clipNorm=0 must be a number > 0/ });
});

test.serial("a layers model trains, with masks that change and repeat with the seed", async (t) => {
  const learn = async (): Promise<readonly Float32Array[]> => {
    const stack = sequential();
    stack.add(layers.dense({ units: 8, activation: "relu", inputShape: [10] }));
    stack.add(layers.batchNormalization());
    stack.add(seededDropout(0.5));
    stack.add(layers.dense({ units: 1 }));
    const model = fromLayersModel(stack, 3);
    const optimizer = adamw({ learningRate: 0.01 });
    const result = await train({ model, data, optimizer, batchSize: 20, epochs: 3, seed: 1 });
    const { values } = await result.checkpoint();
    model.dispose();
    optimizer.dispose();
    return values;
  };
  const first = await learn();
  t.deepEqual(await learn(), first);
});

test.serial("text trains an embedding on wasm", async (t) => {
  const text = grammarText({ train: 100, validation: 20, length: 16 });
  const depth = text.alphabet.length;
  const table = tf.variable(tf.randomNormal([depth, depth], 0, 0.1, "float32", 1));
  const model = {
    variables: [table],
    apply: (x: tf.Tensor) => tf.gather(table, x),
    dispose: () => table.dispose(),
  };
  const optimizer = adamw({ learningRate: 0.1 });
  const { final } = await train({
    model,
    data: text,
    optimizer,
    batchSize: 20,
    epochs: 15,
    seed: 1,
  });
  // A table of pairs of characters: well below a uniform guess.
  t.true(final.loss < 0.8 * Math.log(depth), String(final.loss));
  model.dispose();
  optimizer.dispose();
});
