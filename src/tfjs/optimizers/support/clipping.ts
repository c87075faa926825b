import {
  add,
  clipByValue,
  div,
  minimum,
  mul,
  sqrt,
  square,
  sum,
  type Scalar,
  type Tensor,
} from "@tensorflow/tfjs-core";

export interface Clipping {
  readonly clipValue: number | null;
  readonly clipNorm: number | null;
  readonly clipGlobalNorm: number | null;
}

/** ‖(x₁, x₂, …)‖₂ over all elements of all tensors; stays on the device. */
export const globalNorm = (tensors: readonly Tensor[]): Scalar =>
  sqrt(tensors.map((x) => sum<Scalar>(square(x))).reduce((a, b) => add<Scalar>(a, b)));

/** min(1, bound / (norm + 1e-6)), the scale of torch.nn.utils.clip_grad_norm_. */
const shrink = (norm: Scalar, bound: number): Tensor => minimum(div(bound, add(norm, 1e-6)), 1);

/** The gradients clipped by value, then each by its norm, then all by their common norm. */
export function clip(gradients: readonly Tensor[], bounds: Clipping): readonly Tensor[] {
  const { clipValue, clipNorm, clipGlobalNorm } = bounds;
  let clipped = gradients;
  if (clipValue !== null) clipped = clipped.map((g) => clipByValue(g, -clipValue, clipValue));
  if (clipNorm !== null) {
    clipped = clipped.map((g) => mul(g, shrink(globalNorm([g]), clipNorm)));
  }
  if (clipGlobalNorm !== null && clipped.length > 0) {
    const scale = shrink(globalNorm(clipped), clipGlobalNorm);
    clipped = clipped.map((g) => mul(g, scale));
  }
  return clipped;
}
