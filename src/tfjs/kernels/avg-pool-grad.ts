import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { backend_util } from "@tensorflow/tfjs-core";
import type { ConvolutionAttributes, Shape4D } from "./convolution.ts";
import { allocate, asKernelFunc, heap, registerWasmKernel, release } from "./wasm.ts";

interface Inputs {
  readonly dy: TensorInfo;
  readonly input: TensorInfo;
}
interface Attributes extends ConvolutionAttributes {
  readonly filterSize: [number, number] | number;
}

/** How many positions of a window that starts at `start` lie inside [0, size). */
const inside = (start: number, length: number, size: number): number =>
  Math.min(size, start + length) - Math.max(0, start);

/**
 * AvgPoolGrad of padded pools. The pool divides by the values that a window holds, the stock
 * gradient by the window's whole size, so it is too small wherever a window reaches into the
 * padding (tfjs's cpu back-end has the same fault). The errors are scaled up there first.
 */
export const registerAvgPoolGrad = (): void => {
  registerWasmKernel("AvgPoolGrad", (stock) => {
    const gradientOf = stock as KernelFunc;
    return asKernelFunc<Inputs, Attributes>(({ inputs, attrs, backend }) => {
      const { dy, input } = inputs;
      const { filterSize, strides, pad, dimRoundingMode } = attrs;
      const shape = input.shape as Shape4D;
      const info = backend_util.computePool2DInfo(
        shape,
        filterSize,
        strides,
        1,
        pad,
        dimRoundingMode,
      );
      const { filterHeight, filterWidth, outHeight, outWidth, outChannels, padInfo } = info;
      const scaled = allocate(backend, dy.shape);
      const [out, errors] = [heap(backend, scaled), heap(backend, dy)];
      for (let position = 0; position < errors.length / outChannels; position++) {
        const row = (Math.floor(position / outWidth) % outHeight) * info.strideHeight;
        const column = (position % outWidth) * info.strideWidth;
        const held =
          inside(row - padInfo.top, filterHeight, info.inHeight) *
          inside(column - padInfo.left, filterWidth, info.inWidth);
        const scale = held > 0 ? (filterHeight * filterWidth) / held : 0;
        const end = (position + 1) * outChannels;
        for (let i = position * outChannels; i < end; i++) out[i] = scale * errors[i];
      }
      const call = { inputs: { dy: scaled, input }, attrs, backend };
      const gradient = gradientOf(call as unknown as Parameters<KernelFunc>[0]) as TensorInfo;
      release(backend, scaled);
      return gradient;
    });
  });
};
