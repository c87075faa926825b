import * as tf from "@tensorflow/tfjs-core";
import test from "ava";
import { createRng } from "../../numerics/rng.ts";
import type { Rng } from "../../numerics/rng.ts";
import { selectBackend } from "../backends.ts";
import type { BackendName } from "../backends.ts";

// A user would miss: gradients on the fast back-end that are those of tfjs's own reference.

type Build = (inputs: readonly tf.Tensor[]) => tf.Tensor;
interface Case {
  readonly label: string;
  readonly shapes: readonly (readonly number[])[];
  readonly build: Build;
}

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The gradients of a randomly weighted sum of the outputs, then the outputs, on one back-end. */
async function gradientsOn(backend: BackendName, { shapes, build }: Case, seed: number) {
  await selectBackend(backend);
  const before = tf.memory().numTensors;
  const rng = createRng(seed);
  const normals = (shape: readonly number[]) =>
    tf.tensor(
      Float32Array.from({ length: size(shape) }, () => rng.normal()),
      [...shape],
    );
  const values = tf.tidy(() => {
    const inputs = shapes.map(normals);
    const weights = normals(build(inputs).shape);
    const loss = (...xs: tf.Tensor[]) => tf.sum(tf.mul(build(xs), weights));
    const tensors = [...tf.grads(loss)(inputs), build(inputs)];
    return tensors.map((tensor) => tensor.dataSync().slice());
  });
  const leaked = tf.memory().numTensors - before;
  return { values, leaked };
}

/** The largest difference relative to the largest gradient. */
function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let most = 0;
  let scale = 1e-3;
  for (let i = 0; i < expected.length; i++) {
    most = Math.max(most, Math.abs(actual[i] - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return most / scale;
}

const pick = <T>(rng: Rng, values: readonly T[]): T => values[rng.integer(0, values.length - 1)];

type Pad = "same" | "valid";
interface ConvolutionShape {
  readonly batch: number;
  readonly image: [number, number];
  readonly filter: [number, number];
  readonly strides: [number, number];
  readonly pad: Pad;
  readonly channels: number;
  readonly outputs: number;
}

const randomConvolution = (rng: Rng): ConvolutionShape => ({
  batch: rng.integer(1, 3),
  image: [rng.integer(4, 8), rng.integer(4, 8)],
  filter: [rng.integer(1, 4), rng.integer(1, 4)],
  strides: [rng.integer(1, 3), rng.integer(1, 3)],
  pad: pick(rng, ["same", "valid"]),
  channels: rng.integer(1, 3),
  outputs: rng.integer(1, 3),
});

function convolutionCase(rng: Rng): Case {
  const { batch, image, filter, strides, pad, channels, outputs } = randomConvolution(rng);
  return {
    label: `conv2d ${JSON.stringify({ batch, image, filter, strides, pad, channels, outputs })}`,
    shapes: [
      [batch, ...image, channels],
      [...filter, channels, outputs],
    ],
    build: ([x, w]) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad),
  };
}

/** Explicit paddings, also wider than the filter, so that whole outputs see only zeros. */
function explicitPaddingCase(rng: Rng): Case {
  const { batch, image, filter, strides, channels, outputs } = randomConvolution(rng);
  const sides = [rng.integer(0, 4), rng.integer(0, 4), rng.integer(0, 4), rng.integer(0, 4)];
  const pad: [[number, number], [number, number], [number, number], [number, number]] = [
    [0, 0],
    [sides[0], sides[1]],
    [sides[2], sides[3]],
    [0, 0],
  ];
  return {
    label: `conv2d ${JSON.stringify({ batch, image, filter, strides, pad, channels, outputs })}`,
    shapes: [
      [batch, ...image, channels],
      [...filter, channels, outputs],
    ],
    build: ([x, w]) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad),
  };
}

function transposedConvolutionCase(rng: Rng): Case {
  const { batch, image, filter, strides, channels, outputs } = randomConvolution(rng);
  const out: [number, number, number, number] = [
    batch,
    image[0] * strides[0],
    image[1] * strides[1],
    outputs,
  ];
  return {
    label: `conv2dTranspose ${JSON.stringify({ batch, image, filter, strides, channels })}`,
    shapes: [
      [batch, ...image, channels],
      [...filter, outputs, channels],
    ],
    build: ([x, w]) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, out, strides, "same"),
  };
}

function depthwiseCase(rng: Rng): Case {
  const { batch, image, filter, pad, channels, outputs } = randomConvolution(rng);
  // tfjs's depthwise kernels know square strides only.
  const stride = rng.integer(1, 3);
  return {
    label: `depthwise ${JSON.stringify({ batch, image, filter, stride, pad, channels, outputs })}`,
    shapes: [
      [batch, ...image, channels],
      [...filter, channels, outputs],
    ],
    build: ([x, w]) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad),
  };
}

function poolCase(rng: Rng): Case {
  const { batch, image, filter, strides, pad, channels } = randomConvolution(rng);
  // The reference's gradient of padded averages is wrong; they have a test of their own.
  const kind = pad === "same" ? "max" : pick(rng, ["avg", "max"] as const);
  return {
    label: `${kind}Pool ${JSON.stringify({ batch, image, filter, strides, pad, channels })}`,
    shapes: [[batch, ...image, channels]],
    build: ([x]) => tf.pool(x as tf.Tensor4D, filter, kind, pad, undefined, strides),
  };
}

function matMulCase(rng: Rng): Case {
  const [rows, inner, columns] = [rng.integer(1, 9), rng.integer(1, 9), rng.integer(1, 9)];
  const batch = rng.integer(1, 3);
  const left = pick(rng, [true, false]);
  const right = pick(rng, [true, false]);
  // A factor without a batch of its own is used by every batch.
  const batchRight = pick(rng, [batch, 1]);
  return {
    label: `matMul ${JSON.stringify({ batch, batchRight, rows, inner, columns, left, right })}`,
    shapes: [
      [batch, ...(left ? [inner, rows] : [rows, inner])],
      [batchRight, ...(right ? [columns, inner] : [inner, columns])],
    ],
    build: ([a, b]) => tf.matMul(a, b, left, right),
  };
}

function gatherCase(rng: Rng): Case {
  const shape = [rng.integer(2, 6), rng.integer(1, 4), rng.integer(1, 3)];
  const axis = rng.integer(0, 2);
  const count = rng.integer(1, 9);
  const ids = Array.from({ length: count }, () => rng.integer(0, shape[axis] - 1));
  return {
    label: `gather ${JSON.stringify({ shape, axis, ids })}`,
    shapes: [shape],
    build: ([x]) => tf.gather(x, tf.tensor1d(ids, "int32"), axis),
  };
}

const families: Readonly<Record<string, readonly [make: (rng: Rng) => Case, count: number]>> = {
  conv2d: [convolutionCase, 40],
  "conv2d with explicit paddings": [explicitPaddingCase, 25],
  conv2dTranspose: [transposedConvolutionCase, 15],
  depthwiseConv2d: [depthwiseCase, 30],
  pool: [poolCase, 40],
  matMul: [matMulCase, 40],
  gather: [gatherCase, 30],
};

for (const [family, [make, count]] of Object.entries(families)) {
  test.serial(
    `${family} on wasm, values and gradients, are the reference back-end's`,
    async (t) => {
      const rng = createRng(11, family);
      for (let round = 0; round < count; round++) {
        const example = make(rng);
        // An impossible shape (a filter larger than an unpadded image) is not a case.
        const reference = await gradientsOn("cpu", example, round).catch(() => undefined);
        if (!reference) continue;
        const { values, leaked } = await gradientsOn("wasm", example, round);
        t.is(leaked, 0, `${example.label} leaks`);
        values.forEach((value, index) => {
          t.is(value.length, reference.values[index].length, example.label);
          const error = difference(value, reference.values[index]);
          t.true(error < 2e-5, `${example.label}: value ${index} is off by ${error}`);
        });
      }
    },
  );
}

test.serial("the gradient of a padded average pool is its adjoint", async (t) => {
  await selectBackend("wasm");
  const rng = createRng(8);
  for (let round = 0; round < 30; round++) {
    const { batch, image, filter, strides, channels } = randomConvolution(rng);
    const normals = (shape: readonly number[]) =>
      tf.tensor(
        Float32Array.from({ length: size(shape) }, () => rng.normal()),
        [...shape],
      );
    tf.tidy(() => {
      const x = normals([batch, ...image, channels]) as tf.Tensor4D;
      const pool = (z: tf.Tensor) => tf.avgPool(z as tf.Tensor4D, filter, strides, "same");
      const errors = normals(pool(x).shape);
      const loss = (z: tf.Tensor) => tf.sum(tf.mul(pool(z), errors));
      // The pool is linear: <pool(x), e> = <x, gradient>.
      const forward = loss(x).dataSync()[0];
      const backward = tf.sum(tf.mul(tf.grad(loss)(x), x)).dataSync()[0];
      const label = JSON.stringify({ image, filter, strides });
      t.true(Math.abs(forward - backward) < 1e-4 * (1 + Math.abs(forward)), label);
    });
  }
});

test.serial("one-hot rows have the type that was asked for", async (t) => {
  await selectBackend("wasm");
  for (const dtype of ["float32", "int32", "bool"] as const) {
    const rows = tf.tidy(() => tf.oneHot(tf.tensor1d([2, 0], "int32"), 3, 1, 0, dtype).dataSync());
    t.deepEqual([...rows], [0, 0, 1, 1, 0, 0], dtype);
  }
});

test.serial(
  "each batch gathers by its own indices, and indices out of range are refused",
  async (t) => {
    const gathered = async (backend: BackendName): Promise<number[]> => {
      await selectBackend(backend);
      const ids = tf.tensor2d([2, 0, 1, 1], [2, 2], "int32");
      return [...tf.gather(tf.reshape(tf.range(0, 12), [2, 3, 2]), ids, 1, 1).dataSync()];
    };
    t.deepEqual(await gathered("wasm"), [4, 5, 0, 1, 8, 9, 8, 9]);
    t.deepEqual(await gathered("wasm"), await gathered("cpu"));
    await selectBackend("wasm");
    const error = t.throws(() => tf.gather(tf.zeros([3, 2]), tf.tensor1d([3], "int32")));
    t.regex(String(error?.message), /index 3 .* length 3.*0 to 2/);
  },
);

test.serial(
  "a batch beyond the patch limit gives the same filter gradient in pieces",
  async (t) => {
    await selectBackend("wasm");
    // 9·8 taps · 64·64 positions = 295k values per image: 57 images a piece.
    const images = 60;
    const rng = createRng(3);
    const x = tf.tensor4d(
      Float32Array.from({ length: images * 64 * 64 * 8 }, () => rng.normal()),
      [images, 64, 64, 8],
    );
    const filter = tf.zeros<tf.Rank.R4>([3, 3, 8, 2]);
    const gradient = (part: tf.Tensor4D): Float32Array =>
      tf.tidy(() => {
        const loss = (w: tf.Tensor) =>
          tf.mean(tf.square(tf.add(tf.conv2d(part, w as tf.Tensor4D, 1, "same"), 1)));
        return tf.grad(loss)(filter).dataSync() as Float32Array;
      });
    const whole = gradient(x);
    const halves = [0, 1].map((half) =>
      gradient(tf.slice(x, [half * (images / 2), 0, 0, 0], [images / 2, 64, 64, 8])),
    );
    const mean = whole.map((_, i) => (halves[0][i] + halves[1][i]) / 2);
    t.true(difference(whole, mean) < 1e-4);
    tf.dispose([x, filter]);
  },
);
