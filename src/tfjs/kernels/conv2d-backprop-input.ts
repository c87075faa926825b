import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Conv2DInfo, ConvolutionAttributes } from "./convolution.ts";
import { convolutionInfo } from "./convolution.ts";
import {
  allocate,
  asKernelFunc,
  callKernel,
  heap,
  registerWasmKernel,
  release,
  requireChannelsLast,
} from "./wasm.ts";

interface Inputs {
  readonly dy: TensorInfo;
  readonly filter: TensorInfo;
}
interface Attributes extends ConvolutionAttributes {
  readonly inputShape: readonly number[];
}

/** The filter turned by 180 degrees with its channels exchanged: [kh, kw, out, in]. */
function flippedFilter(backend: BackendWasm, filter: TensorInfo, info: Conv2DInfo): TensorInfo {
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  const flipped = allocate(backend, [filterHeight, filterWidth, outChannels, inChannels]);
  const out = heap(backend, flipped);
  const values = heap(backend, filter);
  const taps = filterHeight * filterWidth;
  for (let tap = 0; tap < taps; tap++) {
    const from = (taps - 1 - tap) * inChannels * outChannels;
    const to = tap * inChannels * outChannels;
    for (let i = 0; i < inChannels; i++) {
      for (let o = 0; o < outChannels; o++) {
        out[to + o * inChannels + i] = values[from + i * outChannels + o];
      }
    }
  }
  return flipped;
}

/** Rows and columns of the errors once they are spread by the stride and padded. */
function spreadSizes(info: Conv2DInfo): { height: number; width: number } {
  return {
    height: info.inHeight + (info.filterHeight - 1) * info.dilationHeight,
    width: info.inWidth + (info.filterWidth - 1) * info.dilationWidth,
  };
}

/** The errors with stride − 1 zeros between them, placed so that a valid convolution fits. */
function spreadErrors(backend: BackendWasm, dy: TensorInfo, info: Conv2DInfo): TensorInfo {
  const { batchSize, outHeight, outWidth, outChannels, strideHeight, strideWidth } = info;
  const { height, width } = spreadSizes(info);
  const top = (info.filterHeight - 1) * info.dilationHeight - info.padInfo.top;
  const left = (info.filterWidth - 1) * info.dilationWidth - info.padInfo.left;
  const spread = allocate(backend, [batchSize, height, width, outChannels]);
  const out = heap(backend, spread);
  const values = heap(backend, dy);
  out.fill(0);
  for (let image = 0; image < batchSize; image++) {
    for (let oh = 0; oh < outHeight; oh++) {
      const row = oh * strideHeight + top;
      if (row < 0 || row >= height) continue;
      for (let ow = 0; ow < outWidth; ow++) {
        const column = ow * strideWidth + left;
        if (column < 0 || column >= width) continue;
        const from = ((image * outHeight + oh) * outWidth + ow) * outChannels;
        const to = ((image * height + row) * width + column) * outChannels;
        for (let c = 0; c < outChannels; c++) out[to + c] = values[from + c];
      }
    }
  }
  return spread;
}

/**
 * Conv2DBackpropInput as a convolution of the spread errors with the flipped filter: the stock
 * kernel is a scalar loop, the convolution uses SIMD.
 */
export const registerConv2DBackpropInput = (): void => {
  registerWasmKernel("Conv2DBackpropInput", () =>
    asKernelFunc<Inputs, Attributes>(({ inputs, attrs, backend }) => {
      requireChannelsLast("Conv2DBackpropInput", attrs.dataFormat);
      const info = convolutionInfo(attrs.inputShape, inputs.filter.shape, attrs);
      const filter = flippedFilter(backend, inputs.filter, info);
      const x = spreadErrors(backend, inputs.dy, info);
      const dilations = [info.dilationHeight, info.dilationWidth];
      const convolution = { strides: [1, 1], pad: "valid", dataFormat: "NHWC", dilations };
      const dx = callKernel("Conv2D", backend, { x, filter }, convolution);
      release(backend, filter);
      release(backend, x);
      return dx;
    }),
  );
};
