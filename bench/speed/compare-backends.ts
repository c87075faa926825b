import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "hpo";
import { cnn, crossEntropy, mlp, selectBackend, transformer } from "hpo/tfjs";
import type { Model } from "hpo/tfjs";

// Run by check-tfjs-node in a project of its own, where the native package is installed: losses and
// gradients of whole models on tfjs-node against wasm, and the time of a training step, tfjs-node on
// one thread. Exit code 1: the gradients disagree.

/** Largest difference that float32 explains, relative to the largest value of a tensor. */
const TOLERANCE = 1e-3;
const context = { training: false, rng: createRng(0) };

const normals = (length: number, seed: number): Float32Array => {
  const rng = createRng(seed, "inputs");
  return Float32Array.from({ length }, () => rng.normal());
};
const tokens = (length: number, below: number): Int32Array =>
  Int32Array.from({ length }, (_, i) => (7 * i + (i >> 2)) % below);

interface Case {
  readonly name: string;
  readonly model: () => Model;
  readonly inputs: () => tf.Tensor;
  readonly targets: () => tf.Tensor;
}
const cases: readonly Case[] = [
  {
    name: "mlp",
    model: () => mlp({ inputs: 20, hidden: [16, 8], outputs: 5, activation: "gelu", seed: 1 }),
    inputs: () => tf.tensor(normals(640, 1), [32, 20]),
    targets: () => tf.tensor(tokens(32, 5), [32], "int32"),
  },
  {
    name: "cnn",
    model: () => cnn({ image: [12, 12, 2], filters: [4, 6], outputs: 5, seed: 2 }),
    inputs: () => tf.tensor(normals(8 * 288, 2), [8, 12, 12, 2]),
    targets: () => tf.tensor(tokens(8, 5), [8], "int32"),
  },
  {
    name: "transformer",
    model: () =>
      transformer({ vocabulary: 11, length: 8, width: 12, heads: 3, blocks: 2, seed: 3 }),
    inputs: () => tf.tensor(tokens(32, 11), [4, 8], "int32"),
    targets: () => tf.tensor(tokens(32, 7), [4, 8], "int32"),
  },
];

type Values = ReadonlyMap<string, ArrayLike<number>>;

/** The loss and every gradient, on the back-end of now. */
function measure({ model: make, inputs, targets }: Case): Values {
  const model = make();
  const [x, y] = [inputs(), targets()];
  const loss = () => crossEntropy(model.apply(x, context), y);
  const { value, grads } = tf.variableGrads(loss, [...model.variables]);
  const values = new Map<string, ArrayLike<number>>([["loss", value.dataSync()]]);
  model.variables.forEach((variable, index) =>
    values.set(`gradient ${index} [${variable.shape.join()}]`, grads[variable.name].dataSync()),
  );
  tf.dispose([x, y, value, grads]);
  model.dispose();
  return values;
}

function largestDifference(a: Values, b: Values): { readonly what: string; readonly by: number } {
  let worst = { what: "nothing", by: 0 };
  for (const [what, values] of a) {
    const others = b.get(what) ?? [];
    let [scale, by] = [1e-3, 0];
    for (let i = 0; i < values.length; i++) {
      scale = Math.max(scale, Math.abs(values[i]));
      by = Math.max(by, Math.abs(values[i] - others[i]));
    }
    // NaN must not pass for small.
    if (!(by / scale <= worst.by)) worst = { what, by: by / scale };
  }
  return worst;
}

interface Workload {
  readonly name: string;
  readonly model: () => Model;
  readonly input: number[];
  /** What the ratio of times, wasm to tfjs-node, is asked to stay below. */
  readonly bar: number;
}
const workloads: readonly Workload[] = [
  {
    name: "mlp 64-128-128-10, batch 128",
    model: () => mlp({ inputs: 64, hidden: [128, 128], outputs: 10, seed: 1 }),
    input: [128, 64],
    bar: 1,
  },
  {
    name: "cnn 28×28, 8 and 16 filters, batch 64",
    model: () => cnn({ image: [28, 28, 1], filters: [8, 16], outputs: 10, seed: 1 }),
    input: [64, 28, 28, 1],
    bar: 2.5,
  },
];

/** Median time of a momentum step on a back-end. */
async function stepMs(backend: "wasm" | "node", { model: make, input }: Workload): Promise<number> {
  await selectBackend(backend);
  const model = make();
  const x = tf.randomNormal(input, 0, 1, "float32", 2);
  const y = tf.tensor1d(tokens(input[0], 10), "int32");
  const optimizer = tf.train.momentum(0.01, 0.9);
  const times: number[] = [];
  for (let i = 0; i < 40; i++) {
    const start = performance.now();
    tf.tidy(() => {
      const loss = () => crossEntropy(model.apply(x, context), y);
      const { value, grads } = tf.variableGrads(loss, [...model.variables]);
      // The types ask for variables; gradients by their names are what it takes.
      optimizer.applyGradients(grads as never);
      value.dataSync();
    });
    if (i >= 10) times.push(performance.now() - start);
  }
  model.dispose();
  optimizer.dispose();
  tf.dispose([x, y]);
  return times.sort((a, b) => a - b)[times.length >> 1];
}

await selectBackend("wasm");
const onWasm = cases.map(measure);
const { engineName, why } = await selectBackend("node");
console.log(`Back-end "${engineName}", ${why}`);
cases.forEach((one, index) => {
  const { what, by } = largestDifference(onWasm[index], measure(one));
  const agrees = by < TOLERANCE;
  console.log(
    `${agrees ? "ok" : "DIFFERS"}: ${one.name}, largest at ${what}: ${by.toExponential(1)}`,
  );
  if (!agrees) process.exitCode = 1;
});
for (const workload of workloads) {
  // In turns, so that a busy machine hits both.
  const ratios: number[] = [];
  let detail = "";
  for (let turn = 0; turn < 5; turn++) {
    const wasm = await stepMs("wasm", workload);
    const node = await stepMs("node", workload);
    ratios.push(wasm / node);
    detail = `${wasm.toFixed(2)} ms against ${node.toFixed(2)} ms`;
  }
  const ratio = ratios.sort((a, b) => a - b)[2];
  const verdict = ratio <= workload.bar ? "holds" : "MISSED";
  console.log(
    `${workload.name}: a step on wasm takes ×${ratio.toFixed(2)} of tfjs-node's on one thread ` +
      `(${detail}); bar ≤ ${workload.bar}: ${verdict}`,
  );
}
