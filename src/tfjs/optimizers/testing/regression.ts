import {
  add,
  engine,
  matMul,
  mean,
  square,
  sub,
  tensor,
  tidy,
  variable,
  type Scalar,
  type Tensor2D,
  type Variable,
} from "@tensorflow/tfjs-core";
import type { Optimizer } from "../index.ts";

/** A linear regression with a matrix and a vector: the smallest problem with both ranks. */
export interface Regression {
  readonly variables: readonly [Variable, Variable];
  readonly loss: () => Scalar;
  /** One step of the optimizer; the loss before it. */
  step(optimizer: Optimizer): number;
  /** The parameters' bits. */
  bits(): readonly number[];
  dispose(): void;
}

const inputs = [
  [1, -0.5, 0.25, 2],
  [0.3, 0.7, -1.2, 0.1],
  [-0.8, 1.5, 0.4, -0.6],
  [0.2, -0.9, 1.1, 0.8],
  [1.4, 0.6, -0.3, -1.1],
];
const targets = [
  [1, 0, 0.5],
  [-1, 2, 0.3],
  [0.4, -0.7, 1],
  [0.9, 0.1, -0.2],
  [-0.3, 1.2, 0.8],
];

export function regression(sign = 1): Regression {
  const [kernel, bias] = tidy(() => [
    variable(tensor(inputs.slice(0, 4).map((row) => row.slice(0, 3)))),
    variable(tensor([0.1, -0.2, 0.3])),
  ]);
  const loss = () =>
    tidy(() => {
      const fitted = add(matMul(tensor(inputs), kernel as unknown as Tensor2D), bias);
      const error = mean<Scalar>(square(sub(fitted, tensor(targets))));
      return sign === 1 ? error : sub<Scalar>(0, error);
    });
  return {
    variables: [kernel, bias],
    loss,
    step(optimizer) {
      const cost = optimizer.minimize(loss, true, [kernel, bias]);
      const value = cost?.dataSync()[0] ?? NaN;
      cost?.dispose();
      return value;
    },
    bits: () => [kernel, bias].flatMap((v) => Array.from(v.dataSync())),
    dispose() {
      kernel.dispose();
      bias.dispose();
    },
  };
}

/** The tensors alive on the back-end. */
export const tensorCount = (): number => engine().memory().numTensors;
