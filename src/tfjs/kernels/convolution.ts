import type { backend_util as BackendUtil } from "@tensorflow/tfjs-core";
import { backend_util } from "@tensorflow/tfjs-core";

export type Conv2DInfo = BackendUtil.Conv2DInfo;
export type Shape4D = [number, number, number, number];
type Pair = [number, number];

/** The attributes that the gradients of a 2-D convolution are called with. */
export interface ConvolutionAttributes {
  readonly strides: Pair | number;
  readonly pad: "valid" | "same" | number | BackendUtil.ExplicitPadding;
  readonly dataFormat?: string;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly dilations?: Pair | number;
}

/** Sizes, strides, dilations and paddings of a channels-last convolution. */
export const convolutionInfo = (
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: ConvolutionAttributes,
  depthwise = false,
): Conv2DInfo =>
  backend_util.computeConv2DInfo(
    [...inputShape] as Shape4D,
    [...filterShape] as Shape4D,
    attributes.strides,
    attributes.dilations ?? 1,
    attributes.pad,
    attributes.dimRoundingMode,
    depthwise,
    "channelsLast",
  );

/**
 * The output positions along one axis whose input position, o·stride + offset, lies inside
 * [0, size): the half-open range [low, high).
 */
export function insideRange(outputs: number, stride: number, offset: number, size: number): Pair {
  const low = Math.min(outputs, Math.max(0, Math.ceil(-offset / stride)));
  const high = Math.min(outputs, Math.floor((size - 1 - offset) / stride) + 1);
  return [low, Math.max(low, high)];
}
