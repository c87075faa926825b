import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { asKernelFunc, callKernel, registerWasmKernel, release } from "./wasm.ts";

interface Inputs {
  readonly indices: TensorInfo;
}
interface Attributes {
  readonly depth: number;
  readonly dtype?: string;
}

/**
 * OneHot in the type that was asked for: the stock kernel writes integers whatever the type, and
 * their bits, read as float32, are about 1e-45 instead of 1.
 */
export const registerOneHot = (): void => {
  registerWasmKernel("OneHot", (stock) => {
    const oneHot = stock as KernelFunc;
    return asKernelFunc<Inputs, Attributes>(({ inputs, attrs, backend }) => {
      const call = { inputs, attrs: { ...attrs, dtype: "int32" }, backend };
      const integers = oneHot(call as unknown as Parameters<KernelFunc>[0]) as TensorInfo;
      const { dtype = "int32" } = attrs;
      if (dtype === "int32") return integers;
      const values = callKernel("Cast", backend, { x: integers }, { dtype });
      release(backend, integers);
      return values;
    });
  });
};
