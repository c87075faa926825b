import * as tf from "@tensorflow/tfjs-core";
import { binaryCrossEntropy, crossEntropy, logSumExp, meanSquaredError } from "../../losses.ts";
import { gelu, swish } from "../../models/activations.ts";

// The losses of src/testing/golden/hessians.py, in tfjs.

export type Tensors = readonly tf.Tensor[];
export type Data = Readonly<Record<string, tf.Tensor>>;
export type CaseLoss = (p: Tensors, d: Data) => tf.Tensor;

const { add, sub, mul, div, matMul, tanh, square, mean, sum } = tf;

const mse = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => meanSquaredError(a, b);
const hidden = (p: Tensors, d: Data): tf.Tensor => add(matMul(d.x, p[0]), p[1]);
const output = (h: tf.Tensor, p: Tensors): tf.Tensor => add(matMul(h, p[2]), p[3]);
const logits = (p: Tensors, d: Data): tf.Tensor => output(tanh(hidden(p, d)), p);

type Unary = (z: tf.Tensor, p: Tensors) => tf.Tensor;
const dense =
  (activation: Unary): CaseLoss =>
  (p, d) =>
    mse(output(activation(hidden(p, d), p), p), d.y);
const classifier =
  (loss: (z: tf.Tensor, d: Data) => tf.Tensor): CaseLoss =>
  (p, d) =>
    loss(logits(p, d), d);
const image =
  (network: (p: Tensors, x: tf.Tensor4D) => tf.Tensor): CaseLoss =>
  (p, d) => {
    const y = network(p, d.image as tf.Tensor4D);
    return add(mean(square(y)), mean(tanh(y)));
  };

type Pad = "same" | "valid";
const conv = (x: tf.Tensor, w: tf.Tensor, stride = 1, pad: Pad = "valid"): tf.Tensor4D =>
  tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad);
const depthwise = (x: tf.Tensor, w: tf.Tensor, pad: Pad = "valid"): tf.Tensor4D =>
  tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, pad);
const tanhConv = (x: tf.Tensor, p: Tensors, stride = 1, pad: Pad = "valid"): tf.Tensor4D =>
  tanh(add(conv(x, p[0], stride, pad), p[1]));

function normalised(x: tf.Tensor, axis: number): tf.Tensor {
  const centred = sub(x, mean(x, axis, true));
  return div(centred, tf.sqrt(add(mean(square(centred), axis, true), 1e-3)));
}

const chosen = (values: tf.Tensor, classes: tf.Tensor): tf.Tensor =>
  sum(mul(values, tf.cast(tf.oneHot(classes, values.shape[1] as number), "float32")), 1);
const binary = (y: tf.Tensor): tf.Tensor => tf.cast(tf.greater(y, 0), "float32");

/** [batch, steps, in] · [in, out]: tfjs multiplies matrices of equal rank only. */
const times = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => {
  const rows = tf.reshape(x, [-1, w.shape[0]]);
  return tf.reshape(matMul(rows, w), [...x.shape.slice(0, -1), w.shape[1] as number]);
};
const attend = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, scale: number): tf.Tensor =>
  matMul(tf.softmax(div(matMul(q, k, false, true), scale)), v);
const at = (s: tf.Tensor, t: number): tf.Tensor =>
  tf.reshape(tf.slice(s, [0, t, 0], [2, 1, 3]), [2, 3]);
const ending = (h: tf.Tensor): tf.Tensor => add(mean(square(h)), mean(h));

function transformer(p: Tensors, d: Data): tf.Tensor {
  let x: tf.Tensor = tf.gather(p[0], tf.cast(d.tokens, "int32"));
  const h = mul(normalised(x, 2), p[1]);
  x = add(x, attend(times(h, p[2]), times(h, p[3]), times(h, p[4]), 2));
  x = add(x, times(gelu(times(normalised(x, 2), p[5])), p[6]));
  return crossEntropy(times(x, p[7]), d.next);
}

function lstm(p: Tensors, d: Data): tf.Tensor {
  let [h, c]: tf.Tensor[] = [tf.zeros([2, 3]), tf.zeros([2, 3])];
  for (let t = 0; t < 4; t++) {
    const z = add(add(matMul(at(d.s, t), p[0]), matMul(h, p[1])), p[2]);
    const [i, f, g, o] = tf.split(z, 4, 1);
    c = add(mul(tf.sigmoid(f), c), mul(tf.sigmoid(i), tanh(g)));
    h = mul(tf.sigmoid(o), tanh(c));
  }
  return ending(h);
}

function gru(p: Tensors, d: Data): tf.Tensor {
  let h: tf.Tensor = tf.zeros([2, 3]);
  for (let t = 0; t < 4; t++) {
    const x = at(d.s, t);
    const gate = (a: number): tf.Tensor => tf.sigmoid(add(matMul(x, p[a]), matMul(h, p[a + 1])));
    const [z, r] = [gate(0), gate(2)];
    const candidate = tanh(add(matMul(x, p[4]), matMul(mul(r, h), p[5])));
    h = add(mul(z, h), mul(sub(1, z), candidate));
  }
  return ending(h);
}

function smallCnn(p: Tensors, d: Data): tf.Tensor {
  const first = tf.relu(add(conv(d.image, p[0], 1, "same"), p[1]));
  const second = tf.relu(conv(tf.maxPool(first as tf.Tensor4D, 2, 2, "valid"), p[2]));
  return crossEntropy(matMul(mean(second, [1, 2]), p[3]), tf.slice(d.c, 0, 2));
}

const tanhGelu = (z: tf.Tensor): tf.Tensor => {
  const inner = mul(Math.sqrt(2 / Math.PI), add(z, mul(0.044715, mul(z, square(z)))));
  return mul(mul(0.5, z), add(1, tanh(inner)));
};

const cosineLoss = (z: tf.Tensor, { y }: Data): tf.Tensor => {
  const norms = mul(tf.sqrt(sum(square(z), 1)), tf.sqrt(sum(square(y), 1)));
  return mean(sub(1, div(sum(mul(z, y), 1), norms)));
};

const scaledNorm =
  (axis: number): CaseLoss =>
  (p, d) =>
    mse(output(mul(normalised(hidden(p, d), axis), p[4]), p), d.y);

export const cases: Readonly<Record<string, CaseLoss>> = {
  tanh: dense((z) => tanh(z)),
  sigmoid: dense((z) => tf.sigmoid(z)),
  relu: dense((z) => tf.relu(z)),
  elu: dense((z) => tf.elu(z)),
  selu: dense((z) => tf.selu(z)),
  softplus: dense((z) => tf.softplus(z)),
  gelu: dense(gelu),
  "gelu of tanh": dense(tanhGelu),
  swish: dense(swish),
  mish: dense((z) => mul(z, tanh(tf.softplus(z)))),
  "leaky relu": dense((z) => tf.leakyRelu(z, 0.2)),
  relu6: dense((z) => tf.relu6(z)),
  prelu: dense((z, p) => tf.prelu(z, p[4])),
  exp: dense((z) => tf.exp(mul(0.3, z))),
  "log sigmoid": dense((z) => tf.neg(tf.softplus(tf.neg(z)))),
  "hard sigmoid": dense((z) => tf.clipByValue(add(mul(0.2, z), 0.5), 0, 1)),
  softsign: dense((z) => div(z, add(1, tf.abs(z)))),
  sin: dense((z) => tf.sin(z)),
  "linear mse": (p, d) => mse(hidden(p, d), d.y),
  "cross-entropy": classifier((z, d) => crossEntropy(z, d.c)),
  "softmax and log": classifier((z, d) => tf.neg(mean(tf.log(chosen(tf.softmax(z), d.c))))),
  "stock log-softmax": classifier((z, d) => tf.neg(mean(chosen(tf.logSoftmax(z), d.c)))),
  "squared softmax": classifier((z, d) => mse(tf.softmax(z), d.y)),
  "binary cross-entropy": classifier((z, d) => binaryCrossEntropy(z, binary(d.y))),
  "stock sigmoid cross-entropy": classifier((z, d) =>
    tf.losses.sigmoidCrossEntropy(binary(d.y), z),
  ),
  huber: classifier((z, d) => tf.losses.huberLoss(d.y, z)),
  absolute: classifier((z, d) => tf.losses.absoluteDifference(d.y, z)),
  cosine: classifier(cosineLoss),
  "log-sum-exp": classifier((z) => mean(logSumExp(z))),
  "max-reduce": classifier((z) => mean(square(tf.max(z, 1)))),
  "min-reduce": classifier((z) => mean(square(tf.min(z, 1)))),
  power: classifier((z) => mean(tf.pow(add(square(z), 1), 1.7))),
  "root and quotient": classifier((z) => sum(div(z, tf.sqrt(add(1, square(z)))))),
  "cumulative sum": classifier((z) => mean(square(tf.cumsum(z, 1)))),
  "dropout mask": (p, d) => mse(output(mul(tanh(hidden(p, d)), d.mask), p), d.y),
  "weight decay": (p, d) => {
    const squares = p.map((weights) => sum(square(weights)));
    return add(mse(logits(p, d), d.y), mul(0.1, tf.addN(squares)));
  },
  "layer norm": scaledNorm(1),
  "batch norm": scaledNorm(0),
  convolution: image((p, x) => add(conv(x, p[0]), p[1])),
  "convolution, same": image((p, x) => tanhConv(x, p, 1, "same")),
  "convolution, stride 2": image((p, x) => tanhConv(x, p, 2, "same")),
  "two convolutions": image((p, x) => conv(tanhConv(x, p), p[2])),
  "depthwise convolution": image((p, x) => tanh(add(depthwise(x, p[0], "same"), p[1]))),
  "separable convolutions": image((p, x) => depthwise(tanh(conv(depthwise(x, p[0]), p[1])), p[2])),
  "max pool": image((p, x) => tf.maxPool(tanhConv(x, p), 2, 2, "valid")),
  "max pool, same": image((p, x) => tf.maxPool(tanhConv(x, p, 1, "same"), 3, 2, "same")),
  "average pool": image((p, x) => tf.avgPool(tanhConv(x, p), 2, 2, "valid")),
  "global average pool": image((p, x) => mean(tanhConv(x, p), [1, 2])),
  "small CNN": smallCnn,
  embedding: (p, d) => {
    const rows = tf.gather(p[0], tf.cast(d.tokens, "int32"));
    return crossEntropy(times(tanh(rows), p[1]), d.next);
  },
  attention: (p, d) => {
    const y = attend(times(d.s, p[0]), times(d.s, p[1]), times(d.s, p[2]), Math.sqrt(3));
    return ending(y);
  },
  "transformer block": transformer,
  LSTM: lstm,
  GRU: gru,
};
