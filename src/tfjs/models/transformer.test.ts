import * as tf from "@tensorflow/tfjs-core";
import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import { selectBackend } from "../backends.ts";
import { grammarText } from "../data/text.ts";
import { crossEntropy } from "../losses.ts";
import { adamw } from "../optimizers/index.ts";
import { train } from "../trainer/train.ts";
import type { TransformerOptions } from "./transformer.ts";
import { transformer } from "./transformer.ts";

const text = grammarText({ length: 16, train: 400, validation: 60, seed: 1 });
const sizes = { vocabulary: text.alphabet.length, length: 16, width: 16, heads: 2, blocks: 2 };
const still = { training: false, rng: createRng(0) };
const network = (options: Partial<TransformerOptions> = {}) =>
  transformer({ ...sizes, seed: 3, ...options });
let tokens: tf.Tensor;
let following: tf.Tensor;

test.before(async () => {
  await selectBackend("wasm");
  tokens = tf.tensor(text.train.inputs.slice(0, 64), [4, 16], "int32");
  following = tf.tensor(text.train.targets.slice(0, 64), [4, 16], "int32");
});

test.serial("every weight gets a gradient, and it is the slope of the loss", (t) => {
  const model = network();
  const loss = () => crossEntropy(model.apply(tokens, still), following);
  const { grads } = tf.variableGrads(loss, [...model.variables]);
  const rng = createRng(5, "direction");
  for (const variable of model.variables) {
    const gradient = grads[variable.name];
    t.deepEqual(gradient.shape, variable.shape);
    const values = gradient.dataSync();
    t.true(values.every(Number.isFinite), variable.name);
    // Along one random direction: the derivative against central differences in float32.
    const home = tf.clone(variable);
    const direction = Float32Array.from(values, () => rng.normal());
    const slope = direction.reduce((sum, d, i) => sum + d * values[i], 0);
    const at = (h: number): number => {
      const moved = home.dataSync().map((x, i) => x + h * direction[i]);
      variable.assign(tf.tensor(moved, variable.shape));
      return tf.tidy(() => loss().dataSync()[0]);
    };
    const h = 3e-4;
    const difference = (at(h) - at(-h)) / (2 * h);
    variable.assign(home);
    t.true(
      Math.abs(difference - slope) < 2e-3 + 0.02 * Math.abs(slope),
      `${variable.name} [${variable.shape.join()}]: ${slope} against ${difference}`,
    );
  }
  model.dispose();
});

test.serial("a token's prediction knows nothing of the tokens after it", (t) => {
  const model = network();
  const logitsOf = (ids: tf.Tensor) => model.apply(ids, still).dataSync();
  const before = logitsOf(tokens);
  const changed = tokens.dataSync().slice();
  changed[10] = (changed[10] + 1) % sizes.vocabulary;
  const after = logitsOf(tf.tensor(changed, [4, 16], "int32"));
  const row = (logits: ArrayLike<number>, at: number) =>
    Array.from({ length: sizes.vocabulary }, (_, i) => logits[at * sizes.vocabulary + i]);
  for (let at = 0; at < 10; at++) t.deepEqual(row(after, at), row(before, at));
  for (let at = 10; at < 16; at++) t.notDeepEqual(row(after, at), row(before, at));
  model.dispose();
});

test.serial("it learns more of the grammar than how often each letter comes", async (t) => {
  const model = network({ blocks: 1 });
  const optimizer = adamw({ learningRate: 0.01 });
  const run = { model, data: text, optimizer, batchSize: 20, steps: 120, seed: 1 };
  const { final } = await train(run);
  model.dispose();
  optimizer.dispose();
  const { targets } = text.validation;
  const counts = new Float64Array(sizes.vocabulary);
  for (const token of targets) counts[token]++;
  const letterEntropy = -counts
    .map((count) => count / targets.length)
    .reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0);
  t.true(final.loss < 0.8 * letterEntropy, `${final.loss} against ${letterEntropy}`);
});

test.serial("shorter texts fit, longer ones and odd sizes are refused", (t) => {
  const model = network();
  const short = tf.slice(tokens, [0, 0], [4, 5]);
  t.deepEqual(model.apply(short, still).shape, [4, 5, sizes.vocabulary]);
  const long = tf.zeros([1, 17], "int32");
  t.throws(() => model.apply(long, still), { message: /at most 16 tokens at once, got 17/ });
  t.throws(() => network({ heads: 3 }), { message: /width=16 and heads=3/ });
  t.throws(() => network({ dropout: 1 }), { message: /\[0, 1\), got 1/ });
  t.throws(() => network({ blocks: 0 }), { message: /blocks=0 must be an integer/ });
  model.dispose();
});
