import { readFile } from "node:fs/promises";
import { HpoError } from "../../src/errors/errors.ts";
import type { DataSource } from "./data.ts";

/** Runs a model on one row of integers (x_cat) and one of floats (x_cont). */
export type OnnxModel = (
  categories: readonly number[],
  numbers: readonly number[],
) => Promise<ArrayLike<number>>;

/** @throws HpoError if the file can't be read or is no model of this form */
export async function openModel(source: DataSource, path: string): Promise<OnnxModel> {
  const { env, InferenceSession, Tensor } = await import("onnxruntime-web");
  // One thread: the rows are tiny, and a pool of workers would keep the process alive.
  env.wasm.numThreads = 1;
  const session = await readFile(path)
    .then((bytes) => InferenceSession.create(bytes))
    .catch((error: unknown) => {
      throw new HpoError(
        `--data: ${path} can't be opened (${error instanceof Error ? error.message : String(error)}). ` +
          `The suite ${source.suite} needs it; it is published in ${source.published}.`,
      );
    });
  return async (categories, numbers) => {
    const outputs = await session.run({
      x_cat: new Tensor("int32", Int32Array.from(categories), [1, categories.length]),
      x_cont: new Tensor("float32", Float32Array.from(numbers), [1, numbers.length]),
    });
    return outputs[session.outputNames[0]].data as Float32Array;
  };
}
