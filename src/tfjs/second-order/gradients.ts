import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import type { GradConfig, Tensor } from "@tensorflow/tfjs-core";
import type { ConvolutionAttributes } from "../kernels/convolution.ts";

// Gradients of the kernels that gradients are made of. tfjs has none for them, and so stops at the
// first derivative; adding them changes no first derivative.

type Gradients = Record<string, () => Tensor>;

interface Rule<Attributes> {
  readonly inputs: readonly string[];
  readonly gradient: (upstream: Tensor, saved: readonly Tensor[], attrs: Attributes) => Gradients;
}

interface PoolAttributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

function register<Attributes>(kernelName: string, { inputs, gradient }: Rule<Attributes>): void {
  if (tf.getGradient(kernelName)) return;
  // tfjs types a gradient by the widest attributes; each rule states those that it reads.
  const gradFunc = gradient as unknown as GradConfig["gradFunc"];
  tf.registerGradient({ kernelName, inputsToSave: [...inputs], gradFunc });
}

const zerosOf = (x: Tensor) => (): Tensor => tf.zeros(x.shape);

/** Comparisons are constant wherever they have a derivative at all. */
function registerComparisons(): void {
  const binary = ["Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual"];
  for (const name of [...binary, "LogicalAnd", "LogicalOr"]) {
    register(name, {
      inputs: ["a", "b"],
      gradient: (_, [a, b]) => ({ a: zerosOf(a), b: zerosOf(b) }),
    });
  }
  register("LogicalNot", { inputs: ["x"], gradient: (_, [x]) => ({ x: zerosOf(x) }) });
}

/** EluGrad(dy, y) is dy where y ≥ 0 and dy·(y + 1) elsewhere; y is the output of ELU. */
function registerElu(): void {
  register("EluGrad", {
    inputs: ["dy", "y"],
    gradient: (upstream, [dy, y]) => {
      const negative = (): Tensor => tf.cast(tf.less(y, 0), "float32");
      return {
        dy: () => tf.mul(upstream, tf.add(1, tf.mul(negative(), y))),
        y: () => tf.mul(tf.mul(upstream, dy), negative()),
      };
    },
  });
}

type PoolInfo = ReturnType<typeof tf.backend_util.computePool2DInfo>;

/** What each window sees at its position (kh, kw); `outside` where that is in the padding. */
function windowSlice(x: Tensor, info: PoolInfo, kh: number, kw: number, outside: number): Tensor {
  const { padInfo: pad, inHeight, inWidth, outHeight, outWidth } = info;
  const rowsEnd = kh + (outHeight - 1) * info.strideHeight + 1;
  const columnsEnd = kw + (outWidth - 1) * info.strideWidth + 1;
  const bottom = Math.max(0, rowsEnd - pad.top - inHeight);
  const right = Math.max(0, columnsEnd - pad.left - inWidth);
  const around: [number, number][] = [
    [0, 0],
    [pad.top, bottom],
    [pad.left, right],
    [0, 0],
  ];
  const padded = tf.pad(x, around, outside);
  const ends = [info.batchSize, rowsEnd, columnsEnd, info.inChannels];
  const steps = [1, info.strideHeight, info.strideWidth, 1];
  return tf.stridedSlice(padded, [0, kh, kw, 0], ends, steps);
}

/** The values of `x` where each window of `input` has its first maximum. */
function pickAtMaxima(x: Tensor, input: Tensor, info: PoolInfo): Tensor {
  const lowest = -3.4e38;
  let best = windowSlice(input, info, 0, 0, lowest);
  let picked = windowSlice(x, info, 0, 0, 0);
  for (let kh = 0; kh < info.filterHeight; kh++) {
    for (let kw = kh === 0 ? 1 : 0; kw < info.filterWidth; kw++) {
      const value = windowSlice(input, info, kh, kw, lowest);
      picked = tf.where(tf.greater(value, best), windowSlice(x, info, kh, kw, 0), picked);
      best = tf.maximum(value, best);
    }
  }
  return picked;
}

/** Pools' gradients are linear in the errors; the input only says where the maxima are. */
function registerPools(): void {
  register<PoolAttributes>("AvgPoolGrad", {
    inputs: ["dy", "input"],
    gradient: (upstream, [, input], { filterSize, strides, pad, dimRoundingMode }) => ({
      dy: () => tf.avgPool(upstream as tf.Tensor4D, filterSize, strides, pad, dimRoundingMode),
      input: zerosOf(input),
    }),
  });
  register<PoolAttributes>("MaxPoolGrad", {
    inputs: ["dy", "input", "output"],
    gradient: (upstream, [, input, output], attrs) => ({
      dy: () => pickAtMaxima(upstream, input, poolInfo(input, attrs)),
      input: zerosOf(input),
      output: zerosOf(output),
    }),
  });
}

const poolInfo = (input: Tensor, attrs: PoolAttributes): PoolInfo =>
  tf.backend_util.computePool2DInfo(
    input.shape as [number, number, number, number],
    attrs.filterSize,
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
  );

/** A convolution is linear in its input and in its filter, and so are its gradients. */
function registerConvolutions(): void {
  const run = (name: string, inputs: tf.NamedTensorMap, attrs: object): Tensor =>
    tf.engine().runKernel(name, inputs, { ...attrs });
  register<ConvolutionAttributes>("Conv2DBackpropFilter", {
    inputs: ["x", "dy"],
    gradient: (upstream, [x, dy], attrs) => ({
      x: () =>
        run("Conv2DBackpropInput", { dy, filter: upstream }, { ...attrs, inputShape: x.shape }),
      dy: () =>
        tf.conv2d(x as tf.Tensor4D, upstream as tf.Tensor4D, attrs.strides, attrs.pad, "NHWC"),
    }),
  });
  const forward = (x: Tensor, filter: Tensor, attrs: ConvolutionAttributes): Tensor =>
    run("DepthwiseConv2dNative", { x, filter }, { ...attrs, dataFormat: "NHWC" });
  register<ConvolutionAttributes>("DepthwiseConv2dNativeBackpropFilter", {
    inputs: ["x", "dy"],
    gradient: (upstream, [x, dy], attrs) => ({
      x: () =>
        run(
          "DepthwiseConv2dNativeBackpropInput",
          { dy, filter: upstream },
          { ...attrs, inputShape: x.shape },
        ),
      dy: () => forward(x, upstream, attrs),
    }),
  });
  register<ConvolutionAttributes>("DepthwiseConv2dNativeBackpropInput", {
    inputs: ["dy", "filter"],
    gradient: (upstream, [dy, filter], attrs) => ({
      dy: () => forward(upstream, filter, attrs),
      filter: () =>
        run(
          "DepthwiseConv2dNativeBackpropFilter",
          { x: upstream, dy },
          { ...attrs, filterShape: filter.shape },
        ),
    }),
  });
}

/** Gives tfjs the gradients that second derivatives need; it may be called again. */
export function registerSecondOrderGradients(): void {
  registerComparisons();
  registerElu();
  registerPools();
  registerConvolutions();
}
