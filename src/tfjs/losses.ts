import * as tf from "@tensorflow/tfjs-core";

/** The mean loss over a batch: predictions [n, …], targets [n, …] → scalar. */
export type Loss = (predictions: tf.Tensor, targets: tf.Tensor) => tf.Scalar;

/** The largest value along the last axis, kept, with no gradient of any order. */
const constantMax = tf.customGrad((x) => ({
  value: tf.max(x as tf.Tensor, -1, true),
  gradFunc: () => tf.zerosLike(x as tf.Tensor),
}));

/**
 * log Σ exp(z) along the last axis. The maximum is subtracted for range only: it carries no
 * gradient, because its terms cancel, so derivatives of any order are right.
 */
export function logSumExp(logits: tf.Tensor): tf.Tensor {
  const highest = constantMax(logits);
  const sum = tf.sum(tf.exp(tf.sub(logits, highest)), -1, true);
  return tf.squeeze(tf.add(tf.log(sum), highest), [-1]);
}

/**
 * Mean softmax cross-entropy, log Σ exp(z) − z_y, twice differentiable (tfjs's own is not).
 *
 * @param logits [n, …, classes]
 * @param classes int32 [n, …], each 0 … classes − 1
 */
export const crossEntropy: Loss = (logits, classes) => {
  const depth = logits.shape[logits.rank - 1];
  const chosen = tf.oneHot(tf.cast(classes, "int32"), depth, 1, 0, "float32");
  const score = tf.sum(tf.mul(logits, chosen), -1);
  return tf.mean(tf.sub(logSumExp(logits), score));
};

/** Mean of (prediction − target)² over all values. */
export const meanSquaredError: Loss = (predictions, targets) =>
  tf.mean(tf.square(tf.sub(predictions, tf.reshape(targets, predictions.shape))));

/** Mean logistic loss of logits z against labels y in {0, 1}: softplus(z) − y·z. */
export const binaryCrossEntropy: Loss = (logits, labels) => {
  const y = tf.reshape(tf.cast(labels, "float32"), logits.shape);
  return tf.mean(tf.sub(tf.softplus(logits), tf.mul(y, logits)));
};

/** The share of examples whose largest logit is the right class. */
export const accuracy = (logits: tf.Tensor, classes: tf.Tensor): tf.Scalar =>
  tf.mean(tf.cast(tf.equal(tf.argMax(logits, -1), tf.cast(classes, "int32")), "float32"));
