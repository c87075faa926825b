import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { KernelConfig, KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { getKernel, registerKernel, unregisterKernel } from "@tensorflow/tfjs-core";
import { HpoError } from "../../errors/errors.ts";

/** What a wasm kernel is called with, with the fields that these kernels read made concrete. */
export interface WasmCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: BackendWasm;
}

/** A kernel's function, typed by its inputs and attributes. */
export type WasmKernel<Inputs, Attributes> = (call: WasmCall<Inputs, Attributes>) => TensorInfo;

/** tfjs types every kernel by the widest maps; this is the one place where ours are widened. */
export const asKernelFunc = <Inputs, Attributes>(
  kernel: WasmKernel<Inputs, Attributes>,
): KernelFunc => kernel as unknown as KernelFunc;

/** Registers a kernel for the wasm back-end in the place of what was there, whose set-up is kept. */
export function registerWasmKernel(kernelName: string, make: (stock?: KernelFunc) => KernelFunc) {
  const stock: KernelConfig | undefined = getKernel(kernelName, "wasm");
  if (stock) unregisterKernel(kernelName, "wasm");
  registerKernel({
    ...stock,
    kernelName,
    backendName: "wasm",
    kernelFunc: make(stock?.kernelFunc),
  });
}

/** Runs another wasm kernel on raw tensor infos, without the engine's bookkeeping. */
export function callKernel(
  kernelName: string,
  backend: BackendWasm,
  inputs: Readonly<Record<string, TensorInfo>>,
  attrs: Readonly<Record<string, unknown>>,
): TensorInfo {
  const kernel = getKernel(kernelName, "wasm");
  const call = { inputs, attrs, backend } as unknown as Parameters<KernelFunc>[0];
  return kernel.kernelFunc(call) as TensorInfo;
}

/**
 * A view of a tensor's values in wasm memory. It is good only until the next allocation: growing
 * the memory detaches it, so allocate every output before taking views.
 */
export const heap = (backend: BackendWasm, tensor: TensorInfo): Float32Array =>
  backend.typedArrayFromHeap({ ...tensor, dtype: "float32" }) as Float32Array;

export const heapInt32 = (backend: BackendWasm, tensor: TensorInfo): Int32Array =>
  backend.typedArrayFromHeap({ ...tensor, dtype: "int32" }) as Int32Array;

export const allocate = (backend: BackendWasm, shape: readonly number[]): TensorInfo =>
  backend.makeOutput([...shape], "float32");

export const release = (backend: BackendWasm, tensor: TensorInfo): void => {
  backend.disposeData(tensor.dataId);
};

/** The same values under another shape. */
export const withShape = (tensor: TensorInfo, shape: readonly number[]): TensorInfo => ({
  dataId: tensor.dataId,
  shape: [...shape],
  dtype: tensor.dtype,
});

/** @throws HpoError for channels-first data, which the wasm back-end has no convolutions for */
export function requireChannelsLast(kernelName: string, dataFormat: string | undefined): void {
  if (dataFormat === undefined || dataFormat === "NHWC" || dataFormat === "channelsLast") return;
  throw new HpoError(
    `${kernelName} on the wasm back-end needs dataFormat "NHWC", got ${JSON.stringify(dataFormat)}. ` +
      `Transpose the images to [batch, height, width, channels].`,
  );
}
