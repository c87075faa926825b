import * as tf from "@tensorflow/tfjs-core";
import type { Rng } from "../../numerics/rng.ts";

/** A variable's first values; seeded by `rng`, so the same bits on every back-end. */
export type Initializer = (shape: readonly number[], rng: Rng) => Float32Array;

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Inputs and outputs of one unit; a convolution's receptive field multiplies both. */
function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: size(shape), fanOut: size(shape) };
  const field = size(shape.slice(0, -2));
  const [inputs, outputs] = shape.slice(-2);
  return { fanIn: field * inputs, fanOut: field * outputs };
}

const normals = (shape: readonly number[], deviation: number, rng: Rng): Float32Array =>
  Float32Array.from({ length: size(shape) }, () => deviation * rng.normal());

export const zeros: Initializer = (shape) => new Float32Array(size(shape));
export const ones: Initializer = (shape) => new Float32Array(size(shape)).fill(1);

/** N(0, 2/fanIn), for ReLU and its kin (He et al. 2015). */
export const heNormal: Initializer = (shape, rng) =>
  normals(shape, Math.sqrt(2 / fans(shape).fanIn), rng);

/** N(0, 1/fanIn), for SELU and linear units (LeCun et al. 1998). */
export const lecunNormal: Initializer = (shape, rng) =>
  normals(shape, Math.sqrt(1 / fans(shape).fanIn), rng);

/** Uniform on ±√(6/(fanIn + fanOut)), for tanh and sigmoid (Glorot and Bengio 2010). */
export const glorotUniform: Initializer = (shape, rng) => {
  const { fanIn, fanOut } = fans(shape);
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return Float32Array.from({ length: size(shape) }, () => limit * (2 * rng.uniform() - 1));
};

/** N(0, deviation²). */
export const normalInitializer =
  (deviation: number): Initializer =>
  (shape, rng) =>
    normals(shape, deviation, rng);

/** A trainable variable with these first values. */
export const createVariable = (
  shape: readonly number[],
  initializer: Initializer,
  rng: Rng,
): tf.Variable =>
  tf.tidy(() => tf.variable(tf.tensor(initializer(shape, rng), [...shape], "float32"), true));
