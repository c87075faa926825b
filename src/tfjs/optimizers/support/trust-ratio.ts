import { greater, mul, ones, where, type Scalar, type Tensor } from "@tensorflow/tfjs-core";

/** `ratio` where both norms are positive, else 1: a zero weight or gradient says nothing of scale. */
export const trusted = (weightNorm: Scalar, updateNorm: Scalar, ratio: Tensor): Tensor =>
  where(greater(mul(weightNorm, updateNorm), 0), ratio, ones([]));
