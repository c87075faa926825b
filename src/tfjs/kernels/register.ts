import "@tensorflow/tfjs-backend-wasm";
import { registerAvgPoolGrad } from "./avg-pool-grad.ts";
import { registerBatchMatMul } from "./batch-mat-mul.ts";
import { registerConv2DBackpropFilter } from "./conv2d-backprop-filter.ts";
import { registerConv2DBackpropInput } from "./conv2d-backprop-input.ts";
import { registerDepthwiseBackprop } from "./depthwise-backprop.ts";
import { registerGather } from "./gather.ts";
import { registerMaxPoolGrad } from "./max-pool-grad.ts";
import { registerOneHot } from "./one-hot.ts";
import { registerSamePadding } from "./same-padding.ts";
import { registerUnsortedSegmentSum } from "./unsorted-segment-sum.ts";

let registered = false;

/**
 * Gives the wasm back-end the kernels that training needs and that it lacks or has slow. It may be
 * called before or after the back-end starts, and again.
 */
export function registerTrainingKernels(): void {
  if (registered) return;
  registered = true;
  registerBatchMatMul();
  registerConv2DBackpropFilter();
  registerConv2DBackpropInput();
  registerDepthwiseBackprop();
  registerUnsortedSegmentSum();
  registerSamePadding();
  registerMaxPoolGrad();
  registerAvgPoolGrad();
  registerGather();
  registerOneHot();
}
