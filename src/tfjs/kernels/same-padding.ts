import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import type { ConvolutionAttributes } from "./convolution.ts";
import { convolutionInfo } from "./convolution.ts";
import { asKernelFunc, registerWasmKernel } from "./wasm.ts";

interface Inputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
}

/**
 * Convolutions with "same" padding, their padding written out. Left to itself the wasm library
 * computes it without a sign, and where (outputs − 1)·stride + filter < input on one axis (a 1×3
 * filter at stride 2, say) it answers zeros, with no error.
 */
function registerWithExplicitPadding(kernelName: string, depthwise: boolean): void {
  registerWasmKernel(kernelName, (stock) => {
    const convolve = stock as KernelFunc;
    return asKernelFunc<Inputs, ConvolutionAttributes>((call) => {
      const { inputs, attrs } = call;
      const channelsLast = attrs.dataFormat === undefined || attrs.dataFormat === "NHWC";
      if (attrs.pad !== "same" || !channelsLast) return run(convolve, call);
      const { padInfo } = convolutionInfo(inputs.x.shape, inputs.filter.shape, attrs, depthwise);
      const rows = [padInfo.top, padInfo.bottom];
      const columns = [padInfo.left, padInfo.right];
      const pad = [[0, 0], rows, columns, [0, 0]];
      return run(convolve, { ...call, attrs: { ...attrs, pad } });
    });
  });
}

const run = (kernel: KernelFunc, call: unknown): TensorInfo =>
  kernel(call as Parameters<KernelFunc>[0]) as TensorInfo;

export const registerSamePadding = (): void => {
  registerWithExplicitPadding("Conv2D", false);
  registerWithExplicitPadding("FusedConv2D", false);
  registerWithExplicitPadding("DepthwiseConv2dNative", true);
  registerWithExplicitPadding("FusedDepthwiseConv2D", true);
};
