import * as tf from "@tensorflow/tfjs-core";
import test from "ava";
import { selectBackend } from "../backends.ts";
import { crossEntropy, meanSquaredError } from "../losses.ts";
import { curvatureOf } from "./curvature.ts";
import { finiteDifferenceProduct } from "./finite-differences.ts";
import { flatten, unflatten } from "../flat.ts";
import type { LossFunction } from "./hessian-vector-product.ts";
import { hessianVectorProduct } from "./hessian-vector-product.ts";

interface Net {
  readonly variable: tf.Variable;
  readonly direction: tf.Tensor;
  readonly logits: () => tf.Tensor;
}

/** Logits of three examples, two inputs and three classes. */
async function makeNet(activation: (z: tf.Tensor) => tf.Tensor = tf.tanh): Promise<Net> {
  await selectBackend("wasm");
  const variable = tf.variable(tf.tensor2d([0.3, -0.2, 0.5, 0.7, -0.6, 0.1], [2, 3]));
  const direction = tf.tensor2d([1, -1, 0.5, 2, 0.3, -0.7], [2, 3]);
  const x = tf.tensor2d([0.5, -1, 1.5, 0.2, -0.4, 0.9], [3, 2]);
  return { variable, direction, logits: () => activation(tf.matMul(x, variable)) };
}

const labels = (): tf.Tensor1D => tf.tensor1d([0, 2, 1], "int32");
const product = ({ variable, direction }: Net, loss: LossFunction): Float64Array =>
  flatten(hessianVectorProduct(loss, [variable], [direction]));

test.serial("a stock loss that hides a value from the tape is refused by name", async (t) => {
  const net = await makeNet();
  const oneHot = tf.oneHot(labels(), 3);
  const loss = () => tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Scalar>(oneHot, net.logits());
  const error = t.throws(() => product(net, loss));
  t.is(error?.name, "HpoError");
  t.regex(String(error?.message), /softmaxCrossEntropy.*crossEntropy of "hpo\/tfjs"/s);
});

test.serial("a custom gradient that closes over its own intermediate is refused", async (t) => {
  const net = await makeNet((z) => z);
  const cube = tf.customGrad((x) => {
    const squared = tf.keep(tf.square(x as tf.Tensor));
    return {
      value: tf.mul(squared, x as tf.Tensor),
      gradFunc: (dy: tf.Tensor) => tf.mul(dy, tf.mul(3, squared)),
    };
  });
  const loss = () => tf.sum<tf.Scalar>(cube(net.logits()));
  t.throws(() => product(net, loss), { message: /silently wrong/ });
});

test.serial("an operation without a gradient is named, with a remedy", async (t) => {
  const net = await makeNet();
  const loss = () => tf.mean<tf.Scalar>(tf.cumprod(net.logits(), 1));
  const error = t.throws(() => product(net, loss));
  t.is(error?.name, "HpoError");
  t.regex(String(error?.message), /Cumprod/);
});

test.serial("after a refusal nothing is left behind and products are right again", async (t) => {
  const net = await makeNet();
  const oneHot = tf.oneHot(labels(), 3);
  const classes = labels();
  const right = () => crossEntropy(net.logits(), classes);
  const wrong = () => tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Scalar>(oneHot, net.logits());
  const expected = product(net, right);
  const before = tf.memory().numTensors;
  t.throws(() => tf.tidy(() => hessianVectorProduct(wrong, [net.variable], [net.direction])));
  t.is(tf.memory().numTensors, before);
  const again = hessianVectorProduct(right, [net.variable], [net.direction]);
  t.deepEqual(flatten(again), expected);
  tf.dispose(again);
  t.is(tf.memory().numTensors, before);
});

test.serial("first-order gradients keep their bits beside second-order ones", async (t) => {
  const net = await makeNet();
  const classes = labels();
  const loss = () => crossEntropy(net.logits(), classes);
  const gradient = (): number[] => [
    ...tf.variableGrads(loss, [net.variable]).grads[net.variable.name].dataSync(),
  ];
  const before = gradient();
  product(net, loss);
  t.deepEqual(gradient(), before);
});

test.serial("a variable that the loss ignores has zero curvature", async (t) => {
  const net = await makeNet();
  const other = tf.variable(tf.ones([2]));
  const loss = () => tf.mean<tf.Scalar>(tf.square(net.logits()));
  const [, ignored] = hessianVectorProduct(
    loss,
    [net.variable, other],
    [net.direction, tf.ones([2])],
  );
  t.deepEqual([...ignored.dataSync()], [0, 0]);
});

test.serial("a vector of another shape is refused with both shapes", async (t) => {
  const net = await makeNet();
  const loss = () => tf.mean<tf.Scalar>(net.logits());
  t.throws(() => hessianVectorProduct(loss, [net.variable], [tf.ones([3, 2])]), {
    message: /\[2, 3\].*\[3, 2\]/,
  });
  t.throws(() => unflatten(new Float64Array(5), [net.variable]), { message: /6 values.*got 5/ });
});

test.serial("central differences agree with exact products on a smooth loss", async (t) => {
  const net = await makeNet();
  const target = tf.tensor2d([0.1, 0.4, -0.3, 0.6, 0.2, -0.8, 0.5, 0, 0.9], [3, 3]);
  const loss = () => meanSquaredError(net.logits(), target);
  const v = flatten([net.direction]);
  const exact = curvatureOf(loss, [net.variable]).hvp(v);
  const weights = flatten([net.variable]);
  const differences = curvatureOf(loss, [net.variable], { products: "differences" }).hvp(v);
  differences.forEach((value, i) => t.true(Math.abs(value - exact[i]) < 2e-3, `entry ${i}`));
  t.deepEqual(flatten([net.variable]), weights);
});

test.serial("central differences across a kink are refused", async (t) => {
  // The kink lies within ε of the weights, so the difference measures the kink, not the curvature.
  await selectBackend("wasm");
  const variable = tf.variable(tf.tensor1d([1e-3, 0.5]));
  const loss = () => tf.sum<tf.Scalar>(tf.mul(tf.relu(variable), tf.abs(variable)));
  const kinked = () => tf.add<tf.Scalar>(loss(), tf.sum(tf.relu(variable)));
  t.throws(() => finiteDifferenceProduct(kinked, [variable], Float64Array.of(1, 0)), {
    message: /not smooth enough/,
  });
  t.deepEqual([...variable.dataSync()], [Math.fround(1e-3), 0.5]);
});

test.serial("gradients at other weights leave the variables as they were", async (t) => {
  const net = await makeNet();
  const loss = () => tf.mean<tf.Scalar>(tf.square(net.logits()));
  const curvature = curvatureOf(loss, [net.variable]);
  const weights = curvature.weights();
  const before = tf.memory().numTensors;
  const elsewhere = curvature.gradient(weights.map((value) => value + 1));
  t.deepEqual(curvature.weights(), weights);
  t.notDeepEqual(elsewhere, curvature.gradient());
  t.is(tf.memory().numTensors, before);
});
