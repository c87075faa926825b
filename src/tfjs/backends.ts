import * as tf from "@tensorflow/tfjs-core";
// On Node the core package registers no gradients; the layers package does, as it loads.
import "@tensorflow/tfjs-layers";
import { HpoError, assertNever } from "../errors/errors.ts";
import { registerTrainingKernels } from "./kernels/index.ts";
import {
  isNativeInstalled,
  loadNative,
  nativePackages,
  visibleGpuCount,
} from "./native-backend.ts";

/** Where tensors live and operations run. */
export type BackendName = "wasm" | "cpu" | "node" | "node-gpu";

export interface SelectedBackend {
  readonly name: BackendName;
  /** What tfjs itself calls it: "wasm", "cpu" or "tensorflow". */
  readonly engineName: string;
  /** Why this one, for logs and reports. */
  readonly why: string;
}

/** tfjs answers a failed start by another back-end; this asks for one and accepts no other. */
async function start(engineName: string): Promise<void> {
  const started = await tf.setBackend(engineName);
  await tf.ready();
  if (started && tf.getBackend() === engineName) return;
  throw new HpoError(
    `The tfjs back-end "${engineName}" did not start; tfjs is on "${tf.getBackend()}". ` +
      `Choose another with selectBackend("cpu"), or see the warnings above for the reason.`,
  );
}

async function startWasm(): Promise<void> {
  // Threads inside wasm do not start on Node; studies run their trials in parallel instead.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  if (!(await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT"))) {
    throw new HpoError(
      'The back-end "wasm" needs WebAssembly SIMD, which this Node lacks. ' +
        'Use Node 20.19 or later without --no-wasm-simd flags, or selectBackend("cpu").',
    );
  }
  registerTrainingKernels();
  await start("wasm");
}

async function startCpu(): Promise<void> {
  await import("@tensorflow/tfjs-backend-cpu");
  await start("cpu");
  // Its first write prints an advertisement for another back-end.
  (tf.backend() as tf.KernelBackend & { firstUse?: boolean }).firstUse = false;
}

async function startNative(name: "node" | "node-gpu"): Promise<void> {
  await loadNative(name);
  await start("tensorflow");
  if (name === "node") return;
  const backend = tf.backend() as tf.KernelBackend & { readonly isUsingGpuDevice?: boolean };
  if (backend.isUsingGpuDevice === true) return;
  throw new HpoError(
    `${nativePackages["node-gpu"]} loaded, but TensorFlow found no usable GPU. It needs CUDA 11.2 ` +
      `and cuDNN 8.1 and exactly one GPU in CUDA_VISIBLE_DEVICES; or selectBackend("node").`,
  );
}

async function startNamed(name: BackendName): Promise<void> {
  switch (name) {
    case "wasm":
      return startWasm();
    case "cpu":
      return startCpu();
    case "node":
    case "node-gpu":
      return startNative(name);
    default:
      return assertNever(name);
  }
}

/** The best back-end that is installed, and the reason in words. */
function choose(): { name: BackendName; why: string } {
  const gpus = visibleGpuCount();
  if (isNativeInstalled("node-gpu") && gpus > 0) {
    return {
      name: "node-gpu",
      why: `${nativePackages["node-gpu"]} is installed, ${gpus} GPU visible`,
    };
  }
  if (isNativeInstalled("node")) {
    return { name: "node", why: `${nativePackages.node} is installed` };
  }
  const gpuNote = isNativeInstalled("node-gpu")
    ? `${nativePackages["node-gpu"]} is installed but no GPU is visible`
    : `neither ${nativePackages.node} nor ${nativePackages["node-gpu"]} is installed`;
  return { name: "wasm", why: `${gpuNote}; wasm with SIMD needs no installation` };
}

/**
 * Starts a tfjs back-end and returns which one runs. With "auto": node-gpu if it is installed and
 * a GPU is visible, else node if installed, else wasm; the answer says why. A back-end that does
 * not start is an error, never another back-end.
 *
 * @throws HpoError naming the back-end and what to install or change
 */
export async function selectBackend(
  choice: BackendName | "auto" = "auto",
): Promise<SelectedBackend> {
  const known: readonly string[] = ["auto", "wasm", "cpu", "node", "node-gpu"];
  if (!known.includes(choice)) {
    throw new HpoError(`Expected a back-end out of ${known.join(", ")}, got "${choice}".`);
  }
  const { name, why } = choice === "auto" ? choose() : { name: choice, why: "asked for by name" };
  await startNamed(name);
  return { name, engineName: tf.getBackend(), why };
}
