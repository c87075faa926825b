import { add, mul, square, type Tensor } from "@tensorflow/tfjs-core";

/** βa + (1 − β)x: the exponential moving average. */
export const average = (old: Tensor, value: Tensor, beta: number): Tensor =>
  add(mul(old, beta), mul(value, 1 - beta));

/** βa + (1 − β)x². */
export const averageSquare = (old: Tensor, value: Tensor, beta: number): Tensor =>
  add(mul(old, beta), mul(square(value), 1 - beta));
