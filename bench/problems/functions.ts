/**
 * Test functions with a known minimum, on a box of equal form in every run.
 * Formulas, boxes and minima: Surjanovic & Bingham, Virtual Library of Simulation Experiments,
 * https://www.sfu.ca/~ssurjano/optimization.html. Every minimum is also one over all of space, so
 * that the functions may be moved within their box and keep it.
 */
export interface TestFunction {
  readonly name: string;
  /** Bounds of each coordinate. */
  readonly box: readonly (readonly [low: number, high: number])[];
  /** A point of the global minimum. */
  readonly best: readonly number[];
  /** x: box.length coordinates, which may lie outside the box. */
  value(x: ArrayLike<number>): number;
}

const cube = (dimension: number, low: number, high: number): (readonly [number, number])[] =>
  Array.from({ length: dimension }, () => [low, high] as const);
const all = (dimension: number, value: number): number[] =>
  new Array<number>(dimension).fill(value);
const square = (value: number): number => value * value;
const sum = (x: ArrayLike<number>, term: (value: number, index: number) => number): number => {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += term(x[i], i);
  return total;
};

const branin: TestFunction = {
  name: "branin",
  box: [
    [-5, 10],
    [0, 15],
  ],
  best: [Math.PI, 2.275],
  value: (x) =>
    square(x[1] - (5.1 / (4 * square(Math.PI))) * square(x[0]) + (5 / Math.PI) * x[0] - 6) +
    10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x[0]) +
    10,
};

const HARTMANN_WEIGHT = [1, 1.2, 3, 3.2];
const HARTMANN_A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const HARTMANN_P = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];
const hartmann6: TestFunction = {
  name: "hartmann6",
  box: cube(6, 0, 1),
  // The published six digits, refined by Newton's method.
  best: [
    0.20168951100670543, 0.15001069182345797, 0.476873974221897, 0.2753324304940561,
    0.31165161660011326, 0.6573005340656204,
  ],
  value: (x) =>
    -sum(
      HARTMANN_WEIGHT,
      (weight, i) =>
        weight *
        Math.exp(-sum(x, (value, j) => HARTMANN_A[i][j] * square(value - HARTMANN_P[i][j]))),
    ),
};
const ackley5: TestFunction = {
  name: "ackley5",
  box: cube(5, -32.768, 32.768),
  best: all(5, 0),
  value: (x) =>
    -20 * Math.exp(-0.2 * Math.sqrt(sum(x, square) / x.length)) -
    Math.exp(sum(x, (value) => Math.cos(2 * Math.PI * value)) / x.length) +
    20 +
    Math.E,
};

const rosenbrock4: TestFunction = {
  name: "rosenbrock4",
  box: cube(4, -5, 10),
  best: all(4, 1),
  value: (x) =>
    sum(x, (value, i) =>
      i + 1 < x.length ? 100 * square(x[i + 1] - square(value)) + square(1 - value) : 0,
    ),
};

const levy8: TestFunction = {
  name: "levy8",
  box: cube(8, -10, 10),
  best: all(8, 1),
  value: (x) => {
    const w = (i: number): number => 1 + (x[i] - 1) / 4;
    const last = w(x.length - 1);
    return (
      square(Math.sin(Math.PI * w(0))) +
      sum(x, (_, i) =>
        i + 1 < x.length
          ? square(w(i) - 1) * (1 + 10 * square(Math.sin(Math.PI * w(i) + 1)))
          : square(last - 1) * (1 + square(Math.sin(2 * Math.PI * last))),
      )
    );
  },
};

const rastrigin4: TestFunction = {
  name: "rastrigin4",
  box: cube(4, -5.12, 5.12),
  best: all(4, 0),
  value: (x) => sum(x, (value) => square(value) - 10 * Math.cos(2 * Math.PI * value) + 10),
};

const styblinski6: TestFunction = {
  name: "styblinski6",
  box: cube(6, -5, 5),
  // The root of 4x³ − 32x + 5 near −2.9.
  best: all(6, -2.903534027771177),
  value: (x) => sum(x, (value) => square(square(value)) - 16 * square(value) + 5 * value) / 2,
};

export const TEST_FUNCTIONS: readonly TestFunction[] = [
  branin,
  hartmann6,
  ackley5,
  rosenbrock4,
  levy8,
  rastrigin4,
  styblinski6,
];
