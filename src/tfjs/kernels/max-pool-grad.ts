import type { TensorInfo } from "@tensorflow/tfjs-core";
import { backend_util } from "@tensorflow/tfjs-core";
import type { Conv2DInfo, ConvolutionAttributes, Shape4D } from "./convolution.ts";
import { allocate, asKernelFunc, heap, registerWasmKernel } from "./wasm.ts";

interface Inputs {
  readonly dy: TensorInfo;
  readonly input: TensorInfo;
}
interface Attributes extends ConvolutionAttributes {
  readonly filterSize: [number, number] | number;
}

const poolInfo = (shape: readonly number[], attrs: Attributes): Conv2DInfo =>
  backend_util.computePool2DInfo(
    [...shape] as Shape4D,
    attrs.filterSize,
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
  );

/** The index in `x` of a window's first largest value; the window starts at (row, column). */
function largestInWindow(
  x: Float32Array,
  info: Conv2DInfo,
  image: number,
  row: number,
  column: number,
  channel: number,
): number {
  const { inHeight, inWidth, inChannels } = info;
  const endRow = Math.min(inHeight, row + info.filterHeight);
  const endColumn = Math.min(inWidth, column + info.filterWidth);
  let best = -1;
  for (let ih = Math.max(0, row); ih < endRow; ih++) {
    for (let iw = Math.max(0, column); iw < endColumn; iw++) {
      const index = ((image * inHeight + ih) * inWidth + iw) * inChannels + channel;
      if (best < 0 || x[index] > x[best]) best = index;
    }
  }
  return best;
}

/** Adds each error to the input position that its window's maximum came from. */
function scatterInto(out: Float32Array, x: Float32Array, dy: Float32Array, info: Conv2DInfo) {
  const { batchSize, outHeight, outWidth, outChannels } = info;
  for (let image = 0, o = 0; image < batchSize; image++) {
    for (let oh = 0; oh < outHeight; oh++) {
      const row = oh * info.strideHeight - info.padInfo.top;
      for (let ow = 0; ow < outWidth; ow++) {
        const column = ow * info.strideWidth - info.padInfo.left;
        for (let c = 0; c < outChannels; c++, o++) {
          const from = largestInWindow(x, info, image, row, column, c);
          if (from >= 0) out[from] += dy[o];
        }
      }
    }
  }
}

/**
 * MaxPoolGrad. The stock kernel loses errors in windows whose values are all negative (those that
 * reach into the padding, and some of those that overlap), so a network without a ReLU before its
 * pool would train on a wrong gradient. Ties go to the first value, as on the other back-ends.
 */
export const registerMaxPoolGrad = (): void => {
  registerWasmKernel("MaxPoolGrad", () =>
    asKernelFunc<Inputs, Attributes>(({ inputs, attrs, backend }) => {
      const info = poolInfo(inputs.input.shape, attrs);
      const gradient = allocate(backend, inputs.input.shape);
      const out = heap(backend, gradient).fill(0);
      scatterInto(out, heap(backend, inputs.input), heap(backend, inputs.dy), info);
      return gradient;
    }),
  );
};
