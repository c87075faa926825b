import type { TensorInfo } from "@tensorflow/tfjs-core";
import { allocate, asKernelFunc, heap, heapInt32, registerWasmKernel } from "./wasm.ts";

interface Inputs {
  /** [n, …] */
  readonly x: TensorInfo;
  /** [n], int32 */
  readonly segmentIds: TensorInfo;
}
interface Attributes {
  readonly numSegments: number;
}

/**
 * UnsortedSegmentSum, which the wasm back-end lacks: the gradient of a gather, so of every
 * embedding. Rows whose id is outside [0, numSegments) are dropped, as on the other back-ends.
 */
export const registerUnsortedSegmentSum = (): void => {
  registerWasmKernel("UnsortedSegmentSum", () =>
    asKernelFunc<Inputs, Attributes>(({ inputs, attrs, backend }) => {
      const { x, segmentIds } = inputs;
      const rowShape = x.shape.slice(1);
      const width = rowShape.reduce((size, length) => size * length, 1);
      const sums = allocate(backend, [attrs.numSegments, ...rowShape]);
      const rows = heap(backend, x);
      const ids = heapInt32(backend, segmentIds);
      const out = heap(backend, sums).fill(0);
      for (let row = 0; row < ids.length; row++) {
        const id = ids[row];
        if (id < 0 || id >= attrs.numSegments) continue;
        const to = id * width;
        const from = row * width;
        for (let i = 0; i < width; i++) out[to + i] += rows[from + i];
      }
      return sums;
    }),
  );
};
