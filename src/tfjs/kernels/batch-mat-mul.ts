import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { asKernelFunc, callKernel, registerWasmKernel, release } from "./wasm.ts";

interface Inputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}
interface Attributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Swaps the last two axes into a new tensor. */
function transposed(backend: BackendWasm, x: TensorInfo): TensorInfo {
  const perm = x.shape.map((_, axis) => axis);
  const rank = perm.length;
  [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  return callKernel("Transpose", backend, { x }, { perm });
}

/**
 * BatchMatMul: the stock kernel multiplies with SIMD only when nothing is transposed, and both
 * products of a matrix product's gradient transpose one factor. Transposing first costs one pass
 * over the factor and makes these products 5 to 20 times faster.
 */
export const registerBatchMatMul = (): void => {
  registerWasmKernel("BatchMatMul", (stock) => {
    const multiply = stock as KernelFunc;
    return asKernelFunc<Inputs, Attributes>(({ inputs, attrs, backend }) => {
      const { a, b } = inputs;
      const { transposeA, transposeB } = attrs;
      const left = transposeA ? transposed(backend, a) : a;
      const right = transposeB ? transposed(backend, b) : b;
      const plain = { transposeA: false, transposeB: false };
      const call = { inputs: { a: left, b: right }, attrs: plain, backend };
      const product = multiply(call) as TensorInfo;
      if (transposeA) release(backend, left);
      if (transposeB) release(backend, right);
      return product;
    });
  });
};
