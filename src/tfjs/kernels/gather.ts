import type { TensorInfo } from "@tensorflow/tfjs-core";
import { backend_util, util } from "@tensorflow/tfjs-core";
import { HpoError } from "../../errors/errors.ts";
import { asKernelFunc, heapInt32, registerWasmKernel } from "./wasm.ts";

interface Inputs {
  readonly x: TensorInfo;
  readonly indices: TensorInfo;
}
interface Attributes {
  readonly axis: number;
  readonly batchDims: number;
}

/** Below this length a loop beats a block copy. */
const blockLength = 16;

function checkIndices(indices: Int32Array, length: number): void {
  for (const index of indices) {
    if (index >= 0 && index < length) continue;
    throw new HpoError(
      `GatherV2 got the index ${index} for an axis of length ${length}. ` +
        `Indices go from 0 to ${length - 1}.`,
    );
  }
}

type Values = ReturnType<import("@tensorflow/tfjs-backend-wasm").BackendWasm["typedArrayFromHeap"]>;

/** out[outer, i, :] = x[outer, indices[i], :] for every row of `rows` slices. */
function copySlices(out: Values, x: Values, indices: Int32Array, width: number, dim: number) {
  const outerSize = x.length / (dim * width);
  let to = 0;
  for (let outer = 0; outer < outerSize; outer++) {
    for (const index of indices) {
      const from = (outer * dim + index) * width;
      if (width >= blockLength) out.set(x.subarray(from, from + width), to);
      else for (let i = 0; i < width; i++) out[to + i] = x[from + i];
      to += width;
    }
  }
}

/**
 * GatherV2 by block copies: the stock kernel goes element by element and takes longer to fetch a
 * batch of images than a network takes to learn from it.
 */
export const registerGather = (): void => {
  registerWasmKernel("GatherV2", () =>
    asKernelFunc<Inputs, Attributes>(({ inputs, attrs, backend }) => {
      const { x, indices } = inputs;
      const axis = util.parseAxisParam(attrs.axis, x.shape)[0];
      const info = backend_util.segment_util.collectGatherOpShapeInfo(
        x,
        indices,
        axis,
        attrs.batchDims,
      );
      const { batchSize, sliceSize, dimSize, outputShape } = info;
      const gathered = backend.makeOutput(outputShape, x.dtype);
      const ids = heapInt32(backend, indices);
      checkIndices(ids, dimSize);
      const out = backend.typedArrayFromHeap(gathered);
      const values = backend.typedArrayFromHeap(x);
      for (let batch = 0; batch < batchSize; batch++) {
        const part = <T extends Values>(all: T): T => {
          const length = all.length / batchSize;
          return all.subarray(batch * length, (batch + 1) * length) as T;
        };
        copySlices(part(out), part(values), part(ids), sliceSize, dimSize);
      }
      return gathered;
    }),
  );
};
