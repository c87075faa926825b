import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import test from "ava";
import { HpoError } from "../../errors/errors.ts";
import { createRng } from "../../numerics/rng.ts";
import { lanczos } from "../../theory/curvature/lanczos.ts";
import { PRIOR_BUDGET, TABLE_BUDGET } from "../../theory/probe/probe.ts";
import { selectBackend } from "../backends.ts";
import { mnist } from "../data/mnist.ts";
import { teacher } from "../data/teacher.ts";
import { crossEntropy, meanSquaredError } from "../losses.ts";
import { seededDropout } from "../models/layers-model.ts";
import { mlp } from "../models/mlp.ts";
import { adamw, lbfgs, momentum, optimizers, optimizerWrappers, sgd } from "../optimizers/index.ts";
import { curvatureOf, flatten } from "../second-order/index.ts";
import { train } from "../trainer/index.ts";
import { batchesOf, tfProbe, type ModelProbeSpec, type ProbeSpec } from "./index.ts";

test.before(async () => {
  await selectBackend("wasm");
});

const data = teacher({ train: 2000, validation: 100, seed: 2 });
const network = () => mlp({ inputs: 10, hidden: [12], outputs: 1, activation: "tanh", seed: 1 });

function small(more: Partial<ModelProbeSpec> = {}): ModelProbeSpec {
  const batches = batchesOf(data.train, { batchSize: 32 });
  return { model: network(), batches, optimizer: "adamw", ...more };
}

test.serial(
  "the study's digits network: λ_max to 5 % in 12 products, a prior in 100 gradients",
  async (t) => {
    const digits = mnist({ train: 8_000, validation: 10 });
    for (const seed of [0, 1]) {
      const model = mlp({ inputs: 784, hidden: [64], outputs: 10, seed });
      const batches = batchesOf(digits.train, { batchSize: 128, seed });
      const batch = batches.at(0);
      const loss = () =>
        crossEntropy(
          model.apply(batch.inputs, { training: false, rng: createRng(0) }),
          batch.targets,
        );
      const { hvp, dimension } = curvatureOf(loss, model.variables);
      const long = { dimension, rng: createRng(99), maxSteps: 40, tolerance: 1e-4 };
      const { lambdaMax } = await lanczos(hvp, long);
      tf.dispose([batch.inputs, batch.targets]);
      for (const optimizer of ["sgd", "adamw"]) {
        const probe = tfProbe({ model, batches, optimizer });
        const found = await probe.measure({ seed });
        t.true(found.cost.gradients <= PRIOR_BUDGET, `${found.cost.gradients} gradients`);
        const [{ edge, directionalEdge, stability }] = found.optimizers;
        t.truthy(edge);
        t.truthy(directionalEdge?.value);
        t.truthy(found.weightedNoise?.value);
        if (optimizer !== "sgd" || stability.kind === "none" || !stability.sharpness) continue;
        t.true(stability.sharpness.products <= 12);
        t.true(Math.abs(stability.sharpness.value / lambdaMax - 1) < 0.05);
      }
      batches.dispose();
      model.dispose();
    }
  },
);

test.serial(
  "the table of all optimizers costs at most 800 gradients, cross-checks included",
  async (t) => {
    const probe = tfProbe(small());
    const found = await probe.measure({
      optimizers: "all",
      budget: TABLE_BUDGET,
      crossChecks: true,
    });
    await probe.dispose?.();
    t.is(found.optimizers.length, optimizers.length + optimizerWrappers.length);
    t.true(found.cost.gradients <= TABLE_BUDGET, `${found.cost.gradients} gradients`);
    t.deepEqual(
      found.warnings.filter((text) => text.includes("left out")),
      [],
    );
    t.truthy(found.trace && found.powerIteration && found.sharpness);
    t.truthy(found.optimizers[0].rangeTest?.steepest);
    for (const { name, directionalEdge, stability, edge } of found.optimizers) {
      t.truthy(directionalEdge, name);
      t.is(stability.kind === "threshold", edge !== undefined, name);
    }
    const edgeless = [
      "lamb",
      "lbfgs",
      "lion",
      "lookahead(adamw)",
      "muon",
      "rprop",
      "sam(momentum)",
      "shampoo",
      "sign-sgd",
    ];
    for (const name of edgeless) {
      t.is(found.optimizers.find((one) => one.name === name)?.stability.kind, "none", name);
    }
    for (const name of ["sgd", "momentum", "adam", "adamw", "rmsprop"]) {
      t.is(found.optimizers.find((one) => one.name === name)?.stability.kind, "threshold", name);
    }
  },
);

test.serial("λ_max, tr H and power iteration agree with the whole spectrum", async (t) => {
  const model = network();
  const batches = batchesOf(data.train, { batchSize: 500 });
  const probe = tfProbe({ model, batches, optimizer: "adamw" });
  const found = await probe.measure({ budget: 2000, crossChecks: true });
  const batch = batches.at(0);
  const loss = (): tf.Scalar => {
    const context = { training: true, rng: createRng(0) };
    return meanSquaredError(model.apply(batch.inputs, context), batch.targets);
  };
  const { hvp, dimension } = curvatureOf(loss, model.variables);
  let trace = 0;
  for (let i = 0; i < dimension; i++) {
    trace += hvp(Float64Array.from({ length: dimension }, (_, k) => (k === i ? 1 : 0)))[i];
  }
  const exact = await lanczos(hvp, {
    dimension,
    rng: createRng(1),
    maxSteps: dimension,
    tolerance: 1e-6,
  });
  tf.dispose([batch.inputs, batch.targets]);
  await probe.dispose?.();
  t.true(Math.abs((found.sharpness?.value ?? NaN) / exact.lambdaMax - 1) < 0.02);
  t.true(Math.abs((found.powerIteration?.value ?? NaN) / exact.lambdaMax - 1) < 0.05);
  const { value = NaN, standardError = NaN } = found.trace ?? {};
  t.true(Math.abs(value - trace) < 4 * standardError, `${value} ± ${standardError} for ${trace}`);
});

test.serial(
  "a probe leaves weights, moving averages and the optimizer as they are, and no tensor",
  async (t) => {
    const model = sequential();
    model.add(layers.dense({ units: 8, inputShape: [10], activation: "tanh" }));
    model.add(layers.batchNormalization());
    model.add(seededDropout(0.3));
    model.add(layers.dense({ units: 1 }));
    const optimizer = adamw({ learningRate: 0.01 });
    const batches = batchesOf(data.train, { batchSize: 32 });
    const probe = tfProbe({ model, batches, optimizer });
    await probe.train?.(3);
    const everything = (): Float64Array => flatten(model.weights.map((weight) => weight.read()));
    const before = { weights: everything(), state: await optimizer.saveState() };
    const first = await probe.measure({ crossChecks: true, budget: 400 });
    const tensors = tf.memory().numTensors;
    const names = ["adamw", "sam(momentum)", "lbfgs", "rprop", "muon", "lars"];
    await probe.measure({ optimizers: names, budget: 400 });
    t.is(tf.memory().numTensors, tensors);
    t.deepEqual(everything(), before.weights);
    t.deepEqual(await optimizer.saveState(), before.state);
    t.is(first.step, 3);
    t.deepEqual(
      withoutTime(await probe.measure({ crossChecks: true, budget: 400 })),
      withoutTime(first),
    );
    await probe.dispose?.();
  },
);

const withoutTime = (found: { cost: object }) => ({
  ...found,
  cost: { ...found.cost, seconds: 0 },
});

test.serial("it disposes of all that it was made of", async (t) => {
  const tensors = tf.memory().numTensors;
  const probe = tfProbe(small({ optimizer: momentum({ learningRate: 0.01 }) }));
  await probe.measure({ crossChecks: true, budget: 300 });
  await probe.dispose?.();
  t.is(tf.memory().numTensors, tensors);
});

test.serial("training along goes through the batches of train()", async (t) => {
  const probe = tfProbe(small({ optimizer: sgd({ learningRate: 0.05 }) }));
  const losses = await probe.train?.(20);
  const model = network();
  const optimizer = sgd({ learningRate: 0.05 });
  const curve: number[] = [];
  const trial = {
    report: () => undefined,
    shouldPrune: () => false,
    log: ({ trainLoss }: Readonly<Record<string, number>>) => void curve.push(trainLoss),
  };
  const run = { model, data, optimizer, batchSize: 32, steps: 20, reportEvery: 1, seed: 0, trial };
  await train(run);
  t.deepEqual(losses, curve);
  t.is((await probe.measure()).step, 20);
  await probe.dispose?.();
  model.dispose();
});

test.serial("a loss of variables alone: no examples, no noise", async (t) => {
  const x = tf.variable(tf.tensor1d([1, 0.1]));
  const h = tf.tensor1d([1, 10]);
  const loss = (): tf.Scalar => tf.mul(0.5, tf.sum(tf.mul(h, tf.square(x))));
  const found = await tfProbe({ variables: [x], loss, optimizer: "sgd" }).measure();
  const [{ edge = NaN, directionalEdge }] = found.optimizers;
  t.true(Math.abs(edge - 0.2) < 1e-6);
  t.true(Math.abs((directionalEdge?.value ?? NaN) - 4 / 11) < 1e-5); // g = (1, 1)
  t.is(found.simpleNoise, undefined);
  t.is(found.batchSize, 1);
  tf.dispose([x, h]);
});

test.serial(
  "what a spec lacks, or what can't be probed, is an error with the remedy",
  async (t) => {
    const wrong: [unknown, RegExp][] = [
      [{ model: network() }, /needs an optimizer; got model\. Give \{ model, loss, batches/],
      [{ optimizer: "sgd", model: network() }, /needs batches/],
      [{ optimizer: "sgd" }, /needs a model/],
      [{ optimizer: "sgd", variables: [] }, /needs a loss/],
      [small({ optimizer: "adamm" }), /no optimizer "adamm"/],
      [{ ...small(), optimizer: tf.train.sgd(0.1) }, /knows the optimizers of "hpo\/tfjs"/],
      [small({ batches: [] }), /batches=\[\] holds none/],
    ];
    for (const [spec, message] of wrong) {
      t.throws(() => tfProbe(spec as ProbeSpec), { instanceOf: HpoError, message });
    }
    const climbs = tfProbe(small({ optimizer: lbfgs({ maximize: true }) }));
    await t.throwsAsync(climbs.measure(), { instanceOf: HpoError, message: /lbfgs maximizes/ });
    t.throws(() => batchesOf(data.train, { batchSize: 0 }), {
      message: /batchSize=0 must be an integer ≥ 1/,
    });
  },
);
