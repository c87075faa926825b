import test from "ava";
import type * as tf from "@tensorflow/tfjs-core";
import { dispose, square, sum, tensor, variable } from "@tensorflow/tfjs-core";
import { createRng } from "../../numerics/rng.ts";
import { diagonalPreconditioner } from "../../theory/curvature/preconditioner.ts";
import { preconditionerOf } from "../../theory/probe/threshold.ts";
import { learningRateEdge } from "../../theory/curvature/stability.ts";
import { selectBackend } from "../backends.ts";
import { mlp } from "../models/mlp.ts";
import { lars, momentum, rmsprop } from "../optimizers/index.ts";
import { curvatureOf } from "../second-order/index.ts";
import { batchesOfTensors } from "./batches.ts";
import { configNamed, configOf } from "./optimizer-config.ts";
import { probeOptimizer } from "./own-update.ts";
import { ruleOf } from "./rules.ts";
import { subjectOf, type Subject } from "./spec.ts";

// A user would miss: that u is what their optimizer does, not what a formula says of its kind.

test.before(async () => {
  await selectBackend("wasm");
});

const rng = createRng(3);
const draw = (count: number): Float64Array =>
  Float64Array.from({ length: count }, () => Math.fround(rng.normal()));

function makeSubject(): Subject {
  const model = mlp({ inputs: 6, hidden: [5], outputs: 3, activation: "tanh", seed: 1 });
  const inputs = tensor(Float32Array.from(draw(48)), [8, 6]);
  const targets = tensor([0, 1, 2, 0, 1, 2, 0, 1], [8], "int32");
  return subjectOf({ model, batches: batchesOfTensors([{ inputs, targets }]), optimizer: "sgd" });
}

const size = 6 * 5 + 5 + 5 * 3 + 3;
const g = draw(size).map((x) => x * 1e-3);
const nu = draw(size).map((x) => 1e-6 * (x * x + 0.1));
const mean = g.map((x) => x / 2);

async function updateOf(name: string, gradient = g): Promise<Float64Array> {
  const subject = makeSubject();
  const optimizer = probeOptimizer(configNamed(name), subject);
  await optimizer.seed(nu, mean);
  const { update } = await optimizer.update(0, gradient);
  optimizer.dispose();
  subject.dispose();
  return update;
}

const relative = (a: Float64Array, b: Float64Array): number =>
  Math.hypot(...a.map((x, i) => x - b[i])) / Math.hypot(...b);

/** Adam's, from ν: v ← β2 ν + (1 − β2) g². */
const adamLike = (beta2: number, epsilon: number): Float64Array =>
  g.map((x, i) => x / (Math.sqrt(beta2 * nu[i] + (1 - beta2) * x * x) + epsilon));

const expected: Readonly<Record<string, Float64Array>> = {
  sgd: g,
  asgd: g,
  momentum: g,
  nesterov: g,
  lars: g,
  "sign-sgd": g.map(Math.sign),
  rprop: g.map(Math.sign),
  lion: g.map(Math.sign),
  adam: adamLike(0.999, 1e-8),
  adamw: adamLike(0.999, 1e-8),
  // The largest v so far: ν itself where this gradient is a small one.
  amsgrad: g.map((x, i) => x / (Math.sqrt(Math.max(nu[i], 0.999 * nu[i] + 0.001 * x * x)) + 1e-8)),
  nadam: adamLike(0.999, 1e-8),
  "sparse-adam": adamLike(0.999, 1e-8),
  rmsprop: adamLike(0.99, 1e-8),
  "lookahead(adamw)": adamLike(0.999, 1e-8),
};
for (const [name, update] of Object.entries(expected)) {
  test(`${name}'s u is its own update, momentum and decay left out`, async (t) => {
    t.true(relative(await updateOf(name), update) < 1e-5);
  });
}

test("RAdam's u is that of its full update, after its warm-up", async (t) => {
  // r_t of 10⁵ steps differs from 1 by less than a part in a thousand.
  t.true(relative(await updateOf("radam"), adamLike(0.999, 1e-8)) < 1e-3);
});

test("accumulators are those of the gradients that were fed", async (t) => {
  const fed = Array.from({ length: 5 }, () => draw(size));
  const subject = makeSubject();
  const squares = (i: number): number => fed.reduce((total, x) => total + x[i] * x[i], g[i] * g[i]);
  const largest = (i: number): number =>
    fed.reduce((most, x, k) => Math.max(most, Math.abs(x[i]) * 0.999 ** (5 - k)), 0);
  const cases: [string, Float64Array][] = [
    ["adagrad", g.map((x, i) => x / Math.sqrt(squares(i)))],
    ["adamax", g.map((x, i) => x / Math.max(largest(i), Math.abs(x)))],
  ];
  for (const [name, update] of cases) {
    const optimizer = probeOptimizer(configNamed(name), subject);
    for (const gradient of fed) await optimizer.observe?.(gradient);
    await optimizer.seed(nu, mean);
    t.true(relative((await optimizer.update(0, g)).update, update) < 1e-4, name);
    optimizer.dispose();
  }
  subject.dispose();
});

test("Muon's u has singular values near 1; LAMB's is as long as each variable", async (t) => {
  const muon = await updateOf("muon");
  const kernel = [...muon.subarray(0, 30)]; // [6, 5], scaled by √(rows/columns)
  const square = kernel.reduce((sum, x) => sum + x * x, 0) / (6 / 5);
  t.true(square > 5 * 0.7 * 0.7 && square < 5 * 1.2 * 1.2);
  const subject = makeSubject();
  const optimizer = probeOptimizer(configNamed("lamb"), subject);
  await optimizer.seed(nu, mean);
  const { update } = await optimizer.update(0, g);
  const first = (subject.variables[0] as tf.Tensor).dataSync();
  const ratio = Math.hypot(...update.subarray(0, 30)) / Math.hypot(...first);
  t.true(Math.abs(ratio - 1) < 1e-3);
  optimizer.dispose();
  subject.dispose();
});

test("SAM's u is the gradient at the worst point near by, and costs two", async (t) => {
  const subject = makeSubject();
  const optimizer = probeOptimizer(configNamed("sam(sgd)"), subject);
  await optimizer.seed(nu, mean);
  const { update, gradients } = await optimizer.update(0, g);
  t.is(gradients, 2);
  const batch = subject.batches.at(0);
  const curvature = curvatureOf(() => subject.lossOn(batch, 0), subject.variables);
  const here = curvature.gradient();
  const scale = 0.05 / Math.hypot(...here);
  const there = curvature.gradient(curvature.weights().map((w, i) => w + scale * here[i]));
  t.true(relative(update, there) < 1e-4);
  dispose([batch.inputs, batch.targets]);
  optimizer.dispose();
  subject.dispose();
});

test("P is read off as √ν + ε; weights without a gradient don't move", async (t) => {
  const subject = makeSubject();
  const optimizer = probeOptimizer(configNamed("adam"), subject);
  const second = nu.map((x, i) => (i % 7 === 0 ? 0 : x));
  await optimizer.seed(second, mean);
  const p = await preconditionerOf(optimizer, second);
  const formula = diagonalPreconditioner(second);
  p.forEach((value, i) => {
    t.true(i % 7 === 0 ? value === Infinity : Math.abs(value / formula[i] - 1) < 1e-4);
  });
  optimizer.dispose();
  subject.dispose();
});

test("settings reach the rule: momentum, decay, dampening, a trust ratio that is off", (t) => {
  const edge = (known: ReturnType<typeof ruleOf>, sharpness: number): number | undefined =>
    known.stability.kind === "rule" ? learningRateEdge(known.stability.rule, sharpness) : undefined;
  const heavy = ruleOf(configOf(momentum({ momentum: 0.5, weightDecay: 1 })));
  t.is(edge(heavy, 9), 3 / 10);
  t.is(ruleOf(configOf(momentum({ momentum: 0 }))).family, "sgd");
  t.is(edge(ruleOf(configOf(lars({ momentum: 0.5 }))), 3), 1);
  t.is(ruleOf(configOf(lars({ weightDecay: 0.1 }))).family, "other");
  t.is(edge(ruleOf(configOf(rmsprop({ momentum: 0.5 }))), 1), 3);
  const nadam = edge(ruleOf(configNamed("nadam")), 1) ?? NaN;
  t.true(Math.abs(nadam - (2 * 1.9) / (0.1 * 2.8)) < 1e-9);
  t.is(edge(ruleOf(configNamed("lookahead(adamw)")), 1), undefined);
  t.is(ruleOf(configNamed("lookahead(adamw)")).family, "adam");
});

test("a zero weight is read off too", async (t) => {
  const x = variable(tensor([0, 0]));
  const subject = subjectOf({
    variables: [x],
    loss: () => sum<tf.Scalar>(square(x)),
    optimizer: "sgd",
  });
  const optimizer = probeOptimizer(configNamed("sgd"), subject);
  await optimizer.seed(Float64Array.of(1, 1), Float64Array.of(1, 1));
  t.deepEqual(
    (await optimizer.update(0, Float64Array.of(0.5, -2))).update,
    Float64Array.of(0.5, -2),
  );
  x.dispose();
});
