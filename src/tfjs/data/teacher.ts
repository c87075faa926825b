import { requireInteger } from "../../errors/checks.ts";
import { createRng } from "../../numerics/rng.ts";
import type { Rng } from "../../numerics/rng.ts";
import type { Dataset, SplitDataset } from "./dataset.ts";

export interface TeacherOptions {
  /** Inputs of the network, each N(0, 1). Default 10. */
  readonly inputs?: number;
  /** tanh units of its hidden layer. Default 16. */
  readonly hidden?: number;
  /** Values to predict. Default 1. */
  readonly outputs?: number;
  /** Standard deviation of the noise on the targets; the targets' own is about 1. Default 0.1. */
  readonly noise?: number;
  readonly train?: number;
  readonly validation?: number;
  readonly seed?: number;
}

const normals = (length: number, scale: number, rng: Rng): Float64Array =>
  Float64Array.from({ length }, () => scale * rng.normal());

/**
 * Regression to a random tanh network, the teacher: y = V·tanh(W·x) + noise, with W and V drawn by
 * the seed. What is learnable, and the least loss (noise²), are known.
 *
 * @throws HpoError on sizes below 1
 *
 * @example
 * ```ts
 * import { teacher } from "hpo/tfjs";
 *
 * const { train, validation } = teacher({ inputs: 8, noise: 0.1 }); // no loss below 0.01
 * ```
 */
export function teacher(options: TeacherOptions = {}): SplitDataset {
  const { inputs = 10, hidden = 16, outputs = 1, noise = 0.1, seed = 0 } = options;
  const { train = 1000, validation = 500 } = options;
  const sizes = { inputs, hidden, outputs, train, validation };
  for (const [name, size] of Object.entries(sizes)) {
    requireInteger(`teacher: ${name}`, size, 1);
  }
  const rng = createRng(seed, "teacher");
  const first = normals(hidden * inputs, 1.5 / Math.sqrt(inputs), rng);
  const second = normals(outputs * hidden, 1.3 / Math.sqrt(hidden), rng);
  const examples = (count: number, draws: Rng): Dataset => {
    const x = Float32Array.from(normals(count * inputs, 1, draws));
    const y = new Float32Array(count * outputs);
    const units = new Float64Array(hidden);
    for (let row = 0; row < count; row++) {
      for (let j = 0; j < hidden; j++) {
        let sum = 0;
        for (let i = 0; i < inputs; i++) sum += first[j * inputs + i] * x[row * inputs + i];
        units[j] = Math.tanh(sum);
      }
      for (let k = 0; k < outputs; k++) {
        let sum = noise * draws.normal();
        for (let j = 0; j < hidden; j++) sum += second[k * hidden + j] * units[j];
        y[row * outputs + k] = sum;
      }
    }
    const shapes = { inputShape: [inputs], targetShape: [outputs] };
    return { name: "teacher", count, ...shapes, inputs: x, targets: y };
  };
  return {
    train: examples(train, rng.fork("train")),
    validation: examples(validation, rng.fork("validation")),
  };
}
