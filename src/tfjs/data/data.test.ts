import * as tf from "@tensorflow/tfjs-core";
import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import { selectBackend } from "../backends.ts";
import { splitDataset } from "./dataset.ts";
import { iris } from "./iris.ts";
import { mnist, mnistTest } from "./mnist.ts";
import { toDevice } from "./on-device.ts";
import { teacher } from "./teacher.ts";
import { grammarText } from "./text.ts";

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value / values.length, 0);

test("digits are real, balanced, standardised, and split without overlap", (t) => {
  const { train, validation } = mnist({ train: 500, validation: 200 });
  t.is(train.inputs.length, 500 * 784);
  t.true(Math.abs(mean(train.inputs)) < 1e-4);
  t.true(Math.abs(mean(train.inputs.map((value) => value * value)) - 1) < 1e-3);
  const counts = new Array<number>(10).fill(0);
  for (const label of train.targets) counts[label]++;
  t.true(
    counts.every((count) => count > 25 && count < 80),
    counts.join(),
  );
  const key = (data: typeof train, row: number): string =>
    data.inputs.subarray(row * 784, (row + 1) * 784).join();
  const seen = new Set(Array.from({ length: 500 }, (_, row) => key(train, row)));
  t.false(Array.from({ length: 200 }, (_, row) => seen.has(key(validation, row))).some(Boolean));
});

test("the seed draws the digits; images have a channel; too many are refused", (t) => {
  const sizes = { train: 20, validation: 10 };
  t.deepEqual(mnist({ ...sizes, seed: 3 }), mnist({ ...sizes, seed: 3 }));
  t.notDeepEqual(mnist({ ...sizes, seed: 3 }).train.targets, mnist(sizes).train.targets);
  t.deepEqual(mnist({ ...sizes, shape: "image" }).train.inputShape, [28, 28, 1]);
  t.is(mnistTest(sizes).count, 10_000);
  t.throws(() => mnist({ train: 60_000, validation: 1 }), { message: /60000.*train=60000/s });
});

test("iris has 150 flowers of three kinds on one scale", async (t) => {
  const { train, validation } = await iris({ train: 120 });
  t.is(train.count + validation.count, 150);
  t.deepEqual([...new Set(train.targets)].sort(), [0, 1, 2]);
  const first = train.inputs.filter((_, i) => i % 4 === 0);
  t.true(Math.abs(mean(first)) < 1e-6);
});

test("text follows itself by one character, and repeats with the seed", (t) => {
  const text = grammarText({ train: 50, validation: 5, length: 20, seed: 1 });
  const { inputs, targets } = text.train;
  t.deepEqual([...targets.slice(0, 999)], [...inputs.slice(1, 1000)]);
  t.true(inputs.every((token) => token >= 0 && token < text.alphabet.length));
  const read = Array.from(inputs, (token) => text.alphabet[token]).join("");
  t.regex(read, /^[a-z ]+\. [a-z]/);
  t.deepEqual(grammarText({ train: 50, validation: 5, length: 20, seed: 1 }), text);
  t.notDeepEqual(grammarText({ train: 50, validation: 5, length: 20 }).train, text.train);
});

test("a teacher's targets have about unit variance and the stated noise", (t) => {
  const noisy = teacher({ train: 2000, noise: 0.5, seed: 1 }).train;
  const clean = teacher({ train: 2000, noise: 0, seed: 1 }).train;
  const variance = mean(clean.targets.map((value) => value * value));
  t.true(variance > 0.3 && variance < 3, String(variance));
  const added = mean(noisy.targets.map((value) => value * value)) - variance;
  t.true(Math.abs(added) < 0.6, String(added));
  t.throws(() => teacher({ hidden: 0 }), { message: /hidden=0 must be an integer/ });
});

test("a split needs enough examples", (t) => {
  const { train } = teacher({ train: 10 });
  const split = () => splitDataset(train, { train: 8, validation: 3 }, createRng(0));
  t.throws(split, { message: /teacher.*train=8.*validation=3.*10 examples/ });
});

test("batches on the device are the examples asked for", async (t) => {
  await selectBackend("wasm");
  const { train } = teacher({ inputs: 2, train: 10 });
  const before = tf.memory().numTensors;
  const device = toDevice(train);
  const batch = device.gather(Int32Array.of(7, 0));
  t.deepEqual(
    [...batch.inputs.dataSync()],
    [...train.inputs.slice(14, 16), ...train.inputs.slice(0, 2)],
  );
  const slice = device.slice(3, 2);
  t.deepEqual([...slice.targets.dataSync()], [...train.targets.slice(3, 5)]);
  tf.dispose([batch.inputs, batch.targets, slice.inputs, slice.targets]);
  device.dispose();
  t.is(tf.memory().numTensors, before);
});
