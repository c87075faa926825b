import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Conv2DInfo, ConvolutionAttributes } from "./convolution.ts";
import { convolutionInfo, insideRange } from "./convolution.ts";
import {
  allocate,
  asKernelFunc,
  callKernel,
  heap,
  registerWasmKernel,
  release,
  requireChannelsLast,
  withShape,
} from "./wasm.ts";

interface Inputs {
  readonly x: TensorInfo;
  readonly dy: TensorInfo;
}
interface Attributes extends ConvolutionAttributes {
  readonly filterShape: readonly number[];
}

/** Most values in one patch matrix (64 MB): larger batches are summed over pieces. */
const patchLimit = 1 << 24;

/**
 * Writes the patches of `count` images from image `first` on, transposed: row (kh, kw, c) holds
 * the input value that filter tap meets at each output position, zero in the padding.
 */
function patchesInto(
  out: Float32Array,
  x: Float32Array,
  info: Conv2DInfo,
  first: number,
  count: number,
): void {
  const { filterHeight, filterWidth, inChannels, outHeight, outWidth } = info;
  let row = 0;
  for (let kh = 0; kh < filterHeight; kh++) {
    for (let kw = 0; kw < filterWidth; kw++) {
      for (let c = 0; c < inChannels; c++, row++) {
        const start = row * count * outHeight * outWidth;
        patchRowInto(out, start, x, info, { kh, kw, c, first, count });
      }
    }
  }
}

interface Tap {
  readonly kh: number;
  readonly kw: number;
  readonly c: number;
  readonly first: number;
  readonly count: number;
}

function patchRowInto(
  out: Float32Array,
  start: number,
  x: Float32Array,
  info: Conv2DInfo,
  { kh, kw, c, first, count }: Tap,
): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth } = info;
  const top = kh * info.dilationHeight - info.padInfo.top;
  const left = kw * info.dilationWidth - info.padInfo.left;
  const [low, high] = insideRange(outWidth, strideWidth, left, inWidth);
  const step = strideWidth * inChannels;
  let to = start;
  for (let image = first; image < first + count; image++) {
    for (let oh = 0; oh < outHeight; oh++, to += outWidth) {
      const ih = oh * strideHeight + top;
      if (ih < 0 || ih >= inHeight) {
        out.fill(0, to, to + outWidth);
        continue;
      }
      let from = ((image * inHeight + ih) * inWidth + low * strideWidth + left) * inChannels + c;
      for (let ow = 0; ow < low; ow++) out[to + ow] = 0;
      for (let ow = low; ow < high; ow++, from += step) out[to + ow] = x[from];
      for (let ow = high; ow < outWidth; ow++) out[to + ow] = 0;
    }
  }
}

/** The filter gradient from `count` images: [taps, positions] · [positions, outChannels]. */
function pieceGradient(
  backend: BackendWasm,
  { x, dy }: Inputs,
  info: Conv2DInfo,
  first: number,
  count: number,
): TensorInfo {
  const positions = count * info.outHeight * info.outWidth;
  const taps = info.filterHeight * info.filterWidth * info.inChannels;
  const whole = count === info.batchSize;
  const patches = allocate(backend, [1, taps, positions]);
  const errors = whole ? dy : allocate(backend, [1, positions, info.outChannels]);
  patchesInto(heap(backend, patches), heap(backend, x), info, first, count);
  if (!whole) {
    const from = first * info.outHeight * info.outWidth * info.outChannels;
    const piece = heap(backend, dy).subarray(from, from + positions * info.outChannels);
    heap(backend, errors).set(piece);
  }
  const b = withShape(errors, [1, positions, info.outChannels]);
  const attrs = { transposeA: false, transposeB: false };
  const product = callKernel("BatchMatMul", backend, { a: patches, b }, attrs);
  release(backend, patches);
  if (!whole) release(backend, errors);
  return product;
}

/**
 * Conv2DBackpropFilter, which the wasm back-end lacks: the patches of the input as one matrix
 * (im2col), times the errors.
 */
export const registerConv2DBackpropFilter = (): void => {
  registerWasmKernel("Conv2DBackpropFilter", () =>
    asKernelFunc<Inputs, Attributes>(({ inputs, attrs, backend }) => {
      requireChannelsLast("Conv2DBackpropFilter", attrs.dataFormat);
      const info = convolutionInfo(inputs.x.shape, attrs.filterShape, attrs);
      const perImage =
        info.filterHeight * info.filterWidth * info.inChannels * info.outHeight * info.outWidth;
      const images = Math.max(1, Math.min(info.batchSize, Math.floor(patchLimit / perImage)));
      const sum = pieceGradient(backend, inputs, info, 0, images);
      for (let first = images; first < info.batchSize; first += images) {
        const count = Math.min(images, info.batchSize - first);
        const piece = pieceGradient(backend, inputs, info, first, count);
        const total = heap(backend, sum);
        const values = heap(backend, piece);
        for (let i = 0; i < total.length; i++) total[i] += values[i];
        release(backend, piece);
      }
      return withShape(sum, attrs.filterShape);
    }),
  );
};
