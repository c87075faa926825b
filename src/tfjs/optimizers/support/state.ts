import { keep, tensor, type Tensor, type TypedArray } from "@tensorflow/tfjs-core";
import { HpoError } from "../../../errors/errors.ts";

/** Numbers as base64 of their little-endian bytes: JSON would lose −0, NaN and the infinities. */
export interface SavedArray {
  readonly dtype: "float32" | "float64";
  readonly shape: readonly number[];
  readonly data: string;
}

/** What an optimizer remembers of one variable. */
export interface SavedVariable {
  readonly name: string;
  readonly shape: readonly number[];
  /** Updates of this variable so far. */
  readonly step: number;
  readonly slots: Readonly<Record<string, SavedArray>>;
}

/** An optimizer's memory as plain data; survives JSON bit for bit. */
export interface OptimizerState {
  readonly optimizer: string;
  readonly iterations: number;
  readonly learningRate: number;
  readonly variables: readonly SavedVariable[];
  /** What belongs to no single variable: the history of L-BFGS. */
  readonly memory?: Readonly<Record<string, SavedArray>>;
  /** The wrapped optimizer's state. */
  readonly inner?: OptimizerState;
}

export function saveArray(values: Float32Array | Float64Array, shape: readonly number[]) {
  const dtype = values instanceof Float64Array ? ("float64" as const) : ("float32" as const);
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return { dtype, shape: [...shape], data: bytes.toString("base64") };
}

/** @throws HpoError if the bytes are not as many as the shape says. */
export function loadArray(saved: SavedArray): Float32Array | Float64Array {
  const bytes = Uint8Array.from(Buffer.from(saved.data, "base64"));
  const width = saved.dtype === "float64" ? 8 : 4;
  const size = saved.shape.reduce((product, length) => product * length, 1);
  if (bytes.length !== size * width) {
    throw new HpoError(
      `A saved array of shape [${saved.shape.join(", ")}] has ${bytes.length} bytes instead of ` +
        `${size * width}. The state was cut or edited; restore an intact one.`,
    );
  }
  return saved.dtype === "float64"
    ? new Float64Array(bytes.buffer)
    : new Float32Array(bytes.buffer);
}

/** The tensor's values, shape and bits. */
export async function saveTensor(source: Tensor): Promise<SavedArray> {
  const values: TypedArray = await source.data();
  return saveArray(Float32Array.from(values), source.shape);
}

/** A kept tensor with the saved bits: the caller disposes it. */
export const loadTensor = (saved: SavedArray): Tensor =>
  keep(tensor(loadArray(saved) as Float32Array, [...saved.shape], "float32"));
