import { medianOf } from "../../src/numerics/quantile.ts";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import Table from "cli-table3";
import { createRng } from "../../src/numerics/rng.ts";
import type { BackendName, Model, StepOptimizer } from "../../src/tfjs/index.ts";
import {
  adamw,
  cnn,
  crossEntropy,
  hessianVectorProduct,
  lossGradient,
  mlp,
  muon,
  selectBackend,
  teacher,
  train,
} from "../../src/tfjs/index.ts";

// Training's own costs, as ratios measured in one run: npm run bench:training [-- --json FILE].
// Things that are compared take turns, so that a busy machine hits both; the numbers are medians.

interface Row {
  readonly what: string;
  readonly ratio: number;
  readonly bar: number;
  readonly detail: string;
}

function timeMs(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Median times of two pieces of work that take turns. */
function compare(first: () => void, second: () => void, rounds: number): [number, number] {
  for (const warm of [first, second, first, second]) warm();
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    times[0].push(timeMs(first));
    times[1].push(timeMs(second));
  }
  return [medianOf(times[0]), medianOf(times[1])];
}

const randomTensor = (shape: number[], seed: number): tf.Tensor =>
  tf.randomNormal(shape, 0, 1, "float32", seed);

interface Workload {
  readonly model: () => Model;
  readonly input: number[];
}
const workloads = {
  mlp: {
    model: () => mlp({ inputs: 64, hidden: [128, 128], outputs: 10, seed: 1 }),
    input: [128, 64],
  },
  cnn: {
    model: () => cnn({ image: [28, 28, 1], filters: [8, 16], outputs: 10, seed: 1 }),
    input: [64, 28, 28, 1],
  },
} as const satisfies Readonly<Record<string, Workload>>;

type Step = (() => void) & { readonly dispose: () => void };

/** One training step of a workload, ready to be repeated. */
function stepOf({ model: makeModel, input }: Workload, optimizer: StepOptimizer): Step {
  const model = makeModel();
  const x = randomTensor(input, 2);
  const classes = Int32Array.from({ length: input[0] }, (_, i) => i % 10);
  const y = tf.tensor1d(classes, "int32");
  const context = { training: true, rng: createRng(0) };
  const step = () =>
    tf.tidy(() => {
      const loss = (): tf.Scalar => crossEntropy(model.apply(x, context), y);
      const { value, grads } = tf.variableGrads(loss, [...model.variables]);
      optimizer.applyGradients(grads);
      value.dataSync();
    });
  const dispose = () => {
    model.dispose();
    tf.dispose([x, y]);
  };
  return Object.assign(step, { dispose });
}

/** tfjs's optimizers have all that a step needs but the types. */
const stock = (optimizer: tf.Optimizer): StepOptimizer => optimizer as unknown as StepOptimizer;

/** Mean processor time of a step: unlike the clock's, it hardly depends on who else computes. */
async function processorMs(backend: BackendName, workload: Workload, rounds: number) {
  await selectBackend(backend);
  const optimizer = tf.train.momentum(0.01, 0.9);
  const step = stepOf(workload, stock(optimizer));
  for (let i = 0; i < Math.ceil(rounds / 3); i++) step();
  const start = process.cpuUsage();
  for (let i = 0; i < rounds; i++) step();
  const { user, system } = process.cpuUsage(start);
  step.dispose();
  optimizer.dispose();
  return (user + system) / 1000 / rounds;
}

interface Rounds {
  readonly cpu: number;
  readonly wasm: number;
  readonly turns: number;
}

/** A step on the wasm back-end with our kernels against the stock cpu back-end's, in turns. */
async function againstCpu(name: keyof typeof workloads, bar: number, rounds: Rounds): Promise<Row> {
  const [cpuTimes, wasmTimes]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < rounds.turns; turn++) {
    cpuTimes.push(await processorMs("cpu", workloads[name], rounds.cpu));
    wasmTimes.push(await processorMs("wasm", workloads[name], rounds.wasm));
  }
  const [cpu, wasm] = [medianOf(cpuTimes), medianOf(wasmTimes)];
  const detail = `${wasm.toFixed(2)} ms against ${cpu.toFixed(1)} ms of processor time`;
  return { what: `${name} step, wasm / stock cpu`, ratio: wasm / cpu, bar, detail };
}

interface Updated {
  readonly variables: readonly tf.Variable[];
  readonly gradients: tf.NamedTensorMap;
}

function updated(shapes: readonly number[][]): Updated {
  const variables = shapes.map((shape, i) => tf.variable(randomTensor(shape, i)));
  const gradients = variables.map(({ name, shape }, i) => [name, randomTensor(shape, 50 + i)]);
  return { variables, gradients: Object.fromEntries(gradients) as tf.NamedTensorMap };
}

function adamwAgainstAdam(): Row {
  const { variables, gradients } = updated([[784, 128], [128], [128, 128], [128], [128, 10], [10]]);
  const [ours, theirs] = [adamw({ learningRate: 1e-4 }), tf.train.adam(1e-4)];
  const apply = (optimizer: StepOptimizer) => () => {
    for (let i = 0; i < 5; i++) optimizer.applyGradients(gradients);
  };
  const [own, stockTime] = compare(apply(ours), apply(stock(theirs)), 60);
  tf.dispose([...variables, gradients]);
  ours.dispose();
  theirs.dispose();
  const detail = `${(own / 5).toFixed(3)} ms against ${(stockTime / 5).toFixed(3)} ms`;
  return { what: "AdamW step / stock Adam step", ratio: own / stockTime, bar: 1.1, detail };
}

/** The products alone of five Newton–Schulz steps: per step A = XXᵀ, its square, and times X. */
function muonProducts(x: tf.Tensor): void {
  tf.tidy(() => {
    let y = x;
    for (let i = 0; i < 5; i++) {
      const gram = tf.matMul(y, tf.transpose(y));
      y = tf.matMul(tf.matMul(gram, gram), y);
    }
  });
}

function muonAgainstProducts(): Row {
  const shape = [512, 512];
  const { variables, gradients } = updated([shape]);
  const optimizer = muon({ learningRate: 1e-3 });
  const x = tf.mul(randomTensor(shape, 3), 1e-3);
  const update = () => optimizer.applyGradients(gradients);
  const [step, products] = compare(update, () => muonProducts(x), 12);
  tf.dispose([...variables, gradients, x]);
  optimizer.dispose();
  const detail = `${step.toFixed(1)} ms against ${products.toFixed(1)} ms, 512 × 512`;
  return { what: "Muon step / its matrix products", ratio: step / products, bar: 1.3, detail };
}

function productAgainstGradient(): Row {
  const model = mlp({ inputs: 64, hidden: [128, 128], outputs: 10, activation: "tanh", seed: 1 });
  const x = randomTensor([128, 64], 2);
  const y = tf.tensor1d(
    Int32Array.from({ length: 128 }, (_, i) => i % 10),
    "int32",
  );
  const context = { training: false, rng: createRng(0) };
  const loss = () => crossEntropy(model.apply(x, context), y);
  const v = model.variables.map(({ shape }, i) => randomTensor(shape, 9 + i));
  const variables = [...model.variables];
  const product = () => tf.dispose(hessianVectorProduct(loss, variables, v));
  const gradient = () => tf.dispose(lossGradient(loss, variables));
  const [own, one] = compare(product, gradient, 40);
  model.dispose();
  tf.dispose([x, y, v]);
  const detail = `${own.toFixed(2)} ms against ${one.toFixed(2)} ms`;
  return { what: "Hessian-vector product / gradient", ratio: own / one, bar: 4, detail };
}

/** 200 whole trials in one process: tensors and memory after 20 and after 200. */
async function manyTrials(): Promise<Row> {
  const data = teacher({ train: 256, validation: 128 });
  const before = tf.memory().numTensors;
  let early = 0;
  for (let trial = 0; trial < 200; trial++) {
    const model = mlp({ inputs: 10, hidden: [32], outputs: 1, seed: trial });
    const optimizer = adamw({ learningRate: 1e-3 });
    await train({ model, data, optimizer, batchSize: 64, epochs: 2, seed: trial });
    model.dispose();
    optimizer.dispose();
    if (trial === 19) early = residentMemory();
  }
  const growth = residentMemory() / early;
  const leaked = tf.memory().numTensors - before;
  const detail = `${leaked} tensors left, ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`;
  const ratio = leaked === 0 ? growth : Infinity;
  return { what: "memory after 200 trials / after 20", ratio, bar: 1.1, detail };
}

/** In bytes, garbage collected first: what is held, not what is yet to be thrown away. */
function residentMemory(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

function show(rows: readonly Row[]): void {
  const style = { head: [], border: [] };
  const table = new Table({ head: ["measure", "ratio", "bar", "", "detail"], style });
  for (const { what, ratio, bar, detail } of rows) {
    const verdict = ratio <= bar ? "pass" : "MISS";
    table.push([what, ratio.toPrecision(3), `<= ${bar.toPrecision(3)}`, verdict, detail]);
  }
  console.log(table.toString());
}

const { values } = parseArgs({ options: { json: { type: "string" } } });
const rows: Row[] = [
  await againstCpu("mlp", 1 / 12, { cpu: 20, wasm: 200, turns: 3 }),
  await againstCpu("cnn", 1 / 100, { cpu: 1, wasm: 20, turns: 1 }),
];
await selectBackend("wasm");
rows.push(adamwAgainstAdam(), muonAgainstProducts(), productAgainstGradient(), await manyTrials());
show(rows);
if (values.json !== undefined) {
  const passes = rows.map((row) => ({ ...row, pass: row.ratio <= row.bar }));
  writeFileSync(
    values.json,
    `${JSON.stringify({ node: process.version, rows: passes }, null, 2)}\n`,
  );
}
