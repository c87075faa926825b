import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Conv2DInfo, ConvolutionAttributes } from "./convolution.ts";
import { convolutionInfo, insideRange } from "./convolution.ts";
import { allocate, asKernelFunc, heap, registerWasmKernel, requireChannelsLast } from "./wasm.ts";

interface FilterInputs {
  readonly x: TensorInfo;
  readonly dy: TensorInfo;
}
interface FilterAttributes extends ConvolutionAttributes {
  readonly filterShape: readonly number[];
}
interface InputInputs {
  readonly dy: TensorInfo;
  readonly filter: TensorInfo;
}
interface InputAttributes extends ConvolutionAttributes {
  readonly inputShape: readonly number[];
}

/** Where one filter tap starts to read and write, for one row of outputs. */
type RowVisit = (tap: number, input: number, output: number, positions: number) => void;

/** Visits, tap by tap, the runs of outputs whose input lies inside the image. */
function visitRows(info: Conv2DInfo, visit: RowVisit): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  for (let kh = 0, tap = 0; kh < info.filterHeight; kh++) {
    const top = kh * info.dilationHeight - info.padInfo.top;
    const [firstRow, endRow] = insideRange(outHeight, info.strideHeight, top, inHeight);
    for (let kw = 0; kw < info.filterWidth; kw++, tap++) {
      const left = kw * info.dilationWidth - info.padInfo.left;
      const [low, high] = insideRange(outWidth, info.strideWidth, left, inWidth);
      if (low === high) continue;
      for (let image = 0; image < info.batchSize; image++) {
        for (let oh = firstRow; oh < endRow; oh++) {
          const ih = oh * info.strideHeight + top;
          const iw = low * info.strideWidth + left;
          const input = ((image * inHeight + ih) * inWidth + iw) * inChannels;
          visit(tap, input, ((image * outHeight + oh) * outWidth + low) * outChannels, high - low);
        }
      }
    }
  }
}

/** DepthwiseConv2dNativeBackpropFilter: a channel's taps, each summed over the positions. */
const registerFilterGradient = (): void => {
  registerWasmKernel("DepthwiseConv2dNativeBackpropFilter", () =>
    asKernelFunc<FilterInputs, FilterAttributes>(({ inputs, attrs, backend }) => {
      requireChannelsLast("DepthwiseConv2dNativeBackpropFilter", attrs.dataFormat);
      const info = convolutionInfo(inputs.x.shape, attrs.filterShape, attrs, true);
      const gradient = allocate(backend, attrs.filterShape);
      const x = heap(backend, inputs.x);
      const dy = heap(backend, inputs.dy);
      const out = heap(backend, gradient).fill(0);
      const { inChannels, outChannels } = info;
      const multiplier = outChannels / inChannels;
      const step = info.strideWidth * inChannels;
      visitRows(info, (tap, input, output, positions) => {
        const base = tap * outChannels;
        for (let p = 0, i = input, o = output; p < positions; p++, i += step, o += outChannels) {
          for (let c = 0; c < inChannels; c++) {
            for (let m = c * multiplier; m < (c + 1) * multiplier; m++) {
              out[base + m] += x[i + c] * dy[o + m];
            }
          }
        }
      });
      return gradient;
    }),
  );
};

/** DepthwiseConv2dNativeBackpropInput: each error goes back along the taps it came from. */
const registerInputGradient = (): void => {
  registerWasmKernel("DepthwiseConv2dNativeBackpropInput", () =>
    asKernelFunc<InputInputs, InputAttributes>(({ inputs, attrs, backend }) => {
      requireChannelsLast("DepthwiseConv2dNativeBackpropInput", attrs.dataFormat);
      const info = convolutionInfo(attrs.inputShape, inputs.filter.shape, attrs, true);
      const gradient = allocate(backend, attrs.inputShape);
      const filter = heap(backend, inputs.filter);
      const dy = heap(backend, inputs.dy);
      const out = heap(backend, gradient).fill(0);
      const { inChannels, outChannels } = info;
      const multiplier = outChannels / inChannels;
      const step = info.strideWidth * inChannels;
      visitRows(info, (tap, input, output, positions) => {
        const base = tap * outChannels;
        for (let p = 0, i = input, o = output; p < positions; p++, i += step, o += outChannels) {
          for (let c = 0; c < inChannels; c++) {
            for (let m = c * multiplier; m < (c + 1) * multiplier; m++) {
              out[i + c] += filter[base + m] * dy[o + m];
            }
          }
        }
      });
      return gradient;
    }),
  );
};

/** Both gradients of a depthwise convolution, which the wasm back-end lacks. */
export const registerDepthwiseBackprop = (): void => {
  registerFilterGradient();
  registerInputGradient();
};
