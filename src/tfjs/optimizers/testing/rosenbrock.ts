import { add, mul, slice, square, sub, sum, type Scalar, type Tensor } from "@tensorflow/tfjs-core";

/** Σ 100 (x_{i+1} − x_i²)² + (1 − x_i)² in double precision; 0 at (1, …, 1). */
export function rosenbrock(x: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    total += 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2;
  }
  return total;
}

/** The same as a differentiable loss of a vector. */
export function rosenbrockLoss(x: Tensor): Scalar {
  const size = x.size - 1;
  const [head, tail] = [slice(x, 0, size), slice(x, 1, size)];
  const valley = mul(square(sub(tail, square(head))), 100);
  return sum<Scalar>(add(valley, square(sub(1, head))));
}
