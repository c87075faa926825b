import * as tf from "@tensorflow/tfjs-core";
import { createRng } from "hpo";
import { cnn, crossEntropy, mlp, selectBackend, transformer } from "hpo/tfjs";
import type { Model } from "hpo/tfjs";

// Run by check-tfjs-node in a project of its own, where the native package is installed: losses and
// gradients of whole models on tfjs-node against wasm. Exit code 1: they disagree.

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
