import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import test from "ava";
import { createJiti } from "jiti";
import { Piscina } from "piscina";
import { tempFolder } from "../testing/temp-folder.ts";
import { selectBackend } from "../tfjs/backends.ts";
import {
  isBeyondWasmMemory,
  kernelWithoutGradient,
  missingModule,
  threadExitCode,
} from "./foreign-messages.ts";

test("piscina: the exit code of a thread that ended in its task", async (t) => {
  const filename = join(await tempFolder(t), "leaves.mjs");
  await writeFile(filename, "export default () => process.exit(7);\n");
  const pool = new Piscina({ filename, maxThreads: 1 });
  pool.on("error", () => undefined);
  const error = await t.throwsAsync(pool.run(undefined));
  t.is(threadExitCode(error), "7");
  await pool.destroy();
});

/** Only the browser's declarations have it. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    instantiate(module: Uint8Array): Promise<{
      readonly instance: { readonly exports: Readonly<Record<string, () => void>> };
    }>;
  };
};

/** (module (memory 1) (func (export "f") (drop (i32.load (i32.const 65536))))) */
const READS_BEYOND =
  "0061736d01000000" + // magic, version
  "010401600000" + // a type: () → ()
  "03020100" + // one function of it
  "0503010001" + // one page of memory
  "0705010166" + // exported as "f":
  "0000" + // the function
  "0a0c010a00" + // its code
  "41808004" + // i32.const 65536
  "280200" + // i32.load
  "1a0b"; // drop, end

test("V8: a WebAssembly module that reads beyond its memory", async (t) => {
  const { instance } = await WebAssembly.instantiate(Buffer.from(READS_BEYOND, "hex"));
  t.true(isBeyondWasmMemory(t.throws(instance.exports.f)));
  t.false(isBeyondWasmMemory(new Error("memory access out of bounds")));
});

test("Node and jiti: the package that is not there", async (t) => {
  const path = join(await tempFolder(t), "imports.mjs");
  await writeFile(path, 'import "none-such";\n');
  // Where module hooks are at work, the error is a copy that comes from their thread.
  const reason: unknown = await import(pathToFileURL(path).href).catch((error: unknown) => error);
  t.is(missingModule(reason), "none-such");
  const jiti = createJiti(import.meta.url, { tryNative: false });
  t.is(missingModule(await t.throwsAsync(jiti.import(path))), "none-such");
});

test("tfjs: the kernel without a gradient", async (t) => {
  await selectBackend("wasm");
  const gradient = tf.grad((x) => tf.cumprod(x, 0));
  t.is(kernelWithoutGradient(t.throws(() => gradient(tf.tensor1d([1, 2])))), "Cumprod");
});

test("other errors, and what is no error, tell none of it", (t) => {
  for (const other of [new Error("worker"), undefined, null, "worker exited with code: 1", {}]) {
    const told = [threadExitCode, isBeyondWasmMemory, missingModule, kernelWithoutGradient];
    for (const tell of told) t.falsy(tell(other));
  }
});
